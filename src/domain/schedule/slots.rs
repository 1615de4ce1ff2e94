//! When a window would fit.

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};

use super::{objection::earliest, times::Times};
use crate::domain::{policy::Policy, window::Window};

/// How many days ahead a fitting time is looked for.
const DAYS_AHEAD: usize = 62;

/// How many times are proposed.
const PROPOSALS: usize = 3;

/// Up to three starts against which nothing stands: at the same time of day in the window's zone, on the next days; and where that time
/// never suits, at the beginnings of the times in which windows may lie. Days on which the time does not exist or exists twice are
/// passed over.
///
/// The policy is asked once for all days, however many starts are looked at.
#[must_use]
pub fn next_slots(window: &Window, policy: &Policy, now: Timestamp) -> Vec<Timestamp> {
    let first = earliest(policy, now);
    let suits = |times: &Times, start: &Timestamp| {
        let moved = Window {
            start: *start,
            ..window.clone()
        };
        *start > now && *start >= first && times.suit(&moved)
    };
    let starts: Vec<Timestamp> = same_times(window, now).collect();
    let times = times_of(policy, window, &starts);
    let suiting = starts.iter().filter(|start| suits(&times, start));
    let same: Vec<Timestamp> = suiting.copied().take(PROPOSALS).collect();
    if !same.is_empty() {
        return same;
    }
    let days = i64::try_from(DAYS_AHEAD).unwrap_or(0);
    let horizon = after(now, SignedDuration::from_hours(24 * days));
    let times = Times::of(policy, now, after(horizon, window.duration));
    let mut starts = beginnings(&times, first, horizon);
    starts.retain(|start| suits(&times, start));
    starts.truncate(PROPOSALS);
    starts
}

/// What holds while windows that begin then last.
fn times_of(policy: &Policy, window: &Window, starts: &[Timestamp]) -> Times {
    let from = starts.first().copied().unwrap_or(window.start);
    let last = starts.last().copied().unwrap_or(window.start);
    Times::of(policy, from, after(last, window.duration))
}

/// The wished time of day on the next days.
fn same_times(window: &Window, now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let zone = TimeZone::get(&window.zone).unwrap_or(TimeZone::UTC);
    let wanted = window.start.to_zoned(zone.clone());
    let first = if window.start < now {
        now.to_zoned(zone).date()
    } else {
        wanted.date()
    };
    first
        .series(jiff::Span::new().days(1))
        .take(DAYS_AHEAD)
        .filter_map(move |day| same_time_on(&wanted, day))
}

/// Where allowed times begin, freezes end and the notice is over, in order.
fn beginnings(times: &Times, first: Timestamp, horizon: Timestamp) -> Vec<Timestamp> {
    let first = next_quarter(first);
    let mut starts: Vec<Timestamp> = times.changes().collect();
    starts.push(first);
    starts.retain(|start| *start >= first && *start <= horizon);
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The next full quarter of an hour.
fn next_quarter(moment: Timestamp) -> Timestamp {
    let quarter = 15 * 60;
    let seconds = moment.as_second();
    let up = (quarter - seconds.rem_euclid(quarter)) % quarter;
    Timestamp::from_second(seconds.saturating_add(up)).unwrap_or(moment)
}

fn after(moment: Timestamp, length: SignedDuration) -> Timestamp {
    moment.saturating_add(length).unwrap_or(Timestamp::MAX)
}

fn same_time_on(wanted: &Zoned, day: jiff::civil::Date) -> Option<Timestamp> {
    let zone = wanted.time_zone().clone();
    zone.into_ambiguous_zoned(day.to_datetime(wanted.time()))
        .unambiguous()
        .ok()
        .map(|start| start.timestamp())
}
