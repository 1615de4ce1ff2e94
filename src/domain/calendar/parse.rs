//! From the text of a calendar file to its events, with every mistake at its line.

use super::{
    Calendar, Event, Length,
    line::{Line, lines},
    moment::{Moment, read_moment},
    rrule::read_repeat,
};
use crate::domain::problem::Problem;
use jiff::{Span, SpanRelativeTo, Unit};

/// The most events that are read: years of holidays.
const MOST: usize = 400;

/// A value, or what is wrong with it and the way out.
pub(super) type Read<T> = Result<T, (String, &'static str)>;

/// Reads the events of a calendar file.
///
/// # Errors
/// Every event that is not understood, with its line: what is passed over would be a day on which people deploy.
pub fn parse(text: &str, file: &str) -> Result<Calendar, Vec<Problem>> {
    let problem =
        |line: usize, message: &str, hint: &str| Problem::at(file, (line, 1), message, hint);
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
    let mut calendar = Calendar::default();
    let mut problems = Vec::new();
    for event in events(&lines) {
        match event.and_then(|(begin, lines)| read_event(begin, &lines)) {
            Ok(Some(_)) if calendar.events.len() == MOST => {
                let message = format!("more than {MOST} events");
                problems.push(problem(1, &message, "keep past years out of the file"));
                break;
            }
            Ok(event) => calendar.events.extend(event),
            Err((line, (message, hint))) => problems.push(problem(line, &message, hint)),
        }
    }
    if problems.is_empty() {
        Ok(calendar)
    } else {
        Err(problems)
    }
}

/// A mistake with its line.
type At<T> = Result<T, (usize, (String, &'static str))>;

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

fn read_event(begin: usize, lines: &[&Line]) -> At<Option<Event>> {
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
    let mut except = Vec::new();
    for line in lines.iter().filter(|line| line.name == "EXDATE") {
        for value in line.value.split(',') {
            let one = Line {
                value: value.to_owned(),
                ..(*line).clone()
            };
            except.push(at(&one, read_moment)?.in_zone_of(&start).local);
        }
    }
    let repeat = find("RRULE").map(|line| at(line, |line| read_repeat(line, &start)));
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
        Some(length) if start.whole_day => Ok(Length::Days((length.as_hours() / 24).max(1))),
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
