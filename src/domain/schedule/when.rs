//! Reading `/schedule WHEN [for 1h] [downtime 10m]`.

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Time},
};

use super::{
    clock::parse_local,
    duration::parse_duration,
    until::take_end,
    zone::{Said, resolve, take_zone},
};
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
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

pub(super) type Read<T> = Result<T, ScheduleProblem>;

/// Reads a window as people write it.
///
/// The time is `2026-12-01 22:00`, `2026-12-01T22:00Z`, `2026-12-01T22:00+01:00`, `1 Dec 22:00`, `tomorrow 22:00`, `friday 22:00` or
/// `in 26h`, with an IANA zone or an offset after it if it is not to be read in the default zone. `for 1h` is how long it takes (an hour
/// when not said), unless the end is said with the start: `22:00-23:30`;
/// `downtime 10m` or `downtime none` what users will notice (not answered when not said).
///
/// # Errors
/// A time that is past, more than a year ahead, does not exist or exists twice because clocks change, or cannot be read.
pub fn parse_window(text: &str, now: Timestamp, default_zone: &str) -> Read<Window> {
    // What is quoted back stands in a code span, and may not end it.
    let clauses = split(&text.replace('`', "'"))?;
    let Start { start, zone, lasts } = parse_start(&clauses.when, now, default_zone)?;
    let duration = match (&clauses.length, lasts) {
        (None, lasts) => lasts.unwrap_or(SignedDuration::from_hours(1)),
        (Some(text), None) => length_of_window(text)?,
        (Some(_), Some(_)) => {
            let hint = "leave out `for`, or when it ends";
            return Err(ScheduleProblem::new(
                "how long it takes is said twice",
                hint,
            ));
        }
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

pub(super) const USAGE: &str =
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

struct Start {
    start: Timestamp,
    /// The IANA zone it was said in.
    zone: String,
    /// How long it takes, when its end was said with it.
    lasts: Option<SignedDuration>,
}

fn parse_start(words: &[String], now: Timestamp, default_zone: &str) -> Read<Start> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Err(ScheduleProblem::new("no time is given", USAGE)),
        [word, rest @ ..] if word.eq_ignore_ascii_case("in") => {
            let ahead = parse_duration(&rest.join(" "))
                .map_err(|message| ScheduleProblem::new(message, "write for example `in 26h`"))?;
            let start = now
                .checked_add(ahead)
                .map_err(|_| ScheduleProblem::new("that is too far ahead", USAGE))?;
            Ok(Start {
                start: whole_minute(start),
                zone: default_zone.to_owned(),
                lasts: None,
            })
        }
        _ => {
            let end = take_end(&mut words)?;
            let (words, said) = take_zone(&words)?;
            let zone = said.unwrap_or_else(|| Said::Zone(default_zone.to_owned()));
            let today = in_zone(now, zone.name(default_zone)).datetime();
            let local = parse_local(words, today)?;
            let start = resolve(local, &zone)?;
            let end = end
                .map(|end| resolve(next(local, end), &zone))
                .transpose()?;
            Ok(Start {
                start,
                zone: zone.name(default_zone).to_owned(),
                lasts: end.map(|end| end.duration_since(start)),
            })
        }
    }
}

/// The first time after `from` when it is this time of day.
fn next(from: DateTime, clock: Time) -> DateTime {
    let day = from.date();
    let tomorrow = day.tomorrow().unwrap_or(day);
    let day = if clock > from.time() { day } else { tomorrow };
    day.to_datetime(clock)
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
