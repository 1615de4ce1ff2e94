//! When the policy lets windows lie, over a stretch of time.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    policy::{
        Policy,
        allowed::{joined, stretches},
    },
    window::Window,
};

/// From a moment to one outside.
type Stretch = (Timestamp, Timestamp);

/// What the policy says of a stretch of time. Nothing in it overlaps or touches, so that one look finds what a moment lies in.
pub(super) struct Times {
    /// In order.
    frozen: Vec<Stretch>,
    /// In order; none when windows may lie everywhere.
    allowed: Option<Vec<Stretch>>,
}

impl Times {
    pub(super) fn of(policy: &Policy, from: Timestamp, to: Timestamp) -> Self {
        // A window of no length still has its first moment.
        let moment = to.saturating_add(SignedDuration::from_nanos(1));
        let end = moment.unwrap_or(Timestamp::MAX);
        let mut frozen: Vec<Stretch> = Vec::new();
        for freeze in &policy.freezes {
            let found = freeze.between(from, end);
            frozen.extend(found.iter().map(|one| (one.from, one.to)));
        }
        let is_limited = !policy.windows.is_empty();
        Self {
            frozen: joined(frozen),
            allowed: is_limited.then(|| stretches(&policy.windows, from, to)),
        }
    }

    /// Whether no freeze and no forbidden time stands against a window within the stretch.
    pub(super) fn suit(&self, window: &Window) -> bool {
        let end = window.end().max(window.start);
        let moment = window.start.saturating_add(SignedDuration::from_nanos(1));
        let last = end.max(moment.unwrap_or(Timestamp::MAX));
        let before = self.frozen.partition_point(|(from, _)| *from < last);
        let frozen = self.frozen[..before].last();
        let is_frozen = frozen.is_some_and(|(_, to)| window.start < *to);
        let is_allowed = |allowed: &Vec<Stretch>| {
            let begun = allowed.partition_point(|(from, _)| *from <= window.start);
            allowed[..begun].last().is_some_and(|(_, to)| end <= *to)
        };
        !is_frozen && self.allowed.as_ref().is_none_or(is_allowed)
    }

    /// Where freezes end and allowed times begin, in no order.
    pub(super) fn changes(&self) -> impl Iterator<Item = Timestamp> {
        let begin = self.allowed.iter().flatten().map(|(from, _)| *from);
        self.frozen.iter().map(|(_, to)| *to).chain(begin)
    }
}
