//! What stands against a window, and when it would fit.

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};

use crate::domain::{
    policy::{
        Allowed, Policy,
        allowed::{allows, stretches},
    },
    render::time::{render_duration, render_time},
    window::Window,
};

/// How many days ahead a fitting time is looked for.
const DAYS_AHEAD: usize = 62;

/// How many times are proposed.
const PROPOSALS: usize = 3;

/// A reason why a window cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// For machines and for looking up: `in-the-past`, `short-notice`, `freeze`, `outside-windows`.
    pub code: &'static str,
    /// One sentence.
    pub says: String,
}

/// Everything that stands against the window now; nothing when it may be set.
#[must_use]
pub fn objections(window: &Window, policy: &Policy, now: Timestamp) -> Vec<Objection> {
    let mut objections = Vec::new();
    if window.start <= now {
        let says = format!(
            "the window would have begun at {}",
            render_time(window.start, &window.zone)
        );
        objections.push(Objection {
            code: "in-the-past",
            says,
        });
    } else if window.start < earliest(policy, now) {
        let says = format!(
            "stakeholders must be told {} ahead, and it is only {} until the window",
            render_duration(policy.notice),
            render_duration(window.start.duration_since(now)),
        );
        objections.push(Objection {
            code: "short-notice",
            says,
        });
    }
    objections.extend(closed_times(window, policy));
    objections
}

/// What the calendar of the policy has against the window: freezes, and the times in which windows may lie.
#[must_use]
pub fn closed_times(window: &Window, policy: &Policy) -> Vec<Objection> {
    let mut objections: Vec<Objection> = policy
        .freezes
        .iter()
        .filter_map(|freeze| freeze.touching(window).map(|touched| (freeze, touched)))
        .map(|(freeze, touched)| Objection {
            code: "freeze",
            says: freeze.describe_one(&touched),
        })
        .collect();
    if !allows(&policy.windows, window) {
        let times: Vec<String> = policy.windows.iter().map(Allowed::describe).collect();
        objections.push(Objection {
            code: "outside-windows",
            says: format!("windows may lie {}", times.join(", or ")),
        });
    }
    objections
}

/// Up to three starts against which nothing stands: at the same time of day in the window's zone, on the next days; and where that time
/// never suits, at the beginnings of the times in which windows may lie. Days on which the time does not exist or exists twice are
/// passed over.
#[must_use]
pub fn next_slots(window: &Window, policy: &Policy, now: Timestamp) -> Vec<Timestamp> {
    let suits = |start: &Timestamp| {
        let moved = Window {
            start: *start,
            ..window.clone()
        };
        objections(&moved, policy, now).is_empty()
    };
    let same: Vec<Timestamp> = same_times(window, now)
        .filter(suits)
        .take(PROPOSALS)
        .collect();
    if !same.is_empty() {
        return same;
    }
    let mut starts = beginnings(policy, now);
    starts.retain(suits);
    starts.truncate(PROPOSALS);
    starts
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
fn beginnings(policy: &Policy, now: Timestamp) -> Vec<Timestamp> {
    let days = i64::try_from(DAYS_AHEAD).unwrap_or(0);
    let horizon = now
        .saturating_add(SignedDuration::from_hours(24 * days))
        .unwrap_or(Timestamp::MAX);
    let first = next_quarter(earliest(policy, now));
    let allowed = stretches(&policy.windows, now, horizon);
    let freezes = policy.freezes.iter();
    let ends = freezes.flat_map(|freeze| freeze.between(now, horizon));
    let mut starts: Vec<Timestamp> = allowed.into_iter().map(|(from, _)| from).collect();
    starts.extend(ends.map(|frozen| frozen.to));
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

/// The first moment at which a window announced now may begin.
fn earliest(policy: &Policy, now: Timestamp) -> Timestamp {
    now.saturating_add(policy.notice.max(SignedDuration::ZERO))
        .unwrap_or(Timestamp::MAX)
}

fn same_time_on(wanted: &Zoned, day: jiff::civil::Date) -> Option<Timestamp> {
    let zone = wanted.time_zone().clone();
    zone.into_ambiguous_zoned(day.to_datetime(wanted.time()))
        .unambiguous()
        .ok()
        .map(|start| start.timestamp())
}
