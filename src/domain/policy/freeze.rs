//! Times in which nothing is deployed.

use jiff::{SignedDuration, Span, Timestamp, civil::Weekday};

use crate::domain::{
    render::time::render_time,
    window::{Window, in_zone},
};

/// A stretch of time in which no window may lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// What people call it: `year end`.
    pub name: String,
    /// IANA name of the zone it was written in.
    pub zone: String,
    /// When it holds.
    pub when: FreezeTime,
}

/// When a freeze holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreezeTime {
    /// Once, from a time to a time; the end is outside.
    Between {
        /// First moment of the freeze.
        from: Timestamp,
        /// First moment after it.
        to: Timestamp,
    },
    /// On these days of every week, whole days in the zone.
    Every(Vec<Weekday>),
}

impl Freeze {
    /// Whether any moment of the window lies in the freeze.
    #[must_use]
    pub fn touches(&self, window: &Window) -> bool {
        match &self.when {
            FreezeTime::Between { from, to } => window.start < *to && *from < window.end(),
            FreezeTime::Every(days) => {
                let first = in_zone(window.start, &self.zone).date();
                // The end is outside: a window that ends at midnight does not touch the next day.
                let end = window
                    .end()
                    .saturating_sub(SignedDuration::from_nanos(1))
                    .unwrap_or(window.start);
                let last = in_zone(end.max(window.start), &self.zone).date();
                let touched = first
                    .series(Span::new().days(1))
                    .take_while(|day| *day <= last)
                    .take(7);
                touched.into_iter().any(|day| days.contains(&day.weekday()))
            }
        }
    }

    /// Whether it holds at this moment.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        match &self.when {
            FreezeTime::Between { from, to } => *from <= now && now < *to,
            FreezeTime::Every(days) => days.contains(&in_zone(now, &self.zone).weekday()),
        }
    }

    /// One sentence without its full stop: ``the freeze `year end` holds from … to …``.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.when {
            FreezeTime::Between { from, to } => format!(
                "the freeze `{}` holds from {} to {}",
                self.name,
                render_time(*from, &self.zone),
                render_time(*to, &self.zone)
            ),
            FreezeTime::Every(days) => {
                let days: Vec<String> = days.iter().map(|day| format!("{day:?}")).collect();
                format!(
                    "the freeze `{}` holds every {} ({})",
                    self.name,
                    days.join(", "),
                    self.zone
                )
            }
        }
    }
}
