//! Times in which nothing is deployed.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::week::{Lean, Week, moments};
use crate::domain::{
    calendar::{Calendar, Occurrence},
    render::time::render_time,
    window::Window,
};

/// A stretch of time in which no window may lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// What people call it: `year end`.
    pub name: String,
    /// IANA name of the zone it is read in.
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
    /// Every week.
    Every(Week),
    /// On these days, from midnight to midnight.
    Dates(Vec<Date>),
    /// While something in a calendar file happens.
    Calendar {
        /// Path of the file in the repository of the policy.
        path: String,
        /// What it holds; none while it has not been read, and then the freeze holds always.
        calendar: Option<Calendar>,
    },
}

impl Freeze {
    /// Path of the calendar file it is read from, if it is.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.when {
            FreezeTime::Calendar { path, .. } => Some(path),
            _ => None,
        }
    }

    /// What of the freeze touches the time between two moments, in order of time; the end is outside.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Vec<Occurrence<'_>> {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let named = |(from, to): (Timestamp, Timestamp)| Occurrence { from, to, name: "" };
        let mut found: Vec<Occurrence<'_>> = match &self.when {
            FreezeTime::Between { from, to } => vec![named((*from, *to))],
            FreezeTime::Every(week) => {
                let stretches = week.between(&zone, from, to, Lean::Long).into_iter();
                stretches.map(named).collect()
            }
            FreezeTime::Dates(dates) => dates
                .iter()
                .filter_map(|date| whole_day(*date, &zone))
                .map(named)
                .collect(),
            FreezeTime::Calendar {
                calendar: Some(calendar),
                ..
            } => calendar.between(&zone, from, to),
            FreezeTime::Calendar { calendar: None, .. } => {
                vec![named((Timestamp::MIN, Timestamp::MAX))]
            }
        };
        found.retain(|one| one.from < to && from < one.to);
        found.sort_by_key(|one| (one.from, one.to));
        found
    }

    /// What of the freeze touches the window first.
    #[must_use]
    pub fn touching(&self, window: &Window) -> Option<Occurrence<'_>> {
        // A window of no length still has its first moment.
        let moment = window.start.saturating_add(SignedDuration::from_nanos(1));
        let end = window.end().max(moment.unwrap_or(Timestamp::MAX));
        self.between(window.start, end).into_iter().next()
    }

    /// Whether any moment of the window lies in the freeze.
    #[must_use]
    pub fn touches(&self, window: &Window) -> bool {
        self.touching(window).is_some()
    }

    /// One sentence without its full stop: ``the freeze `year end` holds from … to …``.
    #[must_use]
    pub fn describe(&self) -> String {
        let name = &self.name;
        match &self.when {
            FreezeTime::Between { from, to } => format!(
                "the freeze `{name}` holds from {} to {}",
                render_time(*from, &self.zone),
                render_time(*to, &self.zone)
            ),
            FreezeTime::Every(week) => {
                format!("the freeze `{name}` holds {} ({})", week.says(), self.zone)
            }
            FreezeTime::Dates(dates) => {
                let dates: Vec<String> = dates.iter().map(ToString::to_string).collect();
                format!("the freeze `{name}` holds on {}", dates.join(", "))
            }
            FreezeTime::Calendar {
                path,
                calendar: Some(_),
            } => format!("the freeze `{name}` holds as `{path}` says"),
            FreezeTime::Calendar { path, .. } => {
                format!("the freeze `{name}` holds while `{path}` cannot be read")
            }
        }
    }

    /// The same for what of it stands in a window's way: of many days the one.
    #[must_use]
    pub fn describe_one(&self, occurrence: &Occurrence<'_>) -> String {
        if !matches!(
            self.when,
            FreezeTime::Dates(_)
                | FreezeTime::Calendar {
                    calendar: Some(_),
                    ..
                }
        ) {
            return self.describe();
        }
        let what = match occurrence.name.replace('`', "'") {
            name if name.is_empty() => String::new(),
            name => format!(" (`{name}`)"),
        };
        format!(
            "the freeze `{}`{what} holds from {} to {}",
            self.name,
            render_time(occurrence.from, &self.zone),
            render_time(occurrence.to, &self.zone)
        )
    }
}

fn whole_day(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let midnight = |date: Date| date.to_datetime(jiff::civil::Time::midnight());
    let tomorrow = date.tomorrow().ok()?;
    moments(zone, (midnight(date), midnight(tomorrow)), Lean::Long)
}
