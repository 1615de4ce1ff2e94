//! The world: the rollout as Rollcall has it, the issue as GitHub has it, a clock, and what is still on its way.

use super::{laws, policy, witness::Witness};
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    announcement::{Audience, Chat},
    checklist,
    decide::{decide, needs},
    effect::{Action, Effect, Mode},
    event::{Event, Request, What},
    facts::{App, Comments, Facts, History, Newest, PolicyFact, TemplateFact, Untold},
    fields::{Component, Fields},
    ids::{InstallationId, Person, Place, Repository, RepositoryId, UserId},
    person::{Permission, Standing},
    rollout::Rollout,
    template::{Template, builtin},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The items that are kept of the standard template: those with a gate, and one ordinary one for all others.
const KEPT: [&str; 6] = [
    "issue-creation",
    "schedule-rollout",
    "final-review",
    "rollback-plan",
    "stakeholder-announcement",
    "stakeholder-update",
];

/// How far Rollcall's clock is behind when it has been stepped back.
const STEP: SignedDuration = SignedDuration::from_hours(2);

/// A person of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Write permission; opened the rollout.
    Ada,
    /// Maintain permission.
    Grace,
    /// Write permission, which can be lost and come back.
    Sam,
}

impl Who {
    /// Everybody.
    pub const ALL: [Self; 3] = [Self::Ada, Self::Grace, Self::Sam];

    /// The account.
    pub fn person(self) -> Person {
        let (id, login) = match self {
            Self::Ada => (1, "ada"),
            Self::Grace => (2, "grace"),
            Self::Sam => (3, "sam"),
        };
        Person {
            id: UserId(id),
            login: login.to_owned(),
            bot: false,
        }
    }
}

/// A state of the world.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the world by itself"
)]
pub struct World {
    /// What Rollcall has stored.
    pub rollout: Rollout,
    /// The issue's body on GitHub.
    pub body: String,
    /// Whether the issue is open on GitHub.
    pub open: bool,
    /// When the issue was last changed.
    pub changed: Timestamp,
    /// GitHub's clock: every act has a second of its own.
    pub clock: Timestamp,
    /// Rollcall's clock was stepped back.
    pub stepped_back: bool,
    /// Sam has lost the write permission.
    pub sam_lost: bool,
    /// An emergency may be deployed before a second person has confirmed it.
    pub at_once: bool,
    /// A delivery that is still on its way.
    pub late: Option<Event>,
    /// The independent account.
    pub witness: Witness,
    /// Comments that were heard, in order.
    pub brought: Vec<Arc<Event>>,
    /// Whether every event is decided twice in a row, to see that the second time changes nothing.
    pub doubled: bool,
    count: u64,
}

impl World {
    /// Ada asked for a rollout, and its issue is open.
    pub fn open(start: Timestamp, template: Template) -> Self {
        let fields = fields();
        let request = Request {
            key: "api:model".to_owned(),
            template: None,
            fields,
            title: None,
            requested_by: None,
        };
        let event = Event {
            key: "request".to_owned(),
            at: start,
            place: place(None),
            rollout: None,
            actor: Some(Who::Ada.person()),
            what: What::RolloutRequested(request),
        };
        let facts = Facts {
            template: Some(TemplateFact::Found(Box::new(template))),
            ..no_facts(start)
        };
        let created = decide(None, &event, &facts);
        let Some(Action::CreateIssue {
            title,
            body,
            labels,
            ..
        }) = created.effects.first().map(|effect| &effect.action)
        else {
            panic!("an issue is asked for: {:?}", created.effects);
        };
        let opened = What::IssueOpened {
            title: title.clone(),
            body: body.clone(),
            labels: labels.iter().map(|label| label.name.clone()).collect(),
        };
        let mut world = Self {
            rollout: created.rollout.expect("a rollout"),
            body: body.clone(),
            open: true,
            changed: start,
            clock: start,
            stepped_back: false,
            sam_lost: false,
            at_once: false,
            late: None,
            witness: Witness::default(),
            brought: Vec::new(),
            doubled: false,
            count: 0,
        };
        let event = world.event(Some(app()), opened);
        world.deliver(&event).expect("opening breaks no law");
        world
    }

    /// Rollcall's clock.
    pub fn now(&self) -> Timestamp {
        if self.stepped_back {
            self.clock - STEP
        } else {
            self.clock
        }
    }

    /// What a person may do now.
    pub fn permission(&self, id: UserId) -> Permission {
        match id.0 {
            1 => Permission::Write,
            2 => Permission::Maintain,
            3 if !self.sam_lost => Permission::Write,
            3 => Permission::Read,
            _ => Permission::None,
        }
    }

    /// A new event, a second after whatever happened before.
    pub fn event(&mut self, actor: Option<Person>, what: What) -> Event {
        self.count += 1;
        self.clock += SignedDuration::from_secs(1);
        Event {
            key: format!("event-{}-{}", self.clock.as_second(), self.count),
            at: self.clock,
            place: self.rollout.place.at(self.rollout.place.issue.unwrap_or(7)),
            rollout: None,
            actor,
            what,
        }
    }

    /// Number of the next comment.
    pub fn next_comment(&self) -> u64 {
        1000 + self.count
    }

