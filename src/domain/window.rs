//! When the deployment happens and how long users will notice it.

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// The planned deployment window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Start of the deployment.
    pub start: Timestamp,
    /// How long it may take.
    pub duration: SignedDuration,
    /// Expected downtime; zero is the answer "none"; none means not answered yet.
    pub downtime: Option<SignedDuration>,
    /// IANA name of the zone it was planned in.
    pub zone: String,
}

impl Window {
    /// End of the window.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start
            .saturating_add(self.duration)
            .unwrap_or(Timestamp::MAX)
    }

    /// Whether the window is open at this time; the end is outside.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.start <= now && now < self.end()
    }

    /// Whether it is over at this time.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.end() <= now
    }

    /// The start in a zone, falling back to UTC when the zone is unknown.
    #[must_use]
    pub fn start_in(&self, zone: &str) -> Zoned {
        in_zone(self.start, zone)
    }
}

/// A time in a zone, falling back to UTC when the zone is unknown.
#[must_use]
pub fn in_zone(at: Timestamp, zone: &str) -> Zoned {
    at.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}
