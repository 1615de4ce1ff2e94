//! What is on record of a rollout's gates: waits, break-glasses, approvals that were voided, windows that were moved.

use crate::domain::{
    approval::SignedField,
    ids::{CommentId, Person},
    policy::GateName,
    window::Window,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The record of the gates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gates {
    /// What is waited for at present.
    pub waits: BTreeMap<GateName, Wait>,
    /// The next time at which Rollcall asked to be woken.
    pub wake: Option<Timestamp>,
    /// Every break-glass, oldest first.
    pub expedites: Vec<Expedite>,
    /// Approvals that were given and no longer count, oldest first.
    pub voided: Vec<Voided>,
    /// What an approval did not sign when last looked at; none before the first look.
    pub leave_out: Option<BTreeSet<SignedField>>,
    /// Windows that were set, oldest first.
    pub windows: Vec<WindowSet>,
}

/// A gate that waits to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Since when.
    pub since: Timestamp,
    /// When it is escalated.
    pub deadline: Timestamp,
    /// When the wait ends.
    pub end: Timestamp,
    /// The deadline that follows from the rollout itself (the window, a break-glass), if one does.
    pub natural: Option<Timestamp>,
    /// Which reminder was the last, counted in periods; none was sent yet when zero.
    pub reminded: i64,
    /// Whether it was escalated.
    pub escalated: bool,
}

/// A break-glass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expedite {
    /// Who broke the glass.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// In which comment.
    pub comment: CommentId,
    /// Why.
    pub reason: String,
    /// What was to be deployed then, leaving aside when.
    pub digest: String,
    /// How many windows had been set before: those that came after it were set under it.
    #[serde(default)]
    pub windows: usize,
    /// Until when it must be confirmed.
    pub confirm_by: Timestamp,
    /// The second person's word.
    pub confirmed: Option<Confirmed>,
    /// When the deployment was started on it.
    pub started: Option<Timestamp>,
    /// When and why it came to its end, if it did.
    pub ended: Option<(Timestamp, GlassEnd)>,
}

/// The second person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// In which comment.
    pub comment: CommentId,
}

/// Why a break-glass came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GlassEnd {
    /// Nobody confirmed it in time.
    Unconfirmed,
    /// What is to be deployed changed.
    Changed,
    /// It was confirmed, and not used in time.
    Unused,
    /// A comment that it rests on was edited or deleted.
    CommentGone,
    /// One of the two may no longer.
    RightLost,
}

/// An approval that no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voided {
    /// Whose.
    pub voter: Person,
    /// Why, in a few words.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// A window that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSet {
    /// Login of who set it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The window.
    pub window: Window,
}

impl Expedite {
    /// Whether a second person is still asked.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended.is_none() && self.confirmed.is_none()
    }
}

impl Gates {
    /// The newest break-glass, while it is in force or asks for its second person.
    #[must_use]
    pub fn glass(&self) -> Option<&Expedite> {
        self.expedites.last().filter(|glass| glass.ended.is_none())
    }
}
