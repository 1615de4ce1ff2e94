//! Everything that can happen in the world, as a list.

use super::{
    form::DAYS,
    witness::Content,
    world::{Who, World},
};
use jiff::Timestamp;
use rollcall::domain::{
    checklist,
    command::CommandName,
    event::{Event, Receipt, What},
    ids::CommentId,
    rollout::Parked,
};

/// One thing that can happen.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "a model has few of them at a time"
)]
pub enum Act {
    /// A person clicks a box.
    Tick(Who, &'static str, bool),
    /// A person writes a comment.
    Say(Who, &'static str),
    /// A person edits the version of a component in the body.
    Version(Who, &'static str),
    /// Somebody edits (or else deletes) the comment with the newest word of a person.
    Touch {
        /// Who does it.
        by: Who,
        /// Whose comment.
        of: Who,
        /// Deleted, not edited.
        delete: bool,
    },
    /// Something around the issue.
    Around(Who, What),
    /// The issue is closed, or opened again.
    Open(Who, bool),
    /// It is that day now.
    Day(usize),
    /// Rollcall's clock is stepped back, or put right.
    StepBack,
    /// Sam loses the right to write, or has it again.
    Rights,
    /// The act happens, but its delivery does not arrive yet.
    Late(Box<Act>),
    /// The late delivery arrives.
    Arrive,
}

/// Windows and answers that people may give.
const SCHEDULES: [&str; 3] = [
    "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m",
    "/schedule 2026-11-12 22:00 UTC for 2h downtime 10m",
    "/schedule 2026-11-12 22:00 UTC for 2h",
];
const TICKED: [&str; 4] = [
    "schedule-rollout",
    "rollback-plan",
    "stakeholder-announcement",
    "stakeholder-update",
];

/// A command as somebody says it in this world.
fn said(name: CommandName) -> &'static str {
    use CommandName as C;
    match name {
        C::Rollout => "/rollout api 1.0..2.0 because fix",
        C::Status => "/status",
        C::Why => "/why",
        C::Help => "/help",
        C::Simulate => "/simulate /start-deploy",
        C::Done => "/done stakeholder-announcement",
        C::Undo => "/undo stakeholder-announcement",
        C::Evidence => "/evidence rollback-plan kubectl rollout undo",
        C::Skip => "/skip stakeholder-announcement nobody concerned",
        C::Owner => "/owner rollback-plan @sam",
        C::Schedule => SCHEDULES[0],
        C::Preview => "/preview",
        C::Announce => "/announce all is well",
        C::ApproveDeploy => "/approve-deploy",
        C::Reject => "/reject not yet",
        C::Withdraw => "/withdraw",
        C::StartDeploy => "/start-deploy",
        C::Promote => "/promote",
        C::Abort => "/abort",
        C::Rollback => "/rollback errors",
        C::Hold => "/hold wait",
        C::Resume => "/resume",
        C::Log => "/log slow start",
        C::Resolve => "/resolve 1 warmed up",
        C::Feedback => "/feedback 5",
        C::Expedite => "/expedite fire",
        C::ConfirmExpedite => "/confirm-expedite",
        C::Cancel => "/cancel not needed",
        C::Refresh => "/refresh",
    }
}

/// All acts. Every command is said by everybody.
pub fn all() -> Vec<Act> {
    let mut acts = Vec::new();
    for who in Who::ALL {
        acts.extend(CommandName::ALL.map(|name| Act::Say(who, said(name))));
        acts.extend(SCHEDULES[1..].iter().map(|text| Act::Say(who, text)));
    }
    for text in [
        "/done rollback-plan",
        "/undo rollback-plan",
        "/skip rollback-plan known",
        "/skip stakeholder-update none",
    ] {
        acts.push(Act::Say(Who::Grace, text));
    }
    for item in TICKED.into_iter().chain(["final-review"]) {
        acts.extend([
            Act::Tick(Who::Ada, item, true),
            Act::Tick(Who::Ada, item, false),
        ]);
    }
    acts.extend([
        Act::Tick(Who::Sam, "rollback-plan", true),
        Act::Tick(Who::Sam, "rollback-plan", false),
    ]);
    acts.extend(["1.5.0", "1.6.0"].map(|version| Act::Version(Who::Ada, version)));
    for (by, of) in [
        (Who::Grace, Who::Grace),
        (Who::Grace, Who::Ada),
        (Who::Ada, Who::Sam),
        (Who::Sam, Who::Sam),
    ] {
        acts.extend([true, false].map(|delete| Act::Touch { by, of, delete }));
    }
    acts.extend(around());
    let late = acts.iter().filter(|act| can_be_late(act)).cloned();
    let late: Vec<Act> = late.map(|act| Act::Late(Box::new(act))).collect();
    acts.extend(late);
    acts.extend((0..DAYS.len()).map(Act::Day));
    acts.extend([Act::StepBack, Act::Rights, Act::Arrive]);
    acts
}

fn around() -> Vec<Act> {
    let around = [
        What::TitleEdited {
            title: "Another title".to_owned(),
        },
        What::LabelChanged {
            label: "rollout: deployment".to_owned(),
            added: true,
        },
        What::IssueDeleted,
        What::RepositoryLost {
            how: "it was archived".to_owned(),
        },
        What::RepositoryFound,
        What::InstallationSuspended,
        What::InstallationResumed,
        What::InstallationRemoved,
        What::DeadlinePassed {
            name: "approval-lapses".to_owned(),
        },
        What::Reconciled,
        What::EffectBuried {
            effect: "status:…".to_owned(),
            summary: "the status comment".to_owned(),
            reason: "GitHub refused".to_owned(),
            receipt: None,
        },
        What::ArrivalParked(Parked {
            arrival: "a-delivery".to_owned(),
            summary: "a comment".to_owned(),
            by: Some("grace".to_owned()),
            at: DAYS[0].parse().expect("a time"),
            reason: "GitHub did not answer".to_owned(),
            waits: false,
        }),
        What::AnnouncementDelivered(Receipt {
            announcement: "started".to_owned(),
            channel: "telegram".to_owned(),
            audience: "customers".to_owned(),
            address: "-1001".to_owned(),
        }),
    ];
    let mut acts = around.map(|what| Act::Around(Who::Grace, what)).to_vec();
    acts.extend([true, false].map(|open| Act::Open(Who::Ada, open)));
    acts
}

/// The acts that are also tried with a delivery that is overtaken by what happens after them.
fn can_be_late(act: &Act) -> bool {
    match act {
        Act::Tick(Who::Ada, item, _) => *item == "stakeholder-announcement",
        Act::Version(..) | Act::Open(..) => true,
        Act::Touch { by, of, .. } => by == of,
        Act::Say(Who::Grace, text) => {
            ["/approve-deploy", "/reject not yet", "/withdraw"].contains(text)
        }
        Act::Say(Who::Ada, text) => [
            "/hold wait",
            "/resume",
            "/start-deploy",
            SCHEDULES[0],
            SCHEDULES[1],
        ]
        .contains(text),
        _ => false,
    }
}

impl World {
    /// What becomes of the world by an act; none when the act is not possible in it.
    ///
    /// # Errors
    /// The law that was broken, in words.
    pub fn act(&self, act: &Act) -> Result<Option<Self>, String> {
        let mut world = self.clone();
        match act {
            Act::Day(day) => {
                let at: Timestamp = DAYS[*day].parse().expect("a time");
                if at <= world.clock {
                    return Ok(None);
                }
                world.clock = at;
            }
            Act::StepBack => world.stepped_back = !world.stepped_back,
            Act::Rights => world.sam_lost = !world.sam_lost,
            Act::Arrive => {
                let Some(event) = world.late.take() else {
                    return Ok(None);
                };
                world.deliver(&event)?;
            }
            Act::Late(act) => {
                if world.late.is_some() {
                    return Ok(None);
                }
                world.late = world.happen(act);
                if world.late.is_none() {
                    return Ok(None);
                }
            }
            act => {
                let Some(event) = world.happen(act) else {
                    return Ok(None);
                };
                world.deliver(&event)?;
            }
        }
        Ok(Some(world))
    }

    /// The act happens on GitHub; its delivery is returned.
    pub fn happen(&mut self, act: &Act) -> Option<Event> {
        match act {
            Act::Tick(who, item, checked) => {
                let to = checklist::flip(&self.body, &[(item, *checked)]).body;
                (to != self.body).then(|| self.edit(who.person(), to))
            }
            Act::Version(who, version) => {
                let (from, to) = (["1.5.0", "1.6.0"], version);
                let to = self.body.replace(from[0], to).replace(from[1], to);
                (to != self.body).then(|| self.edit(who.person(), to))
            }
            Act::Say(who, text) => {
                let comment = CommentId(self.next_comment());
                let saw = Content::of(&self.body, &self.rollout);
                self.witness.saw.insert(comment, saw);
                let body = (*text).to_owned();
                let what = What::CommentCreated {
                    comment,
                    body,
                    change_author: None,
                };
                Some(self.event(Some(who.person()), what))
            }
            Act::Touch { by, of, delete } => self.touch(*by, *of, *delete),
            Act::Open(who, open) => {
                if self.open == *open {
                    return None;
                }
                self.open = *open;
                let what = if *open {
                    What::IssueReopened
                } else {
                    What::IssueClosed
                };
                let event = self.event(Some(who.person()), what);
                self.changed = event.at;
                Some(event)
            }
            Act::Around(who, what) => Some(self.around(*who, what)),
            _ => None,
        }
    }

    fn around(&mut self, who: Who, what: &What) -> Event {
        let by_clock = matches!(
            what,
            What::DeadlinePassed { .. }
                | What::Reconciled
                | What::EffectBuried { .. }
                | What::AnnouncementDelivered(_)
                | What::ArrivalParked(_)
        );
        let actor = (!by_clock).then(|| who.person());
        self.event(actor, what.clone())
    }

    fn touch(&mut self, by: Who, of: Who, delete: bool) -> Option<Event> {
        let words = self.witness.words.iter();
        let newest = words
            .filter(|word| word.who == of.person().id && word.gone.is_none())
            .max_by_key(|word| (word.at, word.comment))?;
        let comment = newest.comment;
        let what = if delete {
            What::CommentDeleted { comment }
        } else {
            What::CommentEdited {
                comment,
                from: Some("/approve-deploy".to_owned()),
                body: "never mind".to_owned(),
            }
        };
        Some(self.event(Some(by.person()), what))
    }
}
