//! From the text of a calendar file to its events, with every mistake at its line.

use super::{
    Calendar, Event, Length,
    line::{Line, lines},
    moment::{Moment, read_in, read_moment},
    rrule::read_repeat,
};
use crate::domain::problem::Problem;
use jiff::{Span, SpanRelativeTo, Unit, civil::DateTime};
use std::collections::BTreeSet;

/// The longest file that is read, in bytes.
const LARGEST: usize = 250_000;
/// The most events that are read: years of holidays.
const MOST: usize = 400;
/// The most beginnings that are left out, of all events together.
const MOST_EXCEPT: usize = 1_000;
/// The most days that are looked at for the `COUNT`s of all events together.
const MOST_COUNTED: usize = 500_000;
/// The longest event that may be repeated, in days.
const LONGEST: i64 = 366;
/// The most mistakes that are told of a file; nobody mends more at once.
const MOST_MISTAKES: usize = 50;

/// A value, or what is wrong with it and the way out.
pub(super) type Read<T> = Result<T, (String, &'static str)>;

/// Reads the events of a calendar file.
///
/// # Errors
/// Every event that is not understood, with its line: what is passed over would be a day on which people deploy.
pub fn parse(text: &str, file: &str) -> Result<Calendar, Vec<Problem>> {
    let problem =
        |line: usize, message: &str, hint: &str| Problem::at(file, (line, 1), message, hint);
    if text.len() > LARGEST {
        let message = format!("the file is larger than {} kB", LARGEST / 1_000);
        return Err(vec![problem(1, &message, PAST)]);
    }
    let lines = lines(text).map_err(|number| {
        vec![problem(
            number,
            "this is no line of a calendar",
            "a line is `NAME:value`",
        )]
    })?;
    let begins =
        |line: &Line| line.name == "BEGIN" && line.value.trim().eq_ignore_ascii_case("VCALENDAR");
    if !lines.first().is_some_and(begins) {
        let hint = "an `.ics` file begins with `BEGIN:VCALENDAR`";
        return Err(vec![problem(1, "this is no calendar", hint)]);
    }
    let mut left = Left {
        counted: MOST_COUNTED,
        except: MOST_EXCEPT,
    };
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for event in events(&lines) {
        match event.and_then(|(begin, lines)| read_event(begin, &lines, &mut left)) {
            Ok(Some(_)) if found.len() == MOST => {
                let message = format!("more than {MOST} events");
                problems.push(problem(1, &message, PAST));
            }
            Ok(event) => found.extend(event),
            Err((line, (message, hint))) => problems.push(problem(line, &message, hint)),
        }
        if problems.len() == MOST_MISTAKES || found.len() == MOST && !problems.is_empty() {
            break;
        }
    }
    if problems.is_empty() {
        Ok(Calendar {
            events: found.into(),
        })
    } else {
        Err(problems)
    }
}

const PAST: &str = "keep past years out of the file";

/// A mistake with its line.
type At<T> = Result<T, (usize, (String, &'static str))>;

/// What the events of a file may still ask for: they have it together, so that a file is read quickly whatever it says.
struct Left {
    counted: usize,
    except: usize,
}

/// The properties of each event with the line it begins on; what lies inside another component (alarms, zones, tasks) is left out.
fn events(lines: &[Line]) -> Vec<At<(usize, Vec<&Line>)>> {
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut events = Vec::new();
    let mut event = Vec::new();
    let wrong = |line: usize, message: &str| Err((line, (message.to_owned(), "")));
    for line in lines {
        let value = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" => open.push((value, line.number)),
            "END" => match open.pop() {
                Some((name, begin)) if name == value => {
                    if name == "VEVENT" {
                        events.push(Ok((begin, std::mem::take(&mut event))));
                    }
                }
                _ => {
                    events.push(wrong(line.number, "this ends what has not begun"));
                    return events;
                }
            },
            _ if open.last().is_some_and(|(name, _)| name == "VEVENT") => event.push(line),
            _ => {}
        }
    }
    if let Some((name, number)) = open.last() {
        events.push(wrong(*number, &format!("`{name}` does not end")));
    }
    events
}

fn read_event(begin: usize, lines: &[&Line], left: &mut Left) -> At<Option<Event>> {
    let find = |name: &str| lines.iter().copied().find(|line| line.name == name);
    let cancelled = |line: &Line| line.value.trim().eq_ignore_ascii_case("CANCELLED");
    if find("STATUS").is_some_and(cancelled) {
        return Ok(None);
    }
    if let Some(line) = find("RECURRENCE-ID").or_else(|| find("RDATE")) {
        let hint = "write a separate event, and `EXDATE` in the repeated one";
        let message = format!("`{}` is not understood", line.name);
        return Err((line.number, (message, hint)));
    }
    let hint = "add `DTSTART;VALUE=DATE:20261225`";
    let start_line = find("DTSTART").ok_or((begin, ("an event has no `DTSTART`".into(), hint)))?;
    let start = at(start_line, read_moment)?;
    let length = length(&start, find("DTEND"), find("DURATION"))?;
    let except = except(lines, &start, left)?;
    let repeat = find("RRULE").map(|line| {
        short_enough(length).map_err(|wrong| (line.number, wrong))?;
        at(line, |line| read_repeat(line, &start, &mut left.counted))
    });
    Ok(Some(Event {
        name: find("SUMMARY")
            .map(|line| unescape(&line.value))
            .unwrap_or_default(),
        start: start.local,
        zone: start.zone,
        length,
        repeat: repeat.transpose()?,
        except,
    }))
}

fn at<T>(line: &Line, read: impl FnOnce(&Line) -> Read<T>) -> At<T> {
    read(line).map_err(|wrong| (line.number, wrong))
}

/// The beginnings that are left out.
fn except(lines: &[&Line], start: &Moment, left: &mut Left) -> At<BTreeSet<DateTime>> {
    let mut except = BTreeSet::new();
    for line in lines.iter().filter(|line| line.name == "EXDATE") {
        for value in line.value.split(',') {
            let more = left.except.checked_sub(1);
            left.except = more.ok_or_else(|| {
                let message = format!("more than {MOST_EXCEPT} `EXDATE`s in the file");
                (line.number, (message, PAST))
            })?;
            let one = at(line, |line| read_in(line, value))?;
            except.insert(one.in_zone_of(start).local);
        }
    }
    Ok(except)
}

/// What comes back again and again while it still lasts is looked for far into the past.
fn short_enough(length: Length) -> Read<()> {
    let days = match length {
        Length::Days(days) => days,
        Length::Seconds(seconds) => seconds / 86_400,
    };
    if days <= LONGEST {
        return Ok(());
    }
    let message = format!("an event of more than {LONGEST} days is repeated");
    Err((message, "write it without `RRULE`"))
}

fn length(start: &Moment, end: Option<&Line>, duration: Option<&Line>) -> At<Length> {
    match (end, duration) {
        (Some(line), _) => until(start, line),
        (None, Some(line)) => lasting(start, line),
        (None, None) if start.whole_day => Ok(Length::Days(1)),
        (None, None) => Ok(Length::Seconds(0)),
    }
}

fn until(start: &Moment, line: &Line) -> At<Length> {
    let end = at(line, read_moment)?.in_zone_of(start);
    if end.local < start.local {
        let wrong = ("the event ends before it begins".to_owned(), "");
        return Err((line.number, wrong));
    }
    if start.whole_day {
        let days = start.local.date().until((Unit::Day, end.local.date()));
        let days = days.map_or(1, |span| i64::from(span.get_days()));
        return Ok(Length::Days(days.max(1)));
    }
    let zone = start.time_zone();
    let from = zone.to_ambiguous_timestamp(start.local).earlier();
    let to = zone.to_ambiguous_timestamp(end.local).later();
    let seconds = from.ok().zip(to.ok());
    let seconds = seconds.map_or(0, |(from, to)| to.duration_since(from).as_secs());
    Ok(Length::Seconds(seconds))
}

/// `P1D`, `PT2H`; a day is 24 hours.
fn lasting(start: &Moment, line: &Line) -> At<Length> {
    let text = line.value.trim();
    let span = text.parse::<Span>().ok();
    let length = span.and_then(|span| {
        let relative = SpanRelativeTo::days_are_24_hours();
        span.to_duration(relative).ok()
    });
    match length.filter(|length| !length.is_negative()) {
        Some(length) if start.whole_day => {
            // A part of a day is a whole one.
            let days = length.as_secs().saturating_add(86_399) / 86_400;
            Ok(Length::Days(days.max(1)))
        }
        Some(length) => Ok(Length::Seconds(length.as_secs())),
        None => {
            let message = format!("`{text}` is not a length of time");
            Err((line.number, (message, "write `P1D` or `PT2H`")))
        }
    }
}

/// `\,`, `\;`, `\n`, `\\`.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.trim().chars();
    while let Some(c) = letters.next() {
        plain.push(match c {
            '\\' => match letters.next() {
                Some('n' | 'N') | None => ' ',
                Some(c) => c,
            },
            c => c,
        });
    }
    plain.chars().take(200).collect()
}
