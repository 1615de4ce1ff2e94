//! What stands against a window.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    policy::{Allowed, Policy, allowed::allows},
    render::time::{render_duration, render_time},
    window::Window,
};

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

/// The first moment at which a window announced now may begin.
pub(super) fn earliest(policy: &Policy, now: Timestamp) -> Timestamp {
    now.saturating_add(policy.notice.max(SignedDuration::ZERO))
        .unwrap_or(Timestamp::MAX)
}
