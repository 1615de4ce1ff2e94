//! Reading how an event is repeated.

use super::{
    Frequency, Repeat,
    line::Line,
    moment::{Moment, read_in},
    parse::Read,
    repeat::{TooFar, Until, weekday},
};
use jiff::civil::Time;
use std::collections::BTreeSet;

/// Reads an `RRULE`. What `COUNT` means is looked for here, once, and every day looked at is taken off the allowance.
pub(super) fn read_repeat(line: &Line, start: &Moment, allowance: &mut usize) -> Read<Repeat> {
    let (mut repeat, count) = read_parts(line, start)?;
    if let Some(count) = count {
        let last = repeat.last_of(start.local.date(), count, allowance);
        repeat.last = Some(last.map_err(|TooFar| {
            let message = format!("`COUNT={count}` ends too far away to be counted");
            (message, "write `UNTIL=` with the last day instead")
        })?);
    }
    Ok(repeat)
}

/// The rule, and its `COUNT`.
fn read_parts(line: &Line, start: &Moment) -> Read<(Repeat, Option<usize>)> {
    let mut repeat = Repeat {
        every: Frequency::Yearly,
        interval: 1,
        last: None,
        until: None,
        days: BTreeSet::new(),
        months: BTreeSet::new(),
        month_days: BTreeSet::new(),
    };
    let mut count = None;
    let mut said = BTreeSet::new();
    let parts = line.value.trim().split(';');
    for part in parts.filter(|part| !part.is_empty()) {
        let upper = part.to_ascii_uppercase();
        let (key, value) = upper.split_once('=').unwrap_or((&upper, ""));
        let understood = match key {
            "UNTIL" => {
                repeat.until = Some(read_until(line, value, start)?);
                Some(())
            }
            "COUNT" => {
                count = value.parse().ok().filter(|n| *n > 0);
                count.map(|_| ())
            }
            _ => understand(&mut repeat, key, value),
        };
        let is_new = said.insert(key.to_owned());
        if understood.is_none() || !is_new {
            let message = format!("`{part}` is not understood in `RRULE`");
            return Err((message, "write one event for each time instead"));
        }
        if (key, value) == ("WKST", "MO") {
            said.remove(key);
        }
    }
    if is_unclear(&repeat, &said) {
        let message = format!("`{}` is not understood", line.value.trim());
        let hint = "say `FREQ`, and `BYMONTH` with `BYDAY` in a year";
        return Err((message, hint));
    }
    Ok((repeat, count))
}

/// Whether the parts, each understood, say something together that is not.
fn is_unclear(repeat: &Repeat, said: &BTreeSet<String>) -> bool {
    let yearly = repeat.every == Frequency::Yearly;
    let weekly = repeat.every == Frequency::Weekly;
    let of_week = weekly || repeat.every == Frequency::Daily;
    let unclear = [
        !said.contains("FREQ"),
        yearly && !repeat.days.is_empty() && repeat.months.is_empty(),
        of_week && repeat.days.iter().any(|(_, nth)| *nth != 0),
        weekly && !repeat.month_days.is_empty(),
        // Weeks begin on Monday here; where they begin matters only when some are passed over.
        said.contains("WKST") && repeat.interval > 1,
    ];
    unclear.contains(&true)
}

/// One part of the rule; none when it is not understood.
fn understand(repeat: &mut Repeat, key: &str, value: &str) -> Option<()> {
    match key {
        "FREQ" => repeat.every = frequency(value)?,
        "INTERVAL" => repeat.interval = value.parse().ok().filter(|n| *n > 0)?,
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
fn read_until(line: &Line, text: &str, start: &Moment) -> Read<Until> {
    let moment = read_in(line, text)?;
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

fn list<T: Ord>(text: &str, one: impl Fn(&str) -> Option<T>) -> Option<BTreeSet<T>> {
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
