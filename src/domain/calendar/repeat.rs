//! How an event is repeated: `RRULE`, as far as holidays and closed days use it.

use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// More repetitions than this are not looked at: a daily event of 130 years.
const MOST: usize = 50_000;

/// An `RRULE` that is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// `FREQ`.
    pub every: Frequency,
    /// `INTERVAL`, at least 1.
    pub interval: u16,
    /// `COUNT`, the first one included.
    pub count: Option<usize>,
    /// `UNTIL`, itself included.
    pub until: Option<Until>,
    /// `BYDAY`: the days of the week, as 0 (Monday) to 6, each with which of them in the month, or 0 for every.
    pub days: Vec<(i8, i8)>,
    /// `BYMONTH`: 1 to 12.
    pub months: Vec<i8>,
    /// `BYMONTHDAY`: 1 to 31, or from the end as -1 to -31.
    pub month_days: Vec<i8>,
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

impl Repeat {
    /// The days on which it begins, from the first up to `last`.
    pub(super) fn dates(&self, start: DateTime, last: Date, zone: &TimeZone) -> Vec<Date> {
        let first = start.date();
        let mut dates = vec![first];
        for period in 0..MOST {
            let Some((begins, mut found)) = self.period(first, period) else {
                break;
            };
            if begins > last {
                break;
            }
            found.sort_unstable();
            dates.extend(found.into_iter().filter(|date| *date > first));
            if self.count.is_some_and(|count| dates.len() >= count) || dates.len() > MOST {
                break;
            }
        }
        dates.truncate(self.count.unwrap_or(MOST));
        let ended = |date: &Date| {
            let begins = date.to_datetime(start.time());
            match self.until {
                None => false,
                Some(Until::Local(until)) => begins > until,
                Some(Until::Moment(until)) => zone
                    .to_ambiguous_timestamp(begins)
                    .earlier()
                    .is_ok_and(|begins| begins > until),
            }
        };
        dates.retain(|date| *date <= last && !ended(date));
        dates
    }

    /// The first day of the period with this number, and the days in it that belong to the rule.
    fn period(&self, first: Date, number: usize) -> Option<(Date, Vec<Date>)> {
        let step = i64::try_from(number).ok()? * i64::from(self.interval);
        match self.every {
            Frequency::Daily => {
                let day = first.checked_add(Span::new().try_days(step).ok()?).ok()?;
                let fits = self.fits_week(day) && self.fits_month(day);
                Some((day, if fits { vec![day] } else { Vec::new() }))
            }
            Frequency::Weekly => {
                let back = i64::from(first.weekday().to_monday_zero_offset());
                let monday = first.checked_sub(back.days()).ok()?;
                let weeks = Span::new().try_weeks(step).ok()?;
                let monday = monday.checked_add(weeks).ok()?;
                let days: Vec<Date> = monday.series(1.day()).take(7).collect();
                let mine = |day: &Date| {
                    let own = self.days.is_empty() && day.weekday() == first.weekday();
                    (own || (!self.days.is_empty() && self.fits_week(*day)))
                        && self.fits_month(*day)
                };
                Some((monday, days.into_iter().filter(mine).collect()))
            }
            Frequency::Monthly => {
                let months = Span::new().try_months(step).ok()?;
                let month = first.first_of_month().checked_add(months).ok()?;
                let fits = self.fits_month(month);
                let days = if fits {
                    self.in_month(month, first)
                } else {
                    Vec::new()
                };
                Some((month, days))
            }
            Frequency::Yearly => {
                let years = Span::new().try_years(step).ok()?;
                let year = first.first_of_year().checked_add(years).ok()?;
                let months = if self.months.is_empty() {
                    vec![first.month()]
                } else {
                    self.months.clone()
                };
                let months = months.into_iter();
                let begins = months.filter_map(|month| Date::new(year.year(), month, 1).ok());
                let days = begins
                    .flat_map(|month| self.in_month(month, first))
                    .collect();
                Some((year, days))
            }
        }
    }

    /// The days of one month.
    fn in_month(&self, month: Date, first: Date) -> Vec<Date> {
        let length = month.days_in_month();
        let wanted = |day: &Date| match (self.month_days.as_slice(), self.days.as_slice()) {
            ([], []) => day.day() == first.day(),
            ([], _) => self.fits_nth(*day),
            (numbers, days) => {
                let number = day.day();
                let listed = numbers.contains(&number) || numbers.contains(&(number - length - 1));
                listed && (days.is_empty() || self.fits_nth(*day))
            }
        };
        let days = month.series(1.day());
        let days = days.take(usize::from(length.unsigned_abs()));
        days.filter(wanted).collect()
    }

    fn fits_month(&self, day: Date) -> bool {
        self.months.is_empty() || self.months.contains(&day.month())
    }

    fn fits_week(&self, day: Date) -> bool {
        let number = day.weekday().to_monday_zero_offset();
        self.days.is_empty() || self.days.iter().any(|(weekday, _)| *weekday == number)
    }

    /// `1MO`: the first Monday of the month; `-1MO`: the last.
    fn fits_nth(&self, day: Date) -> bool {
        let number = day.weekday().to_monday_zero_offset();
        let from_start = (day.day() - 1) / 7 + 1;
        let from_end = (day.days_in_month() - day.day()) / 7 + 1;
        self.days.iter().any(|(weekday, nth)| {
            *weekday == number && (*nth == 0 || *nth == from_start || -*nth == from_end)
        })
    }
}

/// `MO` to `SU`.
pub(super) fn weekday(text: &str) -> Option<i8> {
    let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let number = days.iter().position(|day| *day == text)?;
    let day = Weekday::from_monday_zero_offset(i8::try_from(number).ok()?).ok()?;
    Some(day.to_monday_zero_offset())
}