    /// Brings an event to the core, as the shell does: with the facts that it needs and no others. Then does what Rollcall asks for.
    ///
    /// # Errors
    /// The law that was broken, in words.
    pub fn deliver(&mut self, event: &Event) -> Result<Vec<Effect>, String> {
        let facts = self.facts(event);
        let before = self.rollout.clone();
        let decision = decide(Some(&before), event, &facts);
        let actor = event.actor.as_ref();
        let has = actor.map_or(Permission::None, |actor| self.permission(actor.id));
        let fresh = self.witness.hear(event, &before, has);
        let step = laws::Step {
            before: &before,
            event,
            decision: &decision,
            world: self,
            fresh,
        };
        laws::hold(&step)?;
        if fresh && matches!(event.what, What::CommentCreated { .. }) {
            self.brought.push(Arc::new(event.clone()));
        }
        if let Some(after) = decision.rollout {
            self.rollout = after;
        }
        let windows = [&before.window, &self.rollout.window];
        self.witness.note(&decision.effects, event, windows);
        if self.doubled {
            let again = decide(Some(&self.rollout), event, &facts);
            laws::nothing_new(&self.rollout, event, &decision.effects, &again)?;
        }
        self.perform(&decision.effects)?;
        Ok(decision.effects)
    }

    /// Rollcall's own writes to the issue: boxes that are set, and their webhook; the issue being closed.
    fn perform(&mut self, effects: &[Effect]) -> Result<(), String> {
        for effect in effects {
            match (&effect.action, effect.mode) {
                (Action::CloseIssue { .. }, _) => self.open = false,
                (Action::PutBoxes { boxes, titles, .. }, Mode::Latest { .. }) => {
                    let to = checklist::flip_items(&self.body, boxes, titles).body;
                    if to != self.body {
                        let edit = self.edit(app(), to);
                        self.deliver(&edit)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Saves another body on GitHub; the webhook of it is returned.
    pub fn edit(&mut self, by: Person, to: String) -> Event {
        let from = std::mem::replace(&mut self.body, to.clone());
        let what = What::BodyEdited {
            from: Some(from),
            body: to,
        };
        let event = self.event(Some(by), what);
        self.changed = event.at;
        event
    }

    /// What the shell reads for an event.
    pub fn facts(&self, event: &Event) -> Facts {
        let needs = needs(Some(&self.rollout), event);
        let standing = |person: &Person| Standing {
            person: person.clone(),
            permission: Ok(self.permission(person.id)),
            role: None,
            teams: Ok(BTreeSet::new()),
        };
        let newest = Newest {
            title: self.rollout.title.clone(),
            body: self.body.clone(),
            open: self.open,
            labels: Vec::new(),
            updated_at: self.changed,
        };
        Facts {
            policy: if needs.policy {
                policy::fact(self.at_once)
            } else {
                PolicyFact::Unread { needed: false }
            },
            people: needs
                .people
                .iter()
                .map(|person| (person.id, standing(person)))
                .collect(),
            newest: needs.newest.then_some(newest),
            ..no_facts(self.now())
        }
    }
}

/// Rollcall's own account.
pub fn app() -> Person {
    Person {
        id: UserId(99),
        login: "rollcall[bot]".to_owned(),
        bot: true,
    }
}

/// The standard template with its gates, and all items that have none made one.
pub fn gates_only() -> Template {
    let mut template = builtin::standard();
    template
        .items
        .retain(|item| KEPT.contains(&item.id.as_str()));
    let keeps = |line: &&str| {
        !line.contains("<!-- id:")
            || KEPT
                .iter()
                .any(|id| line.contains(&format!("<!-- id: {id} -->")))
    };
    template.body = template
        .body
        .lines()
        .filter(keeps)
        .collect::<Vec<_>>()
        .join("\n");
    template
}

fn fields() -> Fields {
    let component = |name: &str, from: &str, to: &str| Component {
        name: name.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        reason: "bug fix".to_owned(),
    };
    Fields {
        purpose: "Close a hole".to_owned(),
        components: vec![
            component("checkout", "1.4.0", "1.5.0"),
            component("search", "7.0.0", "7.1.0"),
        ],
        benefits: "Payments stay safe".to_owned(),
        ..Fields::default()
    }
}

fn place(issue: Option<u64>) -> Place {
    Place {
        installation: InstallationId(5),
        repository: Repository {
            id: RepositoryId(11),
            owner: "acme".to_owned(),
            name: "shop".to_owned(),
        },
        issue,
    }
}

fn no_facts(now: Timestamp) -> Facts {
    Facts {
        now,
        app: App {
            slug: "rollcall".to_owned(),
        },
        policy: PolicyFact::Absent,
        template: None,
        people: [(
            UserId(1),
            Standing {
                person: Who::Ada.person(),
                permission: Ok(Permission::Write),
                role: None,
                teams: Ok(BTreeSet::new()),
            },
        )]
        .into_iter()
        .collect::<BTreeMap<_, _>>(),
        newest: None,
        moved: None,
        asked_before: None,
        audiences: vec![Audience {
            name: "customers".to_owned(),
            chats: vec![Chat {
                id: "-1001".to_owned(),
                thread: None,
            }],
            emails: vec!["ops@acme.example".to_owned()],
            zone: "UTC".to_owned(),
        }],
        taken_by: None,
        history: History::NotNeeded,
        comments: Comments::NotNeeded,
        untold: Untold::default(),
        web_url: "https://github.com".to_owned(),
    }
}
