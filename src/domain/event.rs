//! What happened: the one closed vocabulary between the outside and the core.

use super::{
    fields::Fields,
    ids::{CommentId, Person, Place, Repository, RolloutId},
    rollout::Parked,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The deadline of a rollout whose target another one took or left at this moment.
pub const TARGET_CHANGED: &str = "target";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The inbox key that brought it: a delivery id, or a natural key. Effects of this event are named after it.
    pub key: String,
    /// When it happened by the clock of its source (`issue.updated_at`, `comment.created_at`, …), not when it arrived.
    pub at: Timestamp,
    /// Where it happened.
    pub place: Place,
    /// The rollout it is about, when that is known without looking it up by place.
    pub rollout: Option<RolloutId>,
    /// Who caused it; none for the clock and for Rollcall's own deliveries.
    pub actor: Option<Person>,
    /// What happened.
    pub what: What,
}

/// The kinds of things that happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Somebody asked for a rollout through the API or the command line. (On GitHub it is a comment or an issue form.)
    RolloutRequested(Request),
    /// An issue was opened: by Rollcall for a rollout, from the issue form, or something else.
    IssueOpened {
        /// Title as opened.
        title: String,
        /// Body as opened.
        body: String,
        /// Names of the labels it was opened with.
        labels: Vec<String>,
    },
    /// The body was edited; a title edit alone does not come as this.
    BodyEdited {
        /// The body before, when GitHub said it.
        from: Option<String>,
        /// The body after.
        body: String,
    },
    /// The title was edited.
    TitleEdited {
        /// The title after.
        title: String,
    },
    /// A comment was written.
    CommentCreated {
        /// Its number.
        comment: CommentId,
        /// Its text.
        body: String,
        /// Who opened the pull request that it stands on; none on an issue.
        change_author: Option<Person>,
    },
    /// A comment was changed afterwards, by anybody.
    CommentEdited {
        /// Its number.
        comment: CommentId,
        /// Text before, when GitHub said it.
        from: Option<String>,
        /// Text after.
        body: String,
    },
    /// A comment was deleted, by anybody.
    CommentDeleted {
        /// Its number.
        comment: CommentId,
    },
    /// A label was put on or taken off.
    LabelChanged {
        /// Its name.
        label: String,
        /// On (true) or off.
        added: bool,
    },
    /// The issue was closed.
    IssueClosed,
    /// The issue was opened again.
    IssueReopened,
    /// The issue was deleted.
    IssueDeleted,
    /// The issue went to another repository.
    IssueTransferred {
        /// Where it is now.
        repository: Repository,
        /// Its number there.
        issue: u64,
    },
    /// The repository has a new name or owner; its number is the same.
    RepositoryRenamed {
        /// As it is called now.
        repository: Repository,
    },
    /// The account that owns the repositories of the installation has another login.
    OwnerRenamed {
        /// The login it has now.
        login: String,
    },
    /// The repository was deleted, archived, or taken out of the installation.
    RepositoryLost {
        /// What became of it, in a few words.
        how: String,
    },
    /// The repository (again) belongs to the installation.
    RepositoryFound,
    /// The installation was suspended.
    InstallationSuspended,
    /// The installation works again.
    InstallationResumed,
    /// The App was uninstalled.
    InstallationRemoved,
    /// A time that the core had asked to be woken at.
    DeadlinePassed {
        /// The name it had given the deadline.
        name: String,
    },
    /// An announcement reached a channel.
    AnnouncementDelivered(Receipt),
    /// An announcement could not be sent several times, and is tried again.
    AnnouncementDelayed {
        /// Which copy.
        receipt: Receipt,
        /// Why, in a sentence for people.
        reason: String,
    },
    /// Something that was to be done outside was given up.
    EffectBuried {
        /// The effect's natural key.
        effect: String,
        /// What it was, in a few words for people.
        summary: String,
        /// Why it was given up.
        reason: String,
        /// Set when it was an announcement.
        receipt: Option<Receipt>,
    },
    /// Something that was heard of the rollout could not be handled, and was put aside.
    ArrivalParked(Parked),
    /// Rollcall looked at GitHub by itself: the newest body is among the facts.
    Reconciled,
}

/// A request for a rollout, before anything is known of the repository's templates and policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Natural key: the same key is the same request (`comment:REPO:ID`, `issue:REPO:N`, `api:…`).
    pub key: String,
    /// Template asked for; the policy's default when empty.
    pub template: Option<String>,
    /// What was said about the update so far.
    pub fields: Fields,
    /// Title wished for, else the template's pattern.
    pub title: Option<String>,
    /// The operator's name for whoever asked, when the request did not come through GitHub.
    pub requested_by: Option<String>,
}

/// What became of one announcement on one channel for one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The announcement's key.
    pub announcement: String,
    /// `telegram` or `email`.
    pub channel: String,
    /// Name of the audience.
    pub audience: String,
    /// Chat id or mail address. Shown shortened on the issue.
    pub address: String,
}

impl Event {
    /// The queue this event waits in: events of one issue are handled one after the other.
    #[must_use]
    pub fn stream(&self) -> String {
        match (&self.rollout, self.place.issue) {
            (_, Some(issue)) => issue_stream(self.place.repository.id.0, issue),
            (Some(rollout), None) => format!("rollout:{rollout}"),
            (None, None) => format!("installation:{}", self.place.installation.0),
        }
    }
}

/// The queue of everything about one issue.
#[must_use]
pub fn issue_stream(repository: u64, issue: u64) -> String {
    format!("issue:{repository}:{issue}")
}
