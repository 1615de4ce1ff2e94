//! A clock that can be moved forward, because notice periods are days and a newcomer has minutes.

use super::pulse::Pulse;
use crate::clock::Clock;
use jiff::SignedDuration;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The sandbox's time: a real clock and the seconds skipped so far. Clones share them.
#[derive(Debug, Clone)]
pub struct MovableClock {
    base: Clock,
    skipped: Arc<AtomicI64>,
    pulse: Pulse,
}

impl MovableClock {
    /// A clock that runs with `base` until it is moved; `pulse` beats when it is.
    #[must_use]
    pub fn new(base: Clock, pulse: Pulse) -> Self {
        Self {
            base,
            skipped: Arc::default(),
            pulse,
        }
    }

    /// The clock to hand to the server and the stand-ins.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Clock::new(move || {
            this.base.now() + SignedDuration::from_secs(this.skipped.load(Ordering::Relaxed))
        })
    }

    /// Moves forward by at most a year, in seconds; never back.
    pub fn skip(&self, seconds: u32) {
        self.skipped
            .fetch_add(i64::from(seconds.min(366 * 86_400)), Ordering::Relaxed);
        self.pulse.beat();
    }

    /// Seconds skipped so far.
    #[must_use]
    pub fn skipped(&self) -> i64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_on_for_all_who_hold_it() {
        let start: jiff::Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
        let movable = MovableClock::new(Clock::new(move || start), Pulse::new());
        let clock = movable.clock();
        movable.skip(25 * 3_600);
        assert_eq!(clock.now().to_string(), "2026-11-21T13:00:00Z");
        assert_eq!(movable.skipped(), 90_000);
    }
}
