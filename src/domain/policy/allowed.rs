//! Times of the week in which windows may lie.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::week::{Lean, Week};
use crate::domain::window::Window;

/// A stretch of every week in which people may deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Which.
    pub week: Week,
    /// IANA name of the zone it is read in.
    pub zone: String,
}

impl Allowed {
    /// In words: `every tue-thu 09:00-16:00 (Europe/Berlin)`.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} ({})", self.week.says(), self.zone)
    }
}

/// Whether the whole window lies in allowed times; always when nothing is said.
#[must_use]
pub fn allows(allowed: &[Allowed], window: &Window) -> bool {
    allowed.is_empty()
        || stretches(allowed, window.start, window.end().max(window.start))
            .iter()
            .any(|(from, to)| *from <= window.start && window.end() <= *to)
}

/// The allowed times that touch the time between two moments, in order; those that touch each other are one.
#[must_use]
pub fn stretches(
    allowed: &[Allowed],
    from: Timestamp,
    to: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    // Looked at from a little before to a little after, so that what touches there is joined.
    let day = SignedDuration::from_hours(24);
    let begin = from.saturating_sub(day).unwrap_or(Timestamp::MIN);
    let end = to.saturating_add(day).unwrap_or(Timestamp::MAX);
    let found = allowed
        .iter()
        .flat_map(|one| {
            let zone = TimeZone::get(&one.zone).unwrap_or(TimeZone::UTC);
            one.week.between(&zone, begin, end, Lean::Short)
        })
        .collect();
    let mut joined = joined(found);
    joined.retain(|(begin, end)| *begin <= to && from < *end);
    joined
}

/// In order, those that touch each other as one.
#[must_use]
pub fn joined(mut stretches: Vec<(Timestamp, Timestamp)>) -> Vec<(Timestamp, Timestamp)> {
    stretches.sort_unstable();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, to) in stretches {
        match joined.last_mut() {
            Some((_, last)) if from <= *last => *last = to.max(*last),
            _ => joined.push((from, to)),
        }
    }
    joined
}
