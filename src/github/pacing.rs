//! Keeping below GitHub's secondary limits: about 80 things made a minute, and a pause when GitHub asks for one.
//!
//! Whoever forgets all this by a restart is told so by GitHub again; no outcome depends on it.

use std::{sync::Mutex, time::Duration};
use tokio::time::Instant;

/// Things made at once before the pace sets in.
const BURST: u32 = 10;
/// Time between two things made after that.
const STEP: Duration = Duration::from_secs(1);

/// One installation's pace.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug, Default, Clone, Copy)]
struct State {
    /// When the things made so far would have been made at one a step.
    booked: Option<Instant>,
    /// GitHub wants no call before this.
    quiet_until: Option<Instant>,
}

impl Pace {
    /// How long whoever makes something now has to wait first; takes the place in the line.
    pub(super) fn book(&self, now: Instant) -> Duration {
        let mut state = self.state();
        let start = state.booked.map_or(now, |booked| booked.max(now));
        state.booked = Some(start + STEP);
        (start + STEP).saturating_duration_since(now + STEP * BURST)
    }

    /// Remembers that GitHub asked to be left alone.
    pub(super) fn rest(&self, now: Instant, wait: Duration) {
        self.state().quiet_until = Some(now + wait);
    }

    /// How long GitHub still wants to be left alone.
    pub(super) fn resting(&self, now: Instant) -> Option<Duration> {
        let left = self.state().quiet_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The only sleep in this folder.
#[expect(
    clippy::disallowed_methods,
    reason = "GitHub asks for rests between calls"
)]
pub(super) async fn pause(wait: Duration) {
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_things_at_once_then_one_a_second() {
        let (pace, start) = (Pace::default(), Instant::now());
        let waits: Vec<u64> = (0..13).map(|_| pace.book(start).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn a_quiet_spell_gives_the_burst_back() {
        let (pace, start) = (Pace::default(), Instant::now());
        for _ in 0..10 {
            pace.book(start);
        }
        assert_eq!(pace.book(start + Duration::from_mins(1)), Duration::ZERO);
    }

    #[test]
    fn no_minute_sees_more_than_eighty_things() {
        let (pace, start) = (Pace::default(), Instant::now());
        let in_the_first_minute = (0..200)
            .filter(|_| pace.book(start) < Duration::from_mins(1))
            .count();
        assert_eq!(in_the_first_minute, 69);
    }

    #[test]
    fn a_rest_ends() {
        let (pace, start) = (Pace::default(), Instant::now());
        pace.rest(start, Duration::from_secs(30));
        assert_eq!(pace.resting(start), Some(Duration::from_secs(30)));
        assert_eq!(pace.resting(start + Duration::from_secs(30)), None);
    }
}
