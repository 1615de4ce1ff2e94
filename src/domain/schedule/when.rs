//! Reading `/schedule WHEN [for 1h] [downtime 10m]`.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use super::duration::parse_duration;
use crate::domain::{
    render::time::render_time,
    window::{Window, in_zone},
};

/// How far ahead a window may lie; further is more likely a slip in the year.
const FURTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The longest window.
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Why a window could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleProblem {
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl ScheduleProblem {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

type Read<T> = Result<T, ScheduleProblem>;

/// Reads a window as people write it.
///
/// The time is `2026-12-01 22:00`, `2026-12-01T22:00Z`, `2026-12-01T22:00+01:00`, `tomorrow 22:00`, `friday 22:00` or `in 26h`, with an
/// IANA zone or an offset after it if it is not to be read in the default zone. `for 1h` is how long it takes (an hour when not said),
/// `downtime 10m` or `downtime none` what users will notice (not answered when not said).
///
/// # Errors
/// A time that is past, more than a year ahead, does not exist or exists twice because clocks change, or cannot be read.
pub fn parse_window(text: &str, now: Timestamp, default_zone: &str) -> Read<Window> {
    let clauses = split(text)?;
    let (start, zone) = parse_start(&clauses.when, now, default_zone)?;
    let duration = match &clauses.length {
        None => SignedDuration::from_hours(1),
        Some(text) => length_of_window(text)?,
    };
    let downtime = clauses
        .downtime
        .as_deref()
        .map(|text| downtime(text, duration))
        .transpose()?;
    if start <= now {
        let message = format!("{} is past", render_time(start, &zone));
        return Err(ScheduleProblem::new(
            message,
            format!("now it is {}", render_time(now, &zone)),
        ));
    }
    if start.duration_since(now) > FURTHEST {
        let message = format!("{} is more than a year ahead", render_time(start, &zone));
        return Err(ScheduleProblem::new(message, "is the year right?"));
    }
    Ok(Window {
        start,
        duration,
        downtime,
        zone,
    })
}

struct Clauses {
    when: Vec<String>,
    length: Option<String>,
    downtime: Option<String>,
}

/// Parts the text at the words `for` and `downtime`.
fn split(text: &str) -> Read<Clauses> {
    let mut parts: [Option<Vec<String>>; 3] = [Some(Vec::new()), None, None];
    let mut part = 0;
    for word in text.split_whitespace() {
        let next = match word.to_lowercase().as_str() {
            "for" => 1,
            "downtime" => 2,
            "with" | "and" | "at" | "on" => continue,
            _ => {
                parts[part]
                    .get_or_insert_default()
                    .push(word.trim_end_matches(',').to_owned());
                continue;
            }
        };
        if parts[next].replace(Vec::new()).is_some() {
            return Err(ScheduleProblem::new(
                format!("`{word}` is said twice"),
                USAGE,
            ));
        }
        part = next;
    }
    let [when, length, downtime] = parts;
    let joined = |words: Option<Vec<String>>| words.map(|words| words.join(" "));
    Ok(Clauses {
        when: when.unwrap_or_default(),
        length: joined(length),
        downtime: joined(downtime),
    })
}

const USAGE: &str =
    "write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`";

fn length_of_window(text: &str) -> Read<SignedDuration> {
    let length = parse_duration(text).map_err(|message| ScheduleProblem::new(message, USAGE))?;
    if length < SignedDuration::from_mins(1) || length > LONGEST {
        return Err(ScheduleProblem::new(
            "a window lasts between a minute and 14 days",
            USAGE,
        ));
    }
    Ok(length)
}

fn downtime(text: &str, window: SignedDuration) -> Read<SignedDuration> {
    if ["none", "no", "0", "zero"].contains(&text.to_lowercase().as_str()) {
        return Ok(SignedDuration::ZERO);
    }
    let hint = "write for example `downtime 10m`, or `downtime none`";
    let downtime = parse_duration(text).map_err(|message| ScheduleProblem::new(message, hint))?;
    if downtime > window {
        return Err(ScheduleProblem::new(
            "the downtime is longer than the window",
            "make the window longer: `for 2h`",
        ));
    }
    Ok(downtime)
}

/// The start, and the IANA zone it was said in.
fn parse_start(words: &[String], now: Timestamp, default_zone: &str) -> Read<(Timestamp, String)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Err(ScheduleProblem::new("no time is given", USAGE)),
        [word, rest @ ..] if word.eq_ignore_ascii_case("in") => {
            let ahead = parse_duration(&rest.join(" "))
                .map_err(|message| ScheduleProblem::new(message, "write for example `in 26h`"))?;
            let start = now
                .checked_add(ahead)
                .map_err(|_| ScheduleProblem::new("that is too far ahead", USAGE))?;
            Ok((whole_minute(start), default_zone.to_owned()))
        }
        words => {
            let (words, said) = take_zone(words)?;
            let zone = said.unwrap_or_else(|| Said::Zone(default_zone.to_owned()));
            let today = in_zone(now, zone.name(default_zone)).datetime();
            let local = parse_local(words, today)?;
            Ok((resolve(local, &zone)?, zone.name(default_zone).to_owned()))
        }
    }
}

