//! Hidden marks by which Rollcall finds its own things again. They hold an id only; what counts is in the database.

use crate::domain::ids::RolloutId;

const ROLLOUT: &str = "<!-- rollcall:rollout ";

/// The mark of the status comment.
pub const STATUS: &str = "<!-- rollcall:status -->";

/// The mark in the body of a rollout's issue.
#[must_use]
pub fn rollout(id: &RolloutId) -> String {
    format!("{ROLLOUT}{id} -->")
}

/// The rollout whose mark a body holds. Anybody can copy a mark: it counts only in a body that Rollcall itself wrote.
#[must_use]
pub fn rollout_in(body: &str) -> Option<RolloutId> {
    let (_, rest) = body.rsplit_once(ROLLOUT)?;
    let (id, _) = rest.split_once(" -->")?;
    let well_formed = id
        .strip_prefix("ro-")
        .is_some_and(|hex| hex.len() == 12 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    well_formed.then(|| RolloutId(id.to_owned()))
}
