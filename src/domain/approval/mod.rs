//! Approvals: what is signed, and when enough people have signed it.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ids::{CommentId, Person, UserId},
    person::Standing,
    policy::Approvals,
};

pub mod content;
pub mod demand;
pub mod digest;
pub mod quorum;

pub use content::{Change, content_changes};
pub use demand::{Demand, Part};
pub use digest::{FieldChange, changes, digest};
pub use quorum::{approvers, newest_words, quorum};

/// The fields that an approval signs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SignedField {
    /// Components and their versions.
    Components,
    /// Start and duration of the window.
    Window,
    /// Expected downtime.
    Downtime,
    /// The rollback plan.
    RollbackPlan,
    /// The template and its version.
    Template,
}

/// SHA-256 over what was approved, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub String);

impl Digest {
    /// The first twelve characters, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What somebody said about the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Signs the digest.
    Approve,
    /// Blocks.
    Reject,
    /// Takes the word before back.
    Withdraw,
}

/// One word of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub person: Person,
    /// What.
    pub word: Word,
    /// What was to be deployed when it was said.
    pub digest: Digest,
    /// When the comment was written.
    pub at: Timestamp,
    /// The comment.
    pub comment: CommentId,
    /// A note or a reason.
    pub note: Option<String>,
}

/// What votes are counted against.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// What would be deployed now.
    pub digest: &'a Digest,
    /// The policy's demands.
    pub approvals: &'a Approvals,
    /// Rights of those who voted. An approval of somebody who is not among them, or whose rights could not be read, does not count; a
    /// rejection does.
    pub rights: &'a BTreeMap<UserId, Standing>,
    /// Who opened the rollout; none when it was not a GitHub account.
    pub opener: Option<&'a Person>,
    /// Who wrote the change, as far as it is known.
    pub authors: &'a [Person],
    /// Who changed what would be deployed after the rollout had been asked for.
    pub changers: &'a [Person],
    /// Owner of the repository.
    pub org: &'a str,
    /// The time of the question.
    pub now: Timestamp,
}

/// Where the approvals stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// How many distinct people must approve.
    pub needed: usize,
    /// How many of them have; distinct people, each for one part.
    pub filled: usize,
    /// The parts it is made of; the people in them are places in `valid`. One part when it is simply so many people.
    pub parts: Vec<Part>,
    /// Whether rights that could not be read might have made it otherwise.
    pub uncertain: bool,
    /// The approvals that count, oldest first, one a person.
    pub valid: Vec<Vote>,
    /// Newest words of people that do not count, oldest first.
    pub discounted: Vec<(Vote, Why)>,
    /// Rejections that stand, oldest first.
    pub rejected_by: Vec<Vote>,
    /// Enough valid approvals and no rejection.
    pub reached: bool,
}

impl Quorum {
    /// Who is asked for, and how many of each when there are several kinds: ``members of team `a` (1 more) and …``.
    #[must_use]
    pub fn who_is_missing(&self) -> String {
        if let [one] = self.parts.as_slice() {
            return one.from.describe();
        }
        let missing = self.parts.iter().filter(|part| part.missing() > 0);
        let words =
            missing.map(|part| format!("{} ({} more)", part.from.describe(), part.missing()));
        words.collect::<Vec<_>>().join(" and ")
    }
}

/// Why a word does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A bot said it.
    Bot,
    /// The one who opened the rollout said it.
    Opener,
    /// Somebody who wrote the change said it.
    Author,
    /// Somebody who changed what would be deployed said it.
    Changer,
    /// It signs something else than what would be deployed now.
    OtherDigest,
    /// It is too old.
    Expired {
        /// When it lapsed.
        at: Timestamp,
    },
    /// The person may not approve (any more).
    NotAllowed {
        /// The rule's answer, in one sentence.
        says: String,
    },
    /// The person's rights are not known now.
    Unknown {
        /// Why not.
        says: String,
    },
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_demand;
