//! Reading a day and a time of day.

use jiff::civil::{Date, DateTime, Time};

use super::{
    day::{length, parse_day},
    when::{Read, ScheduleProblem, USAGE},
};

/// Words that people write between a day and a time, and that say nothing.
const FILLING: [&str; 2] = ["on", "at"];

/// A day and a clock time, without a zone.
pub(super) fn parse_local(words: Vec<&str>, today: DateTime) -> Read<DateTime> {
    let words: Vec<&str> = match words.as_slice() {
        [one] => one
            .split_once(['T', 't'])
            .filter(|(day, _)| day.parse::<Date>().is_ok())
            .map_or(vec![*one], |(day, clock)| vec![day, clock]),
        _ => words,
    };
    let words: Vec<&str> = words
        .into_iter()
        .filter(|word| !FILLING.contains(word))
        .collect();
    let (day, clock) = words.split_at(length(&words).min(words.len()));
    let said = day.join(" ");
    match (day, clock) {
        (["next" | "this"], [day, ..]) => Err(ScheduleProblem::new(
            "people disagree on which day that is",
            format!("write `{day}` for the first one that comes, or a date"),
        )),
        ([clock], []) if parse_clock(clock).is_some() => Err(ScheduleProblem::new(
            "the day is missing",
            format!("write for example `tomorrow {clock}`, or a date"),
        )),
        (day, []) if parse_day(day, None, today).is_some() => Err(ScheduleProblem::new(
            "the time of day is missing",
            format!("write for example `{said} 22:00`"),
        )),
        (day, clock) if (1..=2).contains(&clock.len()) => {
            let time = parse_clock(&clock.concat()).ok_or_else(|| {
                ScheduleProblem::new(
                    format!("`{}` is not a time of day", clock.join(" ")),
                    "write it as `22:00`",
                )
            })?;
            let date = parse_day(day, Some(time), today).ok_or_else(|| {
                ScheduleProblem::new(
                    format!("`{said}` is not a day"),
                    "write a date as `2026-12-01`, or `tomorrow`, or a weekday",
                )
            })?;
            Ok(date.to_datetime(time))
        }
        _ => Err(ScheduleProblem::new(
            format!("`{}` is not a time", words.join(" ")),
            USAGE,
        )),
    }
}

/// `22:00`, `22:00:30`, `9:05`, `10pm`, `10:30pm`.
pub(super) fn parse_clock(text: &str) -> Option<Time> {
    let text = text.to_lowercase();
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text.as_str(), None),
    };
    let mut parts = digits.split(':').map(|part| {
        part.parse::<i8>()
            .ok()
            .filter(|_| (1..=2).contains(&part.len()) && !part.starts_with('+'))
    });
    let hour = parts.next()??;
    let minute = parts.next();
    let second = parts.next();
    if parts.next().is_some() || (minute.is_none() && half.is_none()) {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    Time::new(
        hour,
        minute.unwrap_or(Some(0))?,
        second.unwrap_or(Some(0))?,
        0,
    )
    .ok()
}
