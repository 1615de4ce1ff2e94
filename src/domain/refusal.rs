//! Why something is not done: a closed list, each with a stable code. The sentences are in [`super::render::refusal`].

use super::{announcement::NoAudience, phase::Phase, schedule::Objection};
use jiff::{SignedDuration, Timestamp};

/// A reason to refuse a tick or a command.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The rule says no. Holds who may.
    NotAllowed { who: String },
    /// GitHub did not say what the person may do.
    RightsUnknown { why: String },
    /// GitHub did not show what the answer depends on.
    NotTold { what: &'static str, why: String },
    /// Comments that were written later came to light together with this one.
    NewerUnheard,
    /// There is no such item. Holds the ids there are.
    UnknownItem { name: String, known: Vec<String> },
    /// Only Rollcall ticks this one, once these are filled in.
    DetailsMissing { missing: Vec<&'static str> },
    /// Only the quorum ticks this one.
    QuorumMissing {
        needed: u32,
        valid: u32,
        who: String,
    },
    /// Somebody's rejection stands.
    Rejected { by: Vec<String> },
    /// No window is set.
    WindowMissing,
    /// The downtime question is not answered.
    DowntimeMissing,
    /// The announcement would come too late.
    NoticeTooShort {
        notice: SignedDuration,
        start: Timestamp,
        zone: String,
    },
    /// There is nobody to announce to.
    NoAudience {
        /// Why not.
        audiences: NoAudience,
        /// The item that waits for it.
        item: Option<String>,
    },
    /// Tasks beneath the item are open.
    SubtasksOpen { open: usize },
    /// The deployment has not been started.
    NotStarted,
    /// It has.
    AlreadyStarted,
    /// The rollout is over.
    Finished,
    /// Nothing advances at present.
    OnHold { reason: String },
    /// There is nothing to resume.
    NotOnHold,
    /// Only reopening, unsuspending, … lifts this hold.
    HeldByGithub { reason: String },
    /// Items are open. Holds their numbers and titles.
    PhaseIncomplete { phase: Phase, open: Vec<String> },
    /// The window was not used.
    WindowPassed { end: Timestamp, zone: String },
    /// Before the window.
    WindowClosed {
        start: Timestamp,
        end: Timestamp,
        zone: String,
    },
    /// Another rollout is deploying to the same target.
    Busy {
        /// Title and link.
        other: String,
    },
    /// The wish for a window could not be read.
    WindowUnreadable { message: String, hint: String },
    /// The window does not suit. Holds why and the next three starts that would.
    WindowUnsuitable {
        objections: Vec<Objection>,
        slots: Vec<Timestamp>,
        zone: String,
    },
    /// The policy's freezes or allowed times keep the window closed. Holds why, at least one reason.
    Frozen { objections: Vec<Objection> },
    /// There is no vote to take back.
    NoVote,
    /// What is to be deployed changed after the approval was written.
    Outdated { since: Timestamp },
    /// The one who opened the rollout does not count.
    OwnRollout,
    /// Those who wrote the change do not count.
    OwnChange,
    /// Those who changed what would be deployed do not count. Holds what they changed.
    OwnEdit { what: Vec<String> },
    /// What would be deployed was changed, and nobody has told by whom.
    ChangerUnknown { what: Vec<String> },
    /// The thing that is to be done has been done.
    AlreadyDone { what: String },
    /// The item that is to be taken back is open.
    AlreadyOpen { title: String },
    /// There is no such entry in the issue log.
    UnknownLogEntry { number: u32 },
    /// The command could not be read.
    Malformed { problem: String, usage: String },
    /// An unknown word close to a command.
    DidYouMean { word: String, meant: String },
    /// More commands than are looked at in one comment.
    TooManyCommands { left: usize },
    /// There is no break-glass that could be confirmed.
    NothingToConfirm,
    /// The one who broke the glass cannot be the second person. Holds who may.
    SecondPersonNeeded { by: String, who: String },
    /// A break-glass waits for its second person.
    Unconfirmed {
        by: String,
        who: String,
        until: Timestamp,
        zone: String,
    },
    /// The feature is switched off.
    NotEnabled { what: String },
    /// There is no such template.
    UnknownTemplate { name: String, known: Vec<String> },
    /// The template's file is broken.
    BrokenTemplate { problems: Vec<String> },
    /// The policy's file is broken, and a deployment is not started on a guess.
    PolicyBroken { source: String },
    /// This issue is a rollout already.
    AlreadyARollout,
    /// The issue would be longer than GitHub takes. Lengths in characters; the longest fields first.
    TooLong {
        length: usize,
        most: usize,
        longest: Vec<(&'static str, usize)>,
    },
}

impl Refusal {
    /// The stable code, for people who search and for tests of policies.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "not-allowed",
            Self::RightsUnknown { .. } => "rights-unknown",
            Self::NotTold { .. } | Self::NewerUnheard => "not-told",
            Self::UnknownItem { .. } => "unknown-item",
            Self::DetailsMissing { .. } => "details-missing",
            Self::QuorumMissing { .. } => "quorum-missing",
            Self::Rejected { .. } => "rejected",
            Self::WindowMissing => "window-missing",
            Self::DowntimeMissing => "downtime-missing",
            Self::NoticeTooShort { .. } => "notice-too-short",
            Self::NoAudience { .. } => "no-audience",
            Self::SubtasksOpen { .. } => "subtasks-open",
            Self::NotStarted => "not-started",
            Self::AlreadyStarted => "already-started",
            Self::Finished => "finished",
            Self::OnHold { .. } => "on-hold",
            Self::NotOnHold => "not-on-hold",
            Self::HeldByGithub { .. } => "held-by-github",
            Self::PhaseIncomplete { .. } => "phase-incomplete",
            Self::WindowPassed { .. } => "window-passed",
            Self::WindowClosed { .. } => "window-closed",
            Self::Busy { .. } => "busy",
            Self::WindowUnreadable { .. } => "window-unreadable",
            Self::WindowUnsuitable { .. } => "window-unsuitable",
            Self::Frozen { objections } => objections.first().map_or("freeze", |first| first.code),
            Self::NoVote => "no-vote",
            Self::Outdated { .. } => "outdated",
            Self::OwnRollout => "own-rollout",
            Self::OwnChange => "own-change",
            Self::OwnEdit { .. } => "own-edit",
            Self::ChangerUnknown { .. } => "changer-unknown",
            Self::AlreadyDone { .. } => "already-done",
            Self::AlreadyOpen { .. } => "already-open",
            Self::UnknownLogEntry { .. } => "unknown-log-entry",
            Self::Malformed { .. } => "malformed",
            Self::DidYouMean { .. } => "did-you-mean",
            Self::TooManyCommands { .. } => "too-many-commands",
            Self::NothingToConfirm => "nothing-to-confirm",
            Self::SecondPersonNeeded { .. } => "second-person-needed",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::NotEnabled { .. } => "not-enabled",
            Self::UnknownTemplate { .. } => "unknown-template",
            Self::BrokenTemplate { .. } => "broken-template",
            Self::PolicyBroken { .. } => "policy-broken",
            Self::AlreadyARollout => "already-a-rollout",
            Self::TooLong { .. } => "too-long",
        }
    }
}
