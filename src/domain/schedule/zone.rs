//! Reading a zone, and finding the moment that a local time names in it.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use super::{
    day::{month, weekday},
    when::{Read, ScheduleProblem, USAGE},
};
use crate::domain::window::in_zone;

/// A zone as it was said.
pub(super) enum Said {
    /// An IANA name.
    Zone(String),
    /// An offset from UTC.
    Offset(Offset),
}

impl Said {
    /// The IANA zone to keep: an offset alone names none.
    pub(super) fn name<'a>(&'a self, default_zone: &'a str) -> &'a str {
        match self {
            Self::Zone(name) => name,
            Self::Offset(offset) if offset.is_zero() => "UTC",
            Self::Offset(_) => default_zone,
        }
    }
}

/// Takes a zone off the end, whether it is a word of its own or hangs on the time.
pub(super) fn take_zone<'a>(words: &[&'a str]) -> Read<(Vec<&'a str>, Option<Said>)> {
    let mut words = words.to_vec();
    let Some(last) = words.last().copied() else {
        return Ok((words, None));
    };
    if words.len() > 1
        && let Some(said) = parse_zone(last)?
    {
        words.pop();
        return Ok((words, Some(said)));
    }
    let clock = last.find(':').unwrap_or(0);
    let tail = last[clock..]
        .find(['Z', 'z', '+', '-', '\u{2212}'])
        .map(|at| clock + at);
    if let Some(at) = tail.filter(|_| clock > 0)
        && let Some(said) = parse_zone(&last[at..])?
    {
        words.pop();
        words.push(&last[..at]);
        return Ok((words, Some(said)));
    }
    Ok((words, None))
}

/// None when the word is no zone at all; a problem when it means one that cannot be used.
fn parse_zone(word: &str) -> Read<Option<Said>> {
    if ["z", "utc", "gmt"].contains(&word.to_lowercase().as_str()) {
        return Ok(Some(Said::Offset(Offset::UTC)));
    }
    let offset = word.strip_prefix("UTC").unwrap_or(word);
    if let Some(sign) = offset
        .chars()
        .next()
        .filter(|c| ['+', '-', '\u{2212}'].contains(c))
    {
        let problem = || {
            ScheduleProblem::new(
                format!("`{word}` is not an offset"),
                "write for example `+01:00`",
            )
        };
        return parse_offset(&offset[sign.len_utf8()..], sign != '+')
            .map(|offset| Some(Said::Offset(offset)))
            .ok_or_else(problem);
    }
    if word.contains('/') {
        return match TimeZone::get(word) {
            Ok(zone) => Ok(Some(Said::Zone(
                zone.iana_name().unwrap_or(word).to_owned(),
            ))),
            Err(_) => Err(ScheduleProblem::new(
                format!("`{word}` is not a time zone"),
                "write an IANA name such as `Europe/Berlin`",
            )),
        };
    }
    let letters = word.chars().all(|c| c.is_ascii_uppercase()) && (2..=5).contains(&word.len());
    if letters && !["AM", "PM"].contains(&word) && weekday(word).is_none() && month(word).is_none()
    {
        let hint = "write an IANA name such as `Europe/Berlin`, or an offset such as `+01:00`";
        return Err(ScheduleProblem::new(
            format!("`{word}` can mean more than one time zone"),
            hint,
        ));
    }
    Ok(None)
}

/// `1`, `01`, `0100`, `01:00`.
pub(super) fn parse_offset(text: &str, negative: bool) -> Option<Offset> {
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = if digits.len() <= 2 {
        (digits.as_str(), "0")
    } else {
        digits.split_at(digits.len() - 2)
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3_600 + minutes * 60;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

/// The moment that a local time names; refused when clocks change so that it is none, or two.
pub(super) fn resolve(local: DateTime, zone: &Said) -> Read<Timestamp> {
    let out_of_range = |_| ScheduleProblem::new(format!("{local} is out of range"), USAGE);
    let name = match zone {
        Said::Offset(offset) => return offset.to_timestamp(local).map_err(out_of_range),
        Said::Zone(name) => name,
    };
    let tz = TimeZone::get(name).map_err(|_| {
        ScheduleProblem::new(
            format!("the default time zone `{name}` is unknown"),
            "write a zone after the time, such as `Europe/Berlin`",
        )
    })?;
    match tz.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).map_err(out_of_range),
        AmbiguousOffset::Gap { before, after } => {
            let reading = |offset: Offset| {
                let at = offset.to_timestamp(local).unwrap_or(Timestamp::MAX);
                format!("`{} {name}`", in_zone(at, name).strftime("%Y-%m-%d %H:%M"))
            };
            let what = "does not exist, because clocks go forward over it";
            Err(two_readings(
                what,
                local,
                name,
                &[reading(after), reading(before)],
            ))
        }
        AmbiguousOffset::Fold { before, after } => {
            let reading = |offset: Offset| {
                format!(
                    "`{}{}`",
                    local.strftime("%Y-%m-%dT%H:%M"),
                    offset_in_digits(offset)
                )
            };
            let what = "exists twice, because clocks go back over it";
            Err(two_readings(
                what,
                local,
                name,
                &[reading(before), reading(after)],
            ))
        }
    }
}

/// Refuses a local time with the two times that may be meant, the earlier one first.
fn two_readings(
    what: &str,
    local: DateTime,
    zone: &str,
    readings: &[String; 2],
) -> ScheduleProblem {
    let message = format!("{} in {zone} {what}", local.strftime("%-d %b %Y, %H:%M"));
    ScheduleProblem::new(message, format!("write {} or {}", readings[0], readings[1]))
}

fn offset_in_digits(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    format!(
        "{sign}{:02}:{:02}",
        seconds.abs() / 3_600,
        seconds.abs() % 3_600 / 60
    )
}
