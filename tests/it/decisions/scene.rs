//! A stage for the core: one rollout, its body as GitHub would hold it, and people who act.

use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    announcement::{Audience, Chat},
    calendar::Calendar,
    checklist,
    decide::{decide, person_by_login},
    effect::{Action, Effect, Mode},
    event::{Event, Request, What},
    facts::{App, Comments, Facts, History, Newest, PolicyFact, TemplateFact, Untold},
    fields::{Component, Fields},
    ids::{CommentId, InstallationId, Person, Place, Repository, RepositoryId, UserId},
    ledger::{self, Entry},
    person::{Permission, Standing},
    policy,
    rollout::{End, Rollout, Stage},
    template::{Template, builtin},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

pub(super) const ISSUE: u64 = 7;

/// Read once: reading it is most of the time that an event takes here.
static STANDARD: LazyLock<Template> = LazyLock::new(builtin::standard);

/// The stage.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) rollout: Option<Rollout>,
    pub(super) body: String,
    pub(super) now: Timestamp,
    pub(super) policy: PolicyFact,
    pub(super) audiences: Vec<Audience>,
    pub(super) taken_by: Option<String>,
    pub(super) ledger: Vec<(Entry, String)>,
    /// Everything that was ever asked for.
    pub(super) effects: Vec<Effect>,
    /// What the last event asked for.
    pub(super) last: Vec<Effect>,
    /// When the body was last changed; now, when not said.
    pub(super) newest_changed_at: Option<Timestamp>,
    /// Wake-ups that were brought.
    pub(super) woken: BTreeSet<String>,
    /// What GitHub's edit history says.
    pub(super) history: History,
    /// What GitHub shows of the comments.
    pub(super) comments: Comments,
    /// What GitHub does not tell.
    pub(super) untold: Untold,
    /// Where GitHub shows the issue, when it is no longer here.
    pub(super) moved: Option<(Repository, u64)>,
    /// Whether GitHub shows the issue as open.
    pub(super) issue_is_open: bool,
    rights: BTreeMap<&'static str, Permission>,
    counter: u64,
}

pub(super) fn person(login: &str) -> Person {
    let id = login.bytes().fold(0_u64, |id, byte| {
        id.wrapping_mul(31).wrapping_add(u64::from(byte)) % 1_000_000
    });
    Person {
        id: UserId(id),
        login: login.to_owned(),
        bot: login.ends_with("[bot]"),
    }
}

pub(super) fn repository() -> Repository {
    Repository {
        id: RepositoryId(11),
        owner: "acme".into(),
        name: "shop".into(),
    }
}

pub(super) fn place(issue: Option<u64>) -> Place {
    Place {
        installation: InstallationId(5),
        repository: repository(),
        issue,
    }
}

pub(super) fn complete_fields() -> Fields {
    Fields {
        purpose: "Close a hole in the checkout".into(),
        components: vec![Component {
            name: "checkout".into(),
            from: "1.4.0".into(),
            to: "1.5.0".into(),
            reason: "security update".into(),
        }],
        benefits: "Payments stay safe".into(),
        ..Fields::default()
    }
}

impl Scene {
    /// Nothing has happened yet.
    pub(super) fn empty() -> Self {
        use Permission as P;
        Self {
            rollout: None,
            body: String::new(),
            now: "2026-11-02T09:00:00Z".parse().expect("a time"),
            policy: PolicyFact::Absent,
            audiences: vec![Audience {
                name: "customers".into(),
                chats: vec![Chat {
                    id: "-1001".into(),
                    thread: None,
                }],
                emails: vec!["ops@acme.example".into()],
                zone: "Europe/Berlin".into(),
            }],
            taken_by: None,
            newest_changed_at: None,
            woken: BTreeSet::new(),
            history: History::NotNeeded,
            comments: Comments::NotNeeded,
            untold: Untold::default(),
            moved: None,
            issue_is_open: true,
            ledger: Vec::new(),
            effects: Vec::new(),
            last: Vec::new(),
            rights: [
                ("ada", P::Write),
                ("grace", P::Write),
                ("linus", P::Maintain),
                ("sam", P::Read),
                ("olga", P::None),
            ]
            .into(),
            counter: 0,
        }
    }

    /// Ada asked for a rollout with everything filled in, and its issue is open.
    pub(super) fn open() -> Self {
        let mut scene = Self::empty();
        scene.request(complete_fields());
        scene
    }

    /// A rollout asked for through the API by the operator, opened by Rollcall.
    pub(super) fn request(&mut self, fields: Fields) {
        let request = Request {
            key: "api:1".into(),
            template: None,
            fields,
            title: None,
            requested_by: Some("ci".into()),
        };
        let what = What::RolloutRequested(request);
        self.happens_at(place(None), None, what);
        self.issue_opens();
    }

