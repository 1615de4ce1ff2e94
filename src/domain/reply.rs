//! What Rollcall answers: a closed list. The sentences are in [`super::render::reply`].

use super::{
    announcement::NoAudience,
    approval::{FieldChange, SignedField},
    command::CommandName,
    refusal::Refusal,
    render::why::Why,
    rollout::GlassEnd,
    window::Window,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// One paragraph of a reply.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The rollout's issue was opened for this request.
    Opened { issue: u64 },
    /// The issue form became the rollout.
    FormAdopted,
    /// These fields are still needed before item 1.1 is done.
    DetailsAsked {
        /// What.
        missing: Vec<&'static str>,
        /// Login of who asked for the rollout, when that was on GitHub.
        of: Option<String>,
    },
    /// GitHub did not tell something, and the record of what it told last stood in for it.
    WentByRecord { what: &'static str },
    /// A command was refused.
    Refused { command: String, refusal: Refusal },
    /// Boxes were set back.
    FlipsRefused { flips: Vec<(String, Refusal)> },
    /// Boxes had changed without an edit that was seen.
    FlipsUnexplained { items: Vec<String> },
    /// The checklist is gone from the body. Holds the body as it was.
    ChecklistLost { before: Option<String> },
    /// Rollcall's own edit overwrote this text, and it could not be put back without harm.
    TextPutBack,
    /// Where the rollout stands.
    Status { text: String },
    /// The commands, each with whether this person may use it now.
    Help { commands: Vec<(CommandName, bool)> },
    /// The evaluated rule of an item.
    Why { title: String, why: Why },
    /// What the start of the deployment waits for.
    WhyDeploy { why: Why },
    /// What a command would do.
    Simulated {
        command: String,
        who: String,
        why: Why,
        outcome: Vec<String>,
    },
    /// An item was done.
    Done { title: String },
    /// An item was taken back.
    Undone { title: String },
    /// Proof was attached.
    EvidenceAttached { title: String },
    /// An item was left out.
    Waived { title: String, reason: String },
    /// Somebody is to do it. Holds the repository when GitHub says that they have no access to it.
    OwnerSet {
        title: String,
        owner: String,
        unknown_in: Option<String>,
    },
    /// The window is set.
    Scheduled { window: Window },
    /// The announcement went out with another window and has to be made again.
    AnnounceAgain { title: String },
    /// The rendered messages.
    Preview { text: String },
    /// Stakeholders are told.
    Announced { copies: usize },
    /// There was nobody to tell.
    /// The same rollout was asked for before.
    AskedBefore { issue: Option<u64> },
    /// An issue from the form did not become a rollout.
    FormRefused {
        /// Why.
        refusal: Refusal,
    },
    /// There is nobody to tell.
    NobodyToTell {
        /// Why not.
        audiences: NoAudience,
    },
    /// A signature was taken.
    Approved {
        digest: String,
        valid: u32,
        needed: u32,
        /// Whether the same person's approval of it stood before.
        again: bool,
    },
    /// The rollout is blocked.
    Rejected { reason: String },
    /// A vote was taken back.
    Withdrawn,
    /// A vote no longer counts.
    VoteVoided {
        voter: String,
        why: String,
        approval: bool,
    },
    /// What was approved has changed.
    ApprovalsVoided {
        changes: Vec<FieldChange>,
        /// What approvals leave out, before and now, when the policy changed that.
        signs: Option<(BTreeSet<SignedField>, BTreeSet<SignedField>)>,
        voters: Vec<String>,
    },
    /// An approver may no longer. Holds who may.
    ApproverLost {
        voter: String,
        why: String,
        who: String,
    },
    /// The issue came from another repository. Holds what is open again, and whose approvals are void.
    BegunAnew {
        titles: Vec<String>,
        voters: Vec<String>,
    },
    /// The deployment has started.
    Started { digest: String },
    /// The next step.
    Promoted { step: u32 },
    /// The deployment stopped where it stands.
    Aborted,
    /// The way back has been taken.
    RolledBack { reason: String, plan: String },
    /// On hold.
    Held { reason: String },
    /// No longer on hold. Holds the reasons that remain.
    Resumed { remaining: Vec<String> },
    /// The glass was broken. Holds until when and by whom it must be confirmed.
    GlassBroken {
        until: Timestamp,
        zone: String,
        who: String,
        at_once: bool,
    },
    /// A second person confirmed it.
    GlassConfirmed { started: bool },
    /// It came to its end.
    GlassEnded {
        by: String,
        why: GlassEnd,
        started: bool,
        who: String,
    },
    /// What only a break-glass had allowed is open again, and the window is gone when it was one of these.
    GlassUndone { titles: Vec<String>, window: bool },
    /// An entry of the issue log.
    Logged { number: u32 },
    /// It was solved.
    Resolved { number: u32 },
    /// Thanks for the feedback.
    FeedbackTaken { score: u8 },
    /// The rollout is cancelled.
    Cancelled { reason: String },
    /// Compared with GitHub.
    Refreshed,
    /// Somebody closed the issue before the rollout was over.
    ClosedEarly,
    /// Somebody reopened a rollout that is over.
    ReopenedLate,
    /// An edited comment holds a command that was not there before.
    EditedCommand,
    /// The phase label is derived; changing it by hand only asks.
    LabelIsDerived,
    /// The policy file is broken. Holds its problems.
    PolicyBroken {
        source: String,
        problems: Vec<String>,
    },
}
