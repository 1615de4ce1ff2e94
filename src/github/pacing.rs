//! Keeping below GitHub's secondary limits: about 80 things made a minute, and a pause when GitHub asks for one.
//!
//! Nobody waits here: who comes too early is told when to come again, and others' work is done meanwhile. Each process keeps the pace by
//! itself: two make up to twice as much, and GitHub may ask for a rest.
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
    /// Whether something may be begun now; else how long it is too early.
    pub(super) fn begin(&self, now: Instant) -> Result<(), Duration> {
        let state = *self.state();
        let next = state.booked.unwrap_or(now).max(now) + STEP;
        let wait = next.saturating_duration_since(now + STEP * BURST);
        let wait = wait.max(state.rest(now).unwrap_or_default());
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// Counts a thing that is made. Who has begun makes all that belongs to it; the next one waits for longer.
    pub(super) fn book(&self, now: Instant) {
        let mut state = self.state();
        state.booked = Some(state.booked.unwrap_or(now).max(now) + STEP);
    }

    /// Remembers that GitHub asked to be left alone.
    pub(super) fn rest(&self, now: Instant, wait: Duration) {
        self.state().quiet_until = Some(now + wait);
    }

    /// How long GitHub still wants to be left alone.
    pub(super) fn resting(&self, now: Instant) -> Option<Duration> {
        self.state().rest(now)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn rest(&self, now: Instant) -> Option<Duration> {
        let left = self.quiet_until?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
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

    /// How many of 20 things are made when they are tried so many milliseconds after the start.
    fn made(pace: &Pace, start: Instant, after: u64) -> usize {
        let now = start + Duration::from_millis(after);
        let make = |_: &i32| {
            let begun = pace.begin(now).is_ok();
            if begun {
                pace.book(now);
            }
            begun
        };
        (0..20).filter(make).count()
    }

    #[test]
    fn ten_things_at_once_then_one_a_second() {
        let (pace, start) = (Pace::default(), Instant::now());
        let made = [0, 500, 1_000, 2_500, 4_000].map(|after| made(&pace, start, after));
        assert_eq!(made, [10, 0, 1, 1, 2]);
    }

    #[test]
    fn who_comes_too_early_is_told_when_to_come_again() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert_eq!(made(&pace, start, 0), 10);
        assert_eq!(pace.begin(start), Err(Duration::from_secs(1)));
        assert_eq!(pace.begin(start + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn what_makes_several_things_is_not_parted_but_paid_for() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert_eq!(made(&pace, start, 0), 10);
        let later = start + Duration::from_secs(1);
        assert_eq!(pace.begin(later), Ok(()));
        for _ in 0..3 {
            pace.book(later);
        }
        assert_eq!(pace.begin(later), Err(Duration::from_secs(3)));
    }

    #[test]
    fn a_quiet_spell_gives_the_burst_back() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert_eq!(made(&pace, start, 0), 10);
        assert_eq!(made(&pace, start, 60_000), 10);
    }

    #[test]
    fn no_minute_sees_more_than_eighty_things() {
        let (pace, start) = (Pace::default(), Instant::now());
        let made = (0..600).map(|tenth| made(&pace, start, tenth * 100));
        assert_eq!(made.sum::<usize>(), 69);
    }

    #[test]
    fn a_rest_ends() {
        let (pace, start) = (Pace::default(), Instant::now());
        pace.rest(start, Duration::from_secs(30));
        assert_eq!(pace.begin(start), Err(Duration::from_secs(30)));
        assert_eq!(pace.resting(start), Some(Duration::from_secs(30)));
        let after = start + Duration::from_secs(30);
        assert_eq!((pace.begin(after), pace.resting(after)), (Ok(()), None));
    }
}
