//! Reading how an event is repeated.

use super::{
    Frequency, Repeat,
    line::Line,
    moment::{Moment, read_moment},
    parse::Read,
    repeat::{Until, weekday},
};
use jiff::civil::Time;
use std::collections::BTreeSet;

pub(super) fn read_repeat(line: &Line, start: &Moment) -> Read<Repeat> {
    let mut repeat = Repeat {
        every: Frequency::Yearly,
        interval: 1,
        count: None,
        until: None,
        days: Vec::new(),
        months: Vec::new(),
        month_days: Vec::new(),
    };
    let mut said = BTreeSet::new();
    let parts = line.value.trim().split(';');
    for part in parts.filter(|part| !part.is_empty()) {
        let upper = part.to_ascii_uppercase();
        let (key, value) = upper.split_once('=').unwrap_or((&upper, ""));
        let until = Line {
            value: value.to_owned(),
            ..line.clone()
        };
        if key == "UNTIL" {
            repeat.until = Some(read_until(&until, start)?);
        } else if understand(&mut repeat, key, value).is_none() {
            let message = format!("`{part}` is not understood in `RRULE`");
            return Err((message, "write one event for each time instead"));
        }
        if (key, value) != ("WKST", "MO") {
            said.insert(key.to_owned());
        }
    }
    let yearly = repeat.every == Frequency::Yearly;
    let of_week = matches!(repeat.every, Frequency::Daily | Frequency::Weekly);
    let unclear = [
        !said.contains("FREQ"),
        yearly && !repeat.days.is_empty() && repeat.months.is_empty(),
        of_week && repeat.days.iter().any(|(_, nth)| *nth != 0),
        // Weeks begin on Monday here; where they begin matters only when some are passed over.
        said.contains("WKST") && repeat.interval > 1,
    ];
    if unclear.contains(&true) {
        let message = format!("`{}` is not understood", line.value.trim());
        let hint = "say `FREQ`, and `BYMONTH` with `BYDAY` in a year";
        return Err((message, hint));
    }
    Ok(repeat)
}

/// One part of the rule; none when it is not understood.
fn understand(repeat: &mut Repeat, key: &str, value: &str) -> Option<()> {
    match key {
        "FREQ" => repeat.every = frequency(value)?,
        "INTERVAL" => repeat.interval = value.parse().ok().filter(|n| *n > 0)?,
        "COUNT" => repeat.count = Some(value.parse().ok().filter(|n| *n > 0)?),
        "BYDAY" => repeat.days = list(value, read_day)?,
        "BYMONTH" => repeat.months = list(value, |text| number(text, 1..=12))?,
        "BYMONTHDAY" => {
            let day = |text: &str| number(text, -31..=31).filter(|n| *n != 0);
            repeat.month_days = list(value, day)?;
        }
        "WKST" => {
            weekday(value)?;
        }
        _ => return None,
    }
    Some(())
}

fn frequency(text: &str) -> Option<Frequency> {
    Some(match text {
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return None,
    })
}

/// A day includes all of itself.
fn read_until(line: &Line, start: &Moment) -> Read<Until> {
    let moment = read_moment(line)?;
    if moment.whole_day {
        let end = Time::new(23, 59, 59, 0).unwrap_or(Time::midnight());
        return Ok(Until::Local(moment.local.date().to_datetime(end)));
    }
    let zoned = moment.local.to_zoned(moment.time_zone());
    match zoned {
        Ok(zoned) if moment.zone.is_some() && !start.whole_day => {
            Ok(Until::Moment(zoned.timestamp()))
        }
        _ => Ok(Until::Local(moment.local)),
    }
}

fn list<T>(text: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|part| one(part.trim())).collect()
}

fn number(text: &str, range: std::ops::RangeInclusive<i8>) -> Option<i8> {
    text.trim_start_matches('+')
        .parse()
        .ok()
        .filter(|n| range.contains(n))
}

/// `MO`, `1MO`, `-1MO`.
fn read_day(text: &str) -> Option<(i8, i8)> {
    let (nth, day) = text.split_at(
        text.len()
            .checked_sub(2)
            .filter(|at| text.is_char_boundary(*at))?,
    );
    let nth = if nth.is_empty() {
        0
    } else {
        number(nth, -5..=5).filter(|n| *n != 0)?
    };
    Some((weekday(day)?, nth))
}