    /// Rollcall's own issue appears on GitHub.
    pub(super) fn issue_opens(&mut self) {
        let opened = self
            .effects
            .iter()
            .rev()
            .find_map(|effect| match &effect.action {
                Action::CreateIssue {
                    title,
                    body,
                    labels,
                    ..
                } => Some((title.clone(), body.clone(), labels.clone())),
                _ => None,
            });
        let (title, body, labels) = opened.expect("Rollcall asked for an issue");
        self.body.clone_from(&body);
        let labels = labels.into_iter().map(|label| label.name).collect();
        self.happens(
            "rollcall[bot]",
            What::IssueOpened {
                title,
                body,
                labels,
            },
        );
        self.settle();
    }

    pub(super) fn policy(&mut self, text: &str) {
        self.policy_with(text, BTreeMap::new());
    }

    /// A policy with the calendars it names.
    pub(super) fn policy_with(&mut self, text: &str, calendars: BTreeMap<String, Calendar>) {
        self.policy = match policy::parse(text, "rollcall.yml") {
            Ok(policy) => PolicyFact::Found {
                policy: Box::new(policy.with_calendars(&calendars)),
                calendars,
                text: text.to_owned(),
                source: "acme/shop:.github/rollcall.yml".into(),
            },
            Err(problems) => PolicyFact::Broken {
                source: "acme/shop:.github/rollcall.yml".into(),
                problems,
                last_good: None,
            },
        };
    }

    pub(super) fn rollout(&self) -> &Rollout {
        self.rollout.as_ref().expect("there is a rollout")
    }

    pub(super) fn later(&mut self, hours: i64) {
        self.now = self
            .now
            .saturating_add(SignedDuration::from_hours(hours))
            .expect("in range");
    }

    /// An event by this person on the rollout's issue.
    pub(super) fn happens(&mut self, login: &str, what: What) {
        let actor = Some(person(login)).filter(|_| !login.is_empty());
        self.happens_at(place(Some(ISSUE)), actor, what);
    }

    pub(super) fn happens_at(&mut self, place: Place, actor: Option<Person>, what: What) {
        self.counter += 1;
        let event = Event {
            key: format!("event-{}", self.counter),
            at: self.now,
            place,
            rollout: None,
            actor,
            what,
        };
        self.bring(&event);
    }

    /// Brings an event to the core, as the shell would.
    pub(super) fn bring(&mut self, event: &Event) {
        let facts = self.facts();
        let decision = decide(self.rollout.as_ref(), event, &facts);
        self.ledger.extend(decision.ledger);
        self.last = decision.effects;
        self.effects.extend(self.last.clone());
        if decision.rollout.is_some() {
            self.rollout = decision.rollout;
        }
        ledger::verify(&self.ledger).expect("the record holds together");
    }

    /// The world as the shell reads it.
    pub(super) fn facts(&self) -> Facts {
        let standing = |(login, permission): (&&'static str, &Permission)| {
            let person = person(login);
            let standing = Standing {
                person: person.clone(),
                permission: Ok(*permission),
                role: Some(permission.to_string()),
                teams: Ok(BTreeSet::new()),
            };
            // The shell keeps it under the login, too, for those who are only named.
            let named = person_by_login(login).id;
            [(person.id, standing.clone()), (named, standing)]
        };
        Facts {
            now: self.now,
            app: App {
                slug: "rollcall".into(),
            },
            policy: self.policy.clone(),
            template: Some(TemplateFact::Found(Box::new(STANDARD.clone()))),
            people: self.rights.iter().flat_map(standing).collect(),
            newest: (!self.body.is_empty()).then(|| Newest {
                title: String::new(),
                body: self.body.clone(),
                open: self.issue_is_open,
                labels: Vec::new(),
                updated_at: self.newest_changed_at.unwrap_or(self.now),
            }),
            moved: self.moved.clone(),
            asked_before: None,
            history: self.history.clone(),
            comments: self.comments.clone(),
            untold: self.untold.clone(),
            audiences: self.audiences.clone(),
            taken_by: self.taken_by.clone(),
            web_url: "https://github.com".into(),
        }
    }

    pub(super) fn rights(&mut self, login: &'static str, permission: Permission) {
        self.rights.insert(login, permission);
    }

    /// A person clicks a box.
    pub(super) fn tick(&mut self, login: &str, item: &str, checked: bool) {
        let to = checklist::flip(&self.body, &[(item, checked)]).body;
        self.edit(login, &to);
    }