/// `in 26h` from 12:00:31 means 14:01 the next day: never earlier than said.
fn whole_minute(at: Timestamp) -> Timestamp {
    let over = at.as_second().rem_euclid(60);
    if over == 0 {
        at
    } else {
        at.saturating_add(SignedDuration::from_secs(60 - over))
            .unwrap_or(at)
    }
}

/// A zone as it was said.
enum Said {
    Zone(String),
    Offset(Offset),
}

impl Said {
    /// The IANA zone to keep: an offset alone names none.
    fn name<'a>(&'a self, default_zone: &'a str) -> &'a str {
        match self {
            Self::Zone(name) => name,
            Self::Offset(offset) if offset.is_zero() => "UTC",
            Self::Offset(_) => default_zone,
        }
    }
}

/// Takes a zone off the end, whether it is a word of its own or hangs on the time.
fn take_zone<'a>(words: &[&'a str]) -> Read<(Vec<&'a str>, Option<Said>)> {
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
    if letters && !["AM", "PM"].contains(&word) && weekday(word).is_none() {
        let hint = "write an IANA name such as `Europe/Berlin`, or an offset such as `+01:00`";
        return Err(ScheduleProblem::new(
            format!("`{word}` can mean more than one time zone"),
            hint,
        ));
    }
    Ok(None)
}

/// `1`, `01`, `0100`, `01:00`.
fn parse_offset(text: &str, negative: bool) -> Option<Offset> {
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

/// A day and a clock time, without a zone.
fn parse_local(words: Vec<&str>, today: DateTime) -> Read<DateTime> {
    let words: Vec<&str> = match words.as_slice() {
        [one] => one
            .split_once(['T', 't'])
            .filter(|(day, _)| day.parse::<Date>().is_ok())
            .map_or(vec![*one], |(day, clock)| vec![day, clock]),
        _ => words,
    };
    match words.as_slice() {
        [clock] if parse_clock(clock).is_some() => Err(ScheduleProblem::new(
            "the day is missing",
            format!("write for example `tomorrow {clock}`, or a date"),
        )),
        [day] if parse_day(day, None, today).is_some() => Err(ScheduleProblem::new(
            "the time of day is missing",
            format!("write for example `{day} 22:00`"),
        )),
        [day, clock @ ..] if (1..=2).contains(&clock.len()) => {
            let clock = clock.concat();
            let time = parse_clock(&clock).ok_or_else(|| {
                ScheduleProblem::new(
                    format!("`{clock}` is not a time of day"),
                    "write it as `22:00`",
                )
            })?;
            let date = parse_day(day, Some(time), today).ok_or_else(|| {
                ScheduleProblem::new(
                    format!("`{day}` is not a day"),
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
fn parse_clock(text: &str) -> Option<Time> {
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

/// A date, `today`, `tomorrow`, or a weekday: the next one on which the time is still ahead.
fn parse_day(word: &str, time: Option<Time>, today: DateTime) -> Option<Date> {
    match word.to_lowercase().as_str() {
        "today" => Some(today.date()),
        "tomorrow" => today.date().tomorrow().ok(),
        word => match weekday(word) {
            Some(day) if day == today.weekday() && time.is_some_and(|time| time > today.time()) => {
                Some(today.date())
            }
            Some(day) => today.date().nth_weekday(1, day).ok(),
            None => word.parse::<Date>().ok().filter(|_| word.len() == 10),
        },
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    match word.to_lowercase().as_str() {
        "monday" | "mon" => Some(Weekday::Monday),
        "tuesday" | "tue" => Some(Weekday::Tuesday),
        "wednesday" | "wed" => Some(Weekday::Wednesday),
        "thursday" | "thu" => Some(Weekday::Thursday),
        "friday" | "fri" => Some(Weekday::Friday),
        "saturday" | "sat" => Some(Weekday::Saturday),
        "sunday" | "sun" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// The moment that a local time names; refused when clocks change so that it is none, or two.
fn resolve(local: DateTime, zone: &Said) -> Read<Timestamp> {
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
