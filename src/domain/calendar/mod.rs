//! Calendars in files (`.ics`, RFC 5545), as far as holidays and closed days need them.

mod line;
mod moment;
mod parse;
mod repeat;
mod rrule;
mod shared;

pub use parse::parse;
pub use repeat::{Frequency, Repeat};

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::problem::Problem;

/// The most events of all calendars of a policy together: they are kept with every rollout.
const MOST_TOGETHER: usize = 1_000;

/// The events of a calendar file. Copies share them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// In the order of the file.
    #[serde(with = "shared")]
    pub events: Arc<[Event]>,
}

/// One event, perhaps again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What it is called; may be empty.
    pub name: String,
    /// When it begins the first time, in its zone; midnight for whole days.
    pub start: DateTime,
    /// IANA name of its zone; none when the file leaves the zone open.
    pub zone: Option<String>,
    /// How long it takes.
    pub length: Length,
    /// How it is repeated.
    pub repeat: Option<Repeat>,
    /// Beginnings that are left out.
    pub except: BTreeSet<DateTime>,
}

/// How long an event takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// So many whole days.
    Days(i64),
    /// So many seconds.
    Seconds(i64),
}

/// One time at which an event happens; the end is outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// What it is called.
    pub name: &'a str,
}

impl Calendar {
    /// What touches the time between two moments. Events without a zone of their own happen in `zone`.
    #[must_use]
    pub fn between(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Occurrence<'_>> {
        let mut found = Vec::new();
        for event in self.events.iter() {
            found.extend(event.between(zone, from, to));
        }
        found
    }

    /// How many days [`Calendar::between`] looks at, at most: what asking costs.
    #[must_use]
    pub fn looked_at(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> u64 {
        let days = |event: &Event| {
            if event.repeat.is_none() {
                return 1;
            }
            let (from, to) = event.days(zone, from, to);
            to.duration_since(from).as_hours().unsigned_abs() / 24 + 1
        };
        self.events.iter().map(days).sum()
    }
}

/// What is wrong with the calendars of a policy, by path, taken together.
#[must_use]
pub fn too_many_events(calendars: &BTreeMap<String, Calendar>) -> Option<Problem> {
    let mut events = 0;
    let (path, _) = calendars.iter().find(|(_, calendar)| {
        events += calendar.events.len();
        events > MOST_TOGETHER
    })?;
    let message = format!("the calendars of the policy have more than {MOST_TOGETHER} events");
    Some(Problem::at(
        path,
        (1, 1),
        message,
        "keep past years out of the files",
    ))
}

impl Event {
    fn between(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Occurrence<'_>> {
        let zone = match &self.zone {
            Some(name) => &TimeZone::get(name).unwrap_or(TimeZone::UTC),
            None => zone,
        };
        let begun_on = |date: Date| {
            let start = date.to_datetime(self.start.time());
            let occurrence = (!self.except.contains(&start)).then(|| self.occurrence(start, zone));
            let touches = |one: &Occurrence<'_>| one.from < to && from < one.to;
            occurrence.flatten().filter(touches)
        };
        match &self.repeat {
            None => begun_on(self.start.date()).into_iter().collect(),
            Some(repeat) => {
                let dates = repeat.dates(self.start, self.days(zone, from, to), zone);
                dates.filter_map(begun_on).collect()
            }
        }
    }

    /// The days on which it may begin to touch the time between two moments. Two more than its length, because the day of a moment
    /// differs between zones, and clocks change.
    fn days(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> (Date, Date) {
        let date = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        let length = match self.length {
            Length::Days(days) => days,
            Length::Seconds(seconds) => seconds / 86_400 + 1,
        };
        let back = Span::new().try_days(length.saturating_add(2));
        let begin = back.ok().and_then(|back| date(from).checked_sub(back).ok());
        (begin.unwrap_or(Date::MIN), date(to))
    }

    /// Where clocks change, rather too long than too short; what ends after all time ends with it.
    fn occurrence(&self, start: DateTime, zone: &TimeZone) -> Option<Occurrence<'_>> {
        let moment = |local: DateTime, late: bool| {
            let ambiguous = zone.to_ambiguous_timestamp(local);
            let moment = if late {
                ambiguous.later()
            } else {
                ambiguous.earlier()
            };
            moment.ok()
        };
        let from = moment(start, false)?;
        let to = match self.length {
            Length::Days(days) => {
                let length = Span::new().try_days(days).ok();
                let end = length.and_then(|length| start.date().checked_add(length).ok());
                end.and_then(|end| moment(end.to_datetime(Time::midnight()), true))
            }
            Length::Seconds(seconds) => from.checked_add(SignedDuration::from_secs(seconds)).ok(),
        };
        let to = to.unwrap_or(Timestamp::MAX);
        (from < to).then(|| Occurrence {
            from,
            to,
            name: &self.name,
        })
    }
}

#[cfg(test)]
mod tests;
