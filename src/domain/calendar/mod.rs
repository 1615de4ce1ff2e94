//! Calendars in files (`.ics`, RFC 5545), as far as holidays and closed days need them.

mod line;
mod moment;
mod parse;
mod repeat;
mod rrule;

pub use parse::parse;
pub use repeat::{Frequency, Repeat};

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// The events of a calendar file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// In the order of the file.
    pub events: Vec<Event>,
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
    pub except: Vec<DateTime>,
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
pub struct Occurrence {
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// What it is called.
    pub name: String,
}

impl Calendar {
    /// What touches the time between two moments. Events without a zone of their own happen in `zone`.
    #[must_use]
    pub fn between(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Occurrence> {
        let events = self.events.iter();
        events
            .flat_map(|event| event.between(zone, from, to))
            .collect()
    }
}

impl Event {
    fn between(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Occurrence> {
        let zone = match &self.zone {
            Some(name) => TimeZone::get(name).unwrap_or(TimeZone::UTC),
            None => zone.clone(),
        };
        let last = to.to_zoned(zone.clone()).date();
        let starts = match &self.repeat {
            None => vec![self.start.date()],
            Some(repeat) => repeat.dates(self.start, last, &zone),
        };
        starts
            .into_iter()
            .map(|date| date.to_datetime(self.start.time()))
            .filter(|start| !self.except.contains(start))
            .filter_map(|start| self.occurrence(start, &zone))
            .filter(|occurrence| occurrence.from < to && from < occurrence.to)
            .collect()
    }

    /// Where clocks change, rather too long than too short.
    fn occurrence(&self, start: DateTime, zone: &TimeZone) -> Option<Occurrence> {
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
                let end = start.date().checked_add(Span::new().days(days)).ok()?;
                moment(end.to_datetime(Time::midnight()), true)?
            }
            Length::Seconds(seconds) => {
                from.checked_add(SignedDuration::from_secs(seconds)).ok()?
            }
        };
        (from < to).then(|| Occurrence {
            from,
            to,
            name: self.name.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
