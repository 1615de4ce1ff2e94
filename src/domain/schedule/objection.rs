//! What stands against a window, and when it would fit.

use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};

use crate::domain::{
    policy::Policy,
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
    /// For machines and for looking up: `in-the-past`, `short-notice`, `freeze`.
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
    for freeze in policy
        .freezes
        .iter()
        .filter(|freeze| freeze.touches(window))
    {
        objections.push(Objection {
            code: "freeze",
            says: freeze.describe(),
        });
    }
    objections
}

/// Up to three starts at the same time of day in the window's zone, on the next days on which nothing stands against it. Days on which
/// that time does not exist or exists twice are passed over.
#[must_use]
pub fn next_slots(window: &Window, policy: &Policy, now: Timestamp) -> Vec<Timestamp> {
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
        .filter_map(|day| same_time_on(&wanted, day))
        .filter(|start| {
            objections(
                &Window {
                    start: *start,
                    ..window.clone()
                },
                policy,
                now,
            )
            .is_empty()
        })
        .take(PROPOSALS)
        .collect()
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