    /// A person saves another body.
    pub(super) fn edit(&mut self, login: &str, to: &str) {
        let from = std::mem::replace(&mut self.body, to.to_owned());
        self.happens(
            login,
            What::BodyEdited {
                from: Some(from),
                body: to.to_owned(),
            },
        );
        self.settle();
    }

    /// A person writes a comment.
    pub(super) fn say(&mut self, login: &str, text: &str) {
        let comment = CommentId(1000 + self.counter);
        self.happens(
            login,
            What::CommentCreated {
                comment,
                body: text.to_owned(),
                change_author: None,
            },
        );
        self.settle();
    }

    /// Rollcall sets the boxes it asked to set, and its own edits come back. What people said last stays readable in `last`.
    pub(super) fn settle(&mut self) {
        let heard = self.last.clone();
        let wanted = heard
            .iter()
            .rev()
            .find_map(|effect| match (&effect.action, effect.mode) {
                (Action::PutBoxes { boxes, titles, .. }, Mode::Latest { .. }) => {
                    Some((boxes.clone(), titles.clone()))
                }
                _ => None,
            });
        if let Some((boxes, titles)) = wanted {
            let to = checklist::flip_items(&self.body, &boxes, &titles).body;
            if to != self.body {
                let from = std::mem::replace(&mut self.body, to.clone());
                self.happens(
                    "rollcall[bot]",
                    What::BodyEdited {
                        from: Some(from),
                        body: to,
                    },
                );
            }
        }
        self.last = heard;
    }

    /// The comments of the last event.
    pub(super) fn replies(&self) -> String {
        let comments = self.last.iter().filter_map(|effect| match &effect.action {
            Action::PutComment { body, .. } => Some(body.clone()),
            _ => None,
        });
        comments.collect::<Vec<_>>().join("\n---\n")
    }

    /// The comments of the last event say this.
    #[track_caller]
    pub(super) fn hears(&self, words: &str) {
        let replies = self.replies();
        assert!(replies.contains(words), "`{words}` is not in: {replies}");
    }

    /// The newest status comment.
    pub(super) fn status(&self) -> String {
        let status = self
            .effects
            .iter()
            .rev()
            .find_map(|effect| match &effect.action {
                Action::PutStatus { body, .. } => Some(body.clone()),
                _ => None,
            });
        status.expect("there is a status comment")
    }

    pub(super) fn is_on_hold(&self) -> bool {
        !self.rollout().holds.is_empty()
    }

    pub(super) fn end(&self) -> Option<End> {
        match &self.rollout().stage {
            Stage::Finished(finish) => Some(finish.end),
            _ => None,
        }
    }

    pub(super) fn is_done(&self, item: &str) -> bool {
        self.rollout().item(item).expect("a known item").is_done()
    }

    /// Whether GitHub shows the box ticked.
    pub(super) fn is_ticked(&self, item: &str) -> bool {
        let list = checklist::parse(&self.body);
        list.find(item, item)
            .expect("the item is in the body")
            .checked
    }

    /// Kinds of announcements asked for so far, one a copy.
    pub(super) fn announced(&self) -> Vec<String> {
        let kinds = self
            .effects
            .iter()
            .filter_map(|effect| match &effect.action {
                Action::SendTelegram { announcement, .. } => {
                    Some(format!("telegram {}", announcement.kind))
                }
                Action::SendEmail { announcement, .. } => {
                    Some(format!("email {}", announcement.kind))
                }
                _ => None,
            });
        kinds.collect()
    }

    /// Everything before `/start-deploy` is done, the window is tomorrow night.
    pub(super) fn prepared() -> Self {
        let mut scene = Self::open();
        scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
        for item in
            scene.open_items(|item| item.phase <= rollcall::domain::phase::Phase::PreDeployment)
        {
            scene.tick("ada", &item, true);
        }
        scene.say("grace", "/approve-deploy");
        scene.say("linus", "/approve-deploy looks good");
        scene
    }

    /// The deployment has started.
    pub(super) fn deploying() -> Self {
        let mut scene = Self::prepared();
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        scene.say("ada", "/start-deploy");
        scene
    }

    /// Ids of the open items that people tick.
    pub(super) fn open_items(
        &self,
        which: impl Fn(&rollcall::domain::rollout::Item) -> bool,
    ) -> Vec<String> {
        let items = self.rollout().items.iter();
        items
            .filter(|item| {
                !item.is_settled()
                    && item.by == rollcall::domain::template::ItemActor::Person
                    && which(item)
            })
            .map(|item| item.id.clone())
            .collect()
    }
}
