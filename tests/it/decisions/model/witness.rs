//! The independent account of what people said of which content, and of what was announced. It knows nothing of how the core counts.

use super::world::World;
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    announcement::Announcement,
    announcement_kind::AnnouncementKind as Kind,
    effect::{Action, Effect},
    event::{Event, What},
    ids::{CommentId, UserId},
    person::Permission,
    rollout::{Rollout, Stage},
    window::Window,
};
use std::collections::{BTreeMap, BTreeSet};

/// Within which a break-glass is confirmed, by default.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// How long an approval holds, by default.
const HOLDS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What would be deployed, as a person reads it: the versions in the body, the window, the way back.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Content {
    /// What the body says, and what was attached to the way back.
    pub text: String,
    /// The window.
    pub window: String,
}

impl Content {
    /// What the issue says at this moment.
    pub fn of(body: &str, rollout: &Rollout) -> Self {
        let table: Vec<&str> = body
            .lines()
            .filter(|line| line.starts_with("| checkout") || line.starts_with("| search"))
            .collect();
        let window = rollout
            .window
            .as_ref()
            .map(|window| (window.start, window.duration, window.downtime));
        let plan: Vec<&str> = rollout
            .item("rollback-plan")
            .map(|item| {
                item.evidence
                    .iter()
                    .map(|proof| proof.text.as_str())
                    .collect()
            })
            .unwrap_or_default();
        Self {
            text: format!("{table:?} {plan:?}"),
            window: format!("{window:?}"),
        }
    }
}

/// What kind of word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Says {
    /// `/approve-deploy`.
    Yes,
    /// `/reject`.
    No,
    /// `/withdraw`.
    Nothing,
    /// `/expedite`.
    Glass,
    /// `/confirm-expedite`.
    Second,
}

/// A word of a person that was heard.
#[derive(Debug, Clone)]
pub struct Word {
    /// Whose.
    pub who: UserId,
    /// Which.
    pub kind: Says,
    /// When it was written.
    pub at: Timestamp,
    /// In which comment.
    pub comment: CommentId,
    /// What the issue said when it was written.
    pub saw: Content,
    /// Its comment was changed or deleted; by its author (true) or somebody else (false).
    pub gone: Option<bool>,
}

/// The account.
#[derive(Debug, Clone, Default)]
pub struct Witness {
    /// What was on the issue when a comment was written.
    pub saw: BTreeMap<CommentId, Content>,
    /// Comments that were changed or deleted before they were heard.
    pub gone: BTreeSet<CommentId>,
    /// Words heard, in the order of their arrival.
    pub words: Vec<Word>,
    /// When the `/schedule` that set the window was written: whoever writes later has it before their eyes, heard or not.
    pub window_said: Option<Timestamp>,
    /// Comments that arrived.
    pub heard: BTreeSet<CommentId>,
    /// When the newest `/resume` of those who may was written.
    pub resumed: Option<Timestamp>,
    /// When the newest `/evidence` for the way back was written.
    pub attached: Option<Timestamp>,
    /// Who last changed a component, by its name, or the way back.
    pub changed: BTreeMap<String, UserId>,
    /// News that was sent, by kind, content and address.
    pub sent: BTreeSet<(Kind, String, String)>,
}

impl Witness {
    /// Listens to an event that arrives; false when it is a comment that was heard, changed or deleted before.
    pub fn hear(&mut self, event: &Event, before: &Rollout, has: Permission) -> bool {
        match &event.what {
            What::CommentCreated { comment, body, .. } => {
                let fresh = self.heard.insert(*comment) && !self.gone.contains(comment);
                if let Some(actor) = &event.actor
                    && fresh
                    && has >= Permission::Write
                {
                    if body == "/resume" && !before.is_finished() {
                        self.resumed = self.resumed.max(Some(event.at));
                    }
                    // What is said again is told in the same words, and counts when it is the newest.
                    if body.starts_with("/evidence rollback-plan")
                        && self.attached <= Some(event.at)
                    {
                        self.attached = Some(event.at);
                        self.changed.insert("rollback plan".to_owned(), actor.id);
                    }
                    if before.stage == Stage::Preparing {
                        self.word(event, (actor.id, has), *comment, body);
                    }
                }
                return fresh;
            }
            What::CommentEdited { comment, .. } | What::CommentDeleted { comment } => {
                self.gone.insert(*comment);
                for word in &mut self.words {
                    if word.comment == *comment {
                        let own = event
                            .actor
                            .as_ref()
                            .is_some_and(|actor| actor.id == word.who);
                        word.gone = Some(word.gone == Some(true) || own);
                    }
                }
            }
            What::BodyEdited { from, body } => {
                if let (Some(from), Some(actor)) = (from, event.actor.as_ref())
                    && !actor.bot
                {
                    for line in body.lines().filter(|line| !from.contains(line)) {
                        let name = line.trim_start_matches("| ").split(' ').next();
                        let name = name.filter(|_| line.starts_with("| "));
                        self.changed
                            .extend(name.map(|name| (name.to_owned(), actor.id)));
                    }
                }
            }
            _ => {}
        }
        true
    }

