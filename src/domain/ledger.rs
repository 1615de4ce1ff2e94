//! The record that can be trusted: append-only, each entry sealed with the hash of the one before.

use super::{
    ids::{Person, RolloutId},
    policy::{GateName, Then},
    rollout::GlassEnd,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The rollout.
    pub rollout: RolloutId,
    /// 1, 2, 3, … without gaps.
    pub seq: u64,
    /// Time of the decision.
    pub at: Timestamp,
    /// The inbox key that caused it: a delivery id for what came from GitHub.
    pub cause: String,
    /// Who; none for the clock and Rollcall itself.
    pub actor: Option<Person>,
    /// What.
    #[serde(flatten)]
    pub fact: Fact,
    /// Hash of the entry before; empty for the first.
    pub previous: String,
}

/// What an entry says.
#[expect(missing_docs, reason = "each variant says what its fields are")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The rollout was asked for and accepted.
    Created { title: String, template: String },
    /// Its issue exists.
    IssueOpened { issue: u64 },
    /// An item was done.
    Ticked { item: String },
    /// An item was taken back.
    Unticked { item: String },
    /// A claim on an item was not accepted, and the box set back.
    FlipRefused { item: String, code: String },
    /// A claim arrived after a newer one.
    FlipSuperseded { item: String },
    /// A box had changed without an edit that Rollcall saw, and was set back.
    FlipUnexplained { item: String },
    /// A task that people had put beneath an item, or beside the items, changed.
    TaskChanged { title: String, checked: bool },
    /// An item was left out.
    Waived { item: String, reason: String },
    /// An item vanished from the body.
    ItemMissing { item: String },
    /// It is back.
    ItemFound { item: String },
    /// People added an item.
    ItemAdded { item: String },
    /// People took their own item away.
    ItemRemoved { item: String },
    /// People gave their own item another name, and with it another id.
    ItemRenamed { item: String, to: String },
    /// Proof was attached.
    EvidenceAttached { item: String, text: String },
    /// Somebody is to do it.
    OwnerSet { item: String, owner: String },
    /// The window was set or moved.
    Scheduled {
        start: Timestamp,
        zone: String,
        minutes: i64,
        downtime_minutes: Option<i64>,
    },
    /// The window is no longer set: only a break-glass had allowed it, which ended unused.
    WindowTakenBack,
    /// A person signed the digest.
    Approved {
        digest: String,
        note: Option<String>,
    },
    /// A person blocked it.
    Rejected { digest: String, reason: String },
    /// A person took the word back.
    Withdrawn,
    /// A word stopped counting because its comment was changed or deleted.
    VoteVoided { voter: String, why: String },
    /// What approvals sign has changed.
    DigestChanged { fields: Vec<String>, digest: String },
    /// The quorum is there.
    QuorumReached { digest: String, by: Vec<String> },
    /// The quorum is no longer there.
    QuorumLost { digest: String },
    /// A phase was reached.
    PhaseReached { phase: String },
    /// The deployment was started.
    DeploymentStarted { digest: String },
    /// The next step of the deployment.
    Promoted { step: u32 },
    /// The rollout ended.
    Finished { end: String, reason: String },
    /// Nothing advances.
    Held { hold: String, reason: String },
    /// It goes on.
    Resumed { hold: String },
    /// Stakeholders are told.
    Announced { announcement: String, copies: usize },
    /// A channel took a copy.
    Delivered {
        announcement: String,
        channel: String,
        audience: String,
    },
    /// A copy could not be sent, or another effect was given up.
    GivenUp { what: String, reason: String },
    /// Something that was heard could not be handled.
    PutAside {
        arrival: String,
        what: String,
        by: Option<String>,
        reason: String,
    },
    /// It was handled after all.
    TakenUp { arrival: String },
    /// An entry of the issue log.
    Logged { number: u32, text: String },
    /// It was solved.
    Resolved { number: u32, how: String },
    /// An answer of the feedback loop.
    FeedbackGiven { score: u8 },
    /// Somebody skips the gates.
    GlassBroken {
        reason: String,
        digest: String,
        confirm_by: Timestamp,
    },
    /// A second person confirmed it.
    GlassConfirmed { note: Option<String> },
    /// It came to its end.
    GlassEnded { why: GlassEnd },
    /// Those who are missing at a gate were reminded.
    Reminded { gate: GateName, whom: Vec<String> },
    /// A gate's deadline passed.
    Escalated { gate: GateName, whom: Vec<String> },
    /// A gate's wait came to its end.
    GateEnded { gate: GateName, then: Then },
    /// A command was refused.
    CommandRefused { command: String, code: String },
    /// GitHub did not tell something, and the record of what it told last stood in for it.
    WentByRecord { what: String },
    /// The title was changed.
    Retitled { title: String },
    /// The issue or its repository is somewhere else now.
    Moved { to: String },
    /// The issue's text was overwritten by Rollcall's own edit and put back.
    TextRepaired,
    /// The policy in force changed, or its file is broken.
    PolicyChanged { source: String, broken: bool },
}

impl Entry {
    /// SHA-256 over the entry's JSON, in hexadecimal. `previous` is part of it, which makes the chain.
    ///
    /// # Panics
    /// Never: an entry holds nothing that JSON cannot.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.to_json().as_bytes()))
    }

    /// The line as it is stored and exported.
    ///
    /// # Panics
    /// Never: an entry holds nothing that JSON cannot.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an entry holds nothing that JSON cannot")
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that does not fit.
    pub seq: u64,
    /// What does not fit.
    pub why: String,
}

/// Checks a whole record: numbers without gaps, each entry sealed over the one before, each stored hash the right one.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify(lines: &[(Entry, String)]) -> Result<(), Broken> {
    let mut previous = String::new();
    for (index, (entry, hash)) in lines.iter().enumerate() {
        let broken = |why: &str| {
            Err(Broken {
                seq: entry.seq,
                why: why.to_owned(),
            })
        };
        if entry.seq != index as u64 + 1 {
            return broken("an entry is missing before this one");
        }
        if entry.previous != previous {
            return broken("it does not follow from the entry before");
        }
        if entry.hash() != *hash {
            return broken("its content was changed");
        }
        previous.clone_from(hash);
    }
    Ok(())
}
