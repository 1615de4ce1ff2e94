//! Stretches of every week: `sat-sun`, `mon-fri 09:00-17:00`, `fri 16:00 - mon 06:00`.

use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

/// How a stretch of the week is written.
pub const HOW: &str =
    "write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`";

/// The longest text that is read, in bytes: every day named, and two times.
const LONGEST: usize = 200;

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Stretches of every week, in local time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    stretches: Vec<Stretch>,
    says: String,
}

/// From a day and time to a later one, at most a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    day: Weekday,
    from: Time,
    /// How many midnights lie in between.
    midnights: i64,
    to: Time,
}

/// Which way to turn where clocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// Rather too long: for what is forbidden.
    Long,
    /// Rather too short: for what is allowed.
    Short,
}

impl Week {
    /// Whole days.
    #[must_use]
    pub fn of_days(days: &[Weekday]) -> Self {
        let days = each_once(days);
        let names: Vec<String> = days.iter().map(|day| format!("{day:?}")).collect();
        Self {
            stretches: days.iter().map(|day| Stretch::whole(*day)).collect(),
            says: format!("every {}", names.join(", ")),
        }
    }

    /// Reads a stretch of the week.
    ///
    /// # Errors
    /// When it cannot be read: one sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!(
                "a stretch of the week of more than {LONGEST} letters"
            ));
        }
        let tidy = text.replace(['–', '—'], "-").to_lowercase();
        let parts: Vec<&str> = tidy.split('-').map(str::trim).collect();
        let tidy = parts.join("-");
        let words: Vec<&str> = tidy.split_whitespace().collect();
        let stretches = match words.as_slice() {
            [days] => read_days(days).map(|days| days.into_iter().map(Stretch::whole).collect()),
            [days, times] => read_days(days).zip(read_times(times)).map(|(days, times)| {
                let stretch = |day| Stretch::on(day, times);
                days.into_iter().map(stretch).collect()
            }),
            [day, middle, to] => one_stretch(day, middle, to).map(|stretch| vec![stretch]),
            _ => None,
        };
        match stretches {
            Some(stretches) if tidy.starts_with("daily") => Ok(Self {
                stretches,
                says: tidy,
            }),
            Some(stretches) => Ok(Self {
                stretches,
                says: format!("every {}", text.trim()),
            }),
            None => Err(format!("`{}` is no stretch of the week", text.trim())),
        }
    }

    /// In words: `every Saturday, Sunday`.
    #[must_use]
    pub fn says(&self) -> &str {
        &self.says
    }

    /// The stretches that touch the time between two moments, each with its end outside, in no order.
    #[must_use]
    pub fn between(
        &self,
        zone: &TimeZone,
        from: Timestamp,
        to: Timestamp,
        lean: Lean,
    ) -> Vec<(Timestamp, Timestamp)> {
        let days = |moment: Timestamp, days: i64| {
            let date = moment.to_zoned(zone.clone()).date();
            date.saturating_add(Span::new().days(days))
        };
        let last = days(to, 1);
        days(from, -8)
            .series(Span::new().days(1))
            .take_while(|day| *day <= last)
            .flat_map(|day| {
                self.stretches
                    .iter()
                    .filter(move |stretch| stretch.day == day.weekday())
                    .filter_map(move |stretch| stretch.begun_on(day, zone, lean))
            })
            .filter(|(begin, end)| *begin < to && from < *end)
            .collect()
    }
}

impl Stretch {
    fn whole(day: Weekday) -> Self {
        Self::on(day, (Time::midnight(), Time::midnight()))
    }

    /// An end that is not after the beginning lies on the next day.
    fn on(day: Weekday, (from, to): (Time, Time)) -> Self {
        Self {
            day,
            from,
            midnights: i64::from(to <= from),
            to,
        }
    }

    fn begun_on(&self, day: Date, zone: &TimeZone, lean: Lean) -> Option<(Timestamp, Timestamp)> {
        let end = day.checked_add(Span::new().days(self.midnights)).ok()?;
        moments(
            zone,
            (day.to_datetime(self.from), end.to_datetime(self.to)),
            lean,
        )
    }
}

/// The moments of two local times.
pub(super) fn moments(
    zone: &TimeZone,
    (from, to): (DateTime, DateTime),
    lean: Lean,
) -> Option<(Timestamp, Timestamp)> {
    let (from, to) = (
        zone.to_ambiguous_timestamp(from),
        zone.to_ambiguous_timestamp(to),
    );
    let (from, to) = match lean {
        Lean::Long => (from.earlier(), to.later()),
        Lean::Short => (from.later(), to.earlier()),
    };
    from.ok().zip(to.ok()).filter(|(from, to)| from < to)
}

/// `mon`, `mon-fri`, `sat,sun`, `daily`.
fn read_days(text: &str) -> Option<Vec<Weekday>> {
    if text == "daily" {
        return Some((0..7).filter_map(at).collect());
    }
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (read_day(first)?, read_day(last)?);
        let length = (number(last) - number(first)).rem_euclid(7);
        days.extend((0..=length).filter_map(|more| at((number(first) + more).rem_euclid(7))));
    }
    Some(each_once(&days))
}

fn each_once(days: &[Weekday]) -> Vec<Weekday> {
    let mut once: Vec<Weekday> = Vec::new();
    for day in days {
        if !once.contains(day) {
            once.push(*day);
        }
    }
    once
}

/// `monday`, or three letters of it and more.
pub(super) fn read_day(text: &str) -> Option<Weekday> {
    let found = DAYS
        .iter()
        .position(|day| text.len() >= 3 && day.starts_with(text))?;
    at(i8::try_from(found).ok()?)
}

fn number(day: Weekday) -> i8 {
    day.to_monday_zero_offset()
}

fn at(number: i8) -> Option<Weekday> {
    Weekday::from_monday_zero_offset(number).ok()
}

/// `09:00-16:00`; `24:00` is the midnight at the end of the day.
fn read_times(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once('-')?;
    Some((read_time(from)?, read_end(to)?))
}

fn read_end(text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(Time::midnight());
    }
    read_time(text)
}

fn read_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let part = |text: &str| {
        let digits = text.chars().all(|c| c.is_ascii_digit()) && (1..=2).contains(&text.len());
        text.parse::<i8>().ok().filter(|_| digits)
    };
    Time::new(part(hour)?, part(minute)?, 0, 0).ok()
}

/// `fri 16:00-mon 06:00`, in its three words.
fn one_stretch(day: &str, middle: &str, to: &str) -> Option<Stretch> {
    let (from, last) = middle.split_once('-')?;
    // `24:00` is the end of the day it names.
    let past = i64::from(to == "24:00");
    let (day, from, last, to) = (
        read_day(day)?,
        read_time(from)?,
        read_day(last)?,
        read_end(to)?,
    );
    let mut midnights = i64::from((number(last) - number(day)).rem_euclid(7)) + past;
    if midnights == 0 && to <= from {
        midnights = 7;
    }
    Some(Stretch {
        day,
        from,
        midnights,
        to,
    })
}