    fn word(
        &mut self,
        event: &Event,
        (who, has): (UserId, Permission),
        comment: CommentId,
        body: &str,
    ) {
        let kind = match body.split_whitespace().next() {
            Some("/approve-deploy") => Says::Yes,
            Some("/reject") => Says::No,
            Some("/withdraw") => Says::Nothing,
            Some("/expedite") if has >= Permission::Maintain => Says::Glass,
            Some("/confirm-expedite") => Says::Second,
            _ => return,
        };
        if self.words.iter().any(|word| word.comment == comment) {
            return;
        }
        let Some(saw) = self.saw.get(&comment).cloned() else {
            return;
        };
        self.words.push(Word {
            who,
            kind,
            at: event.at,
            comment,
            saw,
            gone: None,
        });
    }

    /// People whose approval of exactly this content stands.
    pub fn approvers(&self, content: &Content, world: &World) -> Vec<UserId> {
        let stands = |word: &&Word| {
            let taken_back = self.words.iter().any(|later| {
                later.who == word.who
                    && matches!(later.kind, Says::No | Says::Nothing)
                    && (later.at, later.comment) > (word.at, word.comment)
            });
            word.kind == Says::Yes
                && word.gone.is_none()
                && word.saw.text == content.text
                && (word.saw.window == content.window || self.window_said < Some(word.at))
                && !taken_back
                && world.now() < word.at + HOLDS
                && !self.changed.values().any(|who| *who == word.who)
                && Some(word.who) != world.rollout.opener.as_ref().map(|person| person.id)
                && world.permission(word.who) >= Permission::Write
        };
        let people: BTreeSet<UserId> = self
            .words
            .iter()
            .filter(stands)
            .map(|word| word.who)
            .collect();
        people.into_iter().collect()
    }

    /// Whether one person broke the glass for this content and a second one confirmed it within the hour, both with the rights they need.
    /// Where an emergency may start at once, the first will do within that hour. The window is not part of it: an emergency may move it.
    pub fn is_glass_broken(&self, content: &Content, world: &World) -> bool {
        let words = |kind: Says| {
            let words = self.words.iter();
            words.filter(move |word| word.kind == kind && word.gone.is_none())
        };
        words(Says::Glass).any(|broken| {
            let confirmed = || {
                words(Says::Second).any(|second| {
                    second.who != broken.who
                        && (broken.at..=broken.at + HOUR).contains(&second.at)
                        && world.permission(second.who) >= Permission::Write
                })
            };
            broken.saw.text == content.text
                && world.permission(broken.who) >= Permission::Maintain
                && ((world.at_once && world.now() < broken.at + HOUR) || confirmed())
        })
    }

    /// People whose rejection stands.
    pub fn rejecters(&self, world: &World) -> Vec<UserId> {
        let stands = |word: &&Word| {
            let later = self.words.iter().any(|later| {
                later.who == word.who
                    && !matches!(later.kind, Says::Glass | Says::Second)
                    && (later.at, later.comment) > (word.at, word.comment)
            });
            word.kind == Says::No
                && word.gone != Some(true)
                && !later
                && world.permission(word.who) >= Permission::Write
        };
        self.words
            .iter()
            .filter(stands)
            .map(|word| word.who)
            .collect()
    }

    /// Copies of announcements among these effects, as news.
    pub fn news(effects: &[Effect], event: &Event) -> Vec<(Kind, String, String)> {
        announcements(effects)
            .map(|(announcement, address)| {
                (
                    announcement.kind,
                    told(announcement, event),
                    address.clone(),
                )
            })
            .collect()
    }

    /// Remembers what is sent, and when the window was said.
    pub fn note(&mut self, effects: &[Effect], event: &Event, windows: [&Option<Window>; 2]) {
        self.sent.extend(Self::news(effects, event));
        // Of a schedule that comes back after people were told of another one they hear again.
        for announcement in announcements(effects).map(|(announcement, _)| announcement) {
            let now = schedule(announcement);
            let stands = |kind: Kind, told: &str| kind != Kind::Scheduled || told == now;
            self.sent.retain(|(kind, told, _)| stands(*kind, told));
        }
        if windows[0] != windows[1] {
            self.window_said = Some(event.at);
        }
    }
}

/// The copies of announcements among these effects, each with its address.
fn announcements(effects: &[Effect]) -> impl Iterator<Item = (&Announcement, &String)> {
    effects.iter().filter_map(|effect| match &effect.action {
        Action::SendTelegram {
            chat, announcement, ..
        } => Some((announcement, chat)),
        Action::SendEmail { to, announcement } => Some((announcement, to)),
        _ => None,
    })
}

/// What an announcement says of versions and window.
fn schedule(announcement: &Announcement) -> String {
    let window = announcement
        .window
        .as_ref()
        .map(|window| (window.start, window.duration, window.downtime));
    format!("{:?} {window:?}", versions(announcement))
}

fn versions(announcement: &Announcement) -> Vec<(&String, &String, &String)> {
    let components = announcement.components.iter();
    components
        .map(|component| (&component.name, &component.from, &component.to))
        .collect()
}

/// What makes news the same news: the plan by what is planned, the schedule by its window too; start and end come once; the rest by what
/// caused it.
fn told(announcement: &Announcement, event: &Event) -> String {
    match announcement.kind {
        Kind::Planned => format!("{:?}", versions(announcement)),
        Kind::Scheduled => schedule(announcement),
        Kind::Started | Kind::Completed | Kind::RolledBack | Kind::Cancelled => String::new(),
        _ => event.key.clone(),
    }
}
