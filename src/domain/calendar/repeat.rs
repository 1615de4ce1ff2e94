//! How an event is repeated: `RRULE`, as far as holidays and closed days use it.
//!
//! Whether it begins on a day follows from the day alone, so that nobody walks there from the first one.

use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, iter};

/// An `RRULE` that is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// `FREQ`.
    pub every: Frequency,
    /// `INTERVAL`, at least 1.
    pub interval: u16,
    /// The last day that `COUNT` leaves.
    #[serde(default)]
    pub last: Option<Date>,
    /// `UNTIL`, itself included.
    pub until: Option<Until>,
    /// `BYDAY`: the days of the week, as 0 (Monday) to 6, each with which of them in the month, or 0 for every.
    pub days: BTreeSet<(i8, i8)>,
    /// `BYMONTH`: 1 to 12.
    pub months: BTreeSet<i8>,
    /// `BYMONTHDAY`: 1 to 31, or from the end as -1 to -31.
    pub month_days: BTreeSet<i8>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week; weeks begin on Monday.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// When it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Until {
    /// With a local time.
    Local(DateTime),
    /// With a moment.
    Moment(Timestamp),
}

/// There were more days to look at than one may.
pub(super) struct TooFar;

impl Repeat {
    /// The days from one to another, both included, on which it begins.
    pub(super) fn dates(
        &self,
        start: DateTime,
        (from, to): (Date, Date),
        zone: &TimeZone,
    ) -> impl Iterator<Item = Date> {
        let first = start.date();
        let to = self.last.unwrap_or(Date::MAX).min(to);
        self.walk(first, from.max(first))
            .take_while(move |day| *day <= to)
            .filter(move |day| self.begins_on(first, *day))
            .filter(move |day| !self.has_ended(day.to_datetime(start.time()), zone))
    }

    /// The day on which it begins for the last time, when the first is one of `count`. Each day that is looked at is taken off the
    /// allowance.
    pub(super) fn last_of(
        &self,
        first: Date,
        count: usize,
        allowance: &mut usize,
    ) -> Result<Date, TooFar> {
        let mut left = count;
        for day in self.walk(first, first) {
            *allowance = allowance.checked_sub(1).ok_or(TooFar)?;
            left -= usize::from(self.begins_on(first, day));
            if left == 0 {
                return Ok(day);
            }
        }
        Ok(Date::MAX)
    }

    /// The days from one on, without most of those that the rule passes over.
    fn walk(&self, first: Date, from: Date) -> impl Iterator<Item = Date> {
        iter::successors(Some(from), move |day| self.next(first, *day))
    }

    fn next(&self, first: Date, day: Date) -> Option<Date> {
        let is_in_step = self.is_in_step(first, day);
        let last = match self.every {
            Frequency::Daily if is_in_step => {
                let days = Span::new().days(self.interval);
                return day.checked_add(days).ok();
            }
            Frequency::Weekly if !is_in_step => {
                let days = Span::new().days(6 - weekday_of(day));
                day.checked_add(days).ok()?
            }
            Frequency::Yearly if !is_in_step => day.last_of_year(),
            Frequency::Yearly | Frequency::Monthly
                if !is_in_step || !self.fits_month(first, day) =>
            {
                day.last_of_month()
            }
            _ => day,
        };
        last.tomorrow().ok()
    }

    /// `DTSTART` itself counts, whether or not it fits the rule.
    fn begins_on(&self, first: Date, day: Date) -> bool {
        let fits = || {
            self.fits_month(first, day) && self.is_in_step(first, day) && self.fits_day(first, day)
        };
        day == first || fits()
    }

    /// Whether the day lies in one of the periods that `INTERVAL` leaves.
    fn is_in_step(&self, first: Date, day: Date) -> bool {
        let days = |from: Date, to: Date| to.duration_since(from).as_hours() / 24;
        let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
        let passed = || match self.every {
            Frequency::Daily => days(first, day),
            Frequency::Weekly => (days(first, day) + i64::from(weekday_of(first))) / 7,
            Frequency::Monthly => months(day) - months(first),
            Frequency::Yearly => i64::from(day.year()) - i64::from(first.year()),
        };
        self.interval == 1 || passed() % i64::from(self.interval) == 0
    }

    /// A year of which only the first day is known comes back in that day's month.
    fn fits_month(&self, first: Date, day: Date) -> bool {
        if !self.months.is_empty() {
            return self.months.contains(&day.month());
        }
        let open = self.every != Frequency::Yearly || !self.month_days.is_empty();
        open || day.month() == first.month()
    }

    fn fits_day(&self, first: Date, day: Date) -> bool {
        if self.days.is_empty() && self.month_days.is_empty() {
            return match self.every {
                Frequency::Daily => true,
                Frequency::Weekly => day.weekday() == first.weekday(),
                Frequency::Monthly | Frequency::Yearly => day.day() == first.day(),
            };
        }
        self.fits_week(day) && self.fits_number(day)
    }

    fn fits_number(&self, day: Date) -> bool {
        let number = day.day();
        let from_end = number - day.days_in_month() - 1;
        let numbers = &self.month_days;
        numbers.is_empty() || numbers.contains(&number) || numbers.contains(&from_end)
    }

    /// `MO`: every Monday; `1MO`: the first of the month; `-1MO`: the last.
    fn fits_week(&self, day: Date) -> bool {
        let number = weekday_of(day);
        let from_start = (day.day() - 1) / 7 + 1;
        let from_end = (day.days_in_month() - day.day()) / 7 + 1;
        let nth = [0, from_start, -from_end];
        self.days.is_empty() || nth.iter().any(|nth| self.days.contains(&(number, *nth)))
    }

    fn has_ended(&self, begins: DateTime, zone: &TimeZone) -> bool {
        match self.until {
            None => false,
            Some(Until::Local(until)) => begins > until,
            Some(Until::Moment(until)) => {
                let moment = zone.to_ambiguous_timestamp(begins).earlier();
                moment.is_ok_and(|begins| begins > until)
            }
        }
    }
}

fn weekday_of(day: Date) -> i8 {
    day.weekday().to_monday_zero_offset()
}

/// `MO` to `SU`.
pub(super) fn weekday(text: &str) -> Option<i8> {
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let number = days.iter().position(|day| *day == text)?;
    let day = Weekday::from_monday_zero_offset(i8::try_from(number).ok()?).ok()?;
    Some(day.to_monday_zero_offset())
}
