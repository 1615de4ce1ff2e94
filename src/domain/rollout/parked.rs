//! What Rollcall heard of a rollout and could not handle.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that was heard and is not handled: it waits for GitHub, or was put aside until the operator has it handled again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Its key in the inbox: what `rollcall replay` is called with.
    pub arrival: String,
    /// What it was, in a few words for people.
    pub summary: String,
    /// Login of who caused it; none for the clock and Rollcall itself.
    pub by: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// Why it could not be handled, in a sentence.
    pub reason: String,
    /// Whether it is still tried, and handled or refused within minutes.
    #[serde(default)]
    pub waits: bool,
}

impl Parked {
    /// Whether an event with this key brings it again: as it came, or as the part of it that a rollout hears.
    #[must_use]
    pub fn comes_again_as(&self, key: &str, rollout: &str) -> bool {
        key.strip_prefix(&self.arrival).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('#') || rest.strip_prefix(':') == Some(rollout)
        })
    }
}
