//! Reading the freezes and the allowed windows of a policy file.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use super::{
    Allowed, Freeze,
    freeze::FreezeTime,
    read::Reader,
    read_values::value_of,
    week::{self, Week},
};
use crate::domain::yaml::{Key, Node, Value};

const KEYS: [&str; 7] = ["name", "zone", "from", "to", "every", "dates", "ics"];
const WINDOW_KEYS: [&str; 2] = ["every", "zone"];
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
const HOW: &str = "write `{name: year end, from: 2026-12-18, to: 2027-01-03}` or `{name: weekend, every: [saturday, sunday]}`";

/// The most freezes, and the most windows, of one list: each is looked at for each window that somebody wants to set.
pub(super) const MOST: usize = 50;
/// The most of them that are calendar files, and the most calendar files of a policy.
pub(super) const MOST_CALENDARS: usize = 10;
/// The most days of one freeze.
pub(super) const MOST_DATES: usize = 400;
/// The longest name of a freeze, in letters.
pub(super) const LONGEST_NAME: usize = 100;

/// Reads a list of freezes; those that name no zone are read in `zone`.
pub(super) fn read_freezes(reader: &mut Reader<'_>, node: &Node, zone: &str) -> Vec<Freeze> {
    let nodes = at_most(reader, node, MOST, "freezes");
    let mut freezes = Vec::new();
    let mut calendars = 0;
    for node in nodes {
        let freeze = read(reader, node, zone);
        if let Some(FreezeTime::Calendar { .. }) = freeze.as_ref().map(|freeze| &freeze.when) {
            calendars += 1;
        }
        if reader.is_over(calendars, MOST_CALENDARS) {
            let message = format!("more than {MOST_CALENDARS} freezes with `ics`");
            reader.say(node.place, message, "put several calendars into one file");
            break;
        }
        freezes.extend(freeze);
    }
    freezes
}

/// The entries of a list. Of one that is too long nothing is read: it is refused as a whole.
fn at_most<'n>(reader: &mut Reader<'_>, node: &'n Node, most: usize, what: &str) -> &'n [Node] {
    let nodes = reader.list(node);
    let over = nodes.get(most);
    let Some(over) = over.filter(|_| reader.is_over(nodes.len(), most)) else {
        return nodes;
    };
    let hint = "put several into one, and take out what is past";
    reader.say(over.place, format!("more than {most} {what}"), hint);
    &[]
}

/// Reads a list of times in which windows may lie.
pub(super) fn read_windows(reader: &mut Reader<'_>, node: &Node, zone: &str) -> Vec<Allowed> {
    at_most(reader, node, MOST, "windows")
        .iter()
        .filter_map(|node| {
            let (every, zone) = match &node.value {
                Value::Map(_) => {
                    reader.pairs(node, &WINDOW_KEYS);
                    (value_of(node, "every"), own_zone(reader, node, zone))
                }
                _ => (Some(node), zone.to_owned()),
            };
            let Some(every) = every else {
                reader.say(
                    node.place,
                    "the window does not say `every` what",
                    week::HOW,
                );
                return None;
            };
            let week = read_week(reader, every)?;
            Some(Allowed { week, zone })
        })
        .collect()
}

fn own_zone(reader: &mut Reader<'_>, node: &Node, zone: &str) -> String {
    match value_of(node, "zone") {
        Some(node) => reader.zone(node),
        None => zone.to_owned(),
    }
}

fn read(reader: &mut Reader<'_>, node: &Node, zone: &str) -> Option<Freeze> {
    let pairs = reader.pairs(node, &KEYS);
    let Some(said) = value_of(node, "name") else {
        reader.say(node.place, "the freeze has no `name`", HOW);
        return None;
    };
    let name = reader.text(said);
    if reader.is_over(name.chars().count(), LONGEST_NAME) {
        let message = format!("a name of more than {LONGEST_NAME} letters");
        reader.say(said.place, message, "it is shown to people: shorten it");
    }
    let zone = own_zone(reader, node, zone);
    let when = when(reader, node, &pairs, &zone)?;
    Some(Freeze { name, zone, when })
}

fn when(
    reader: &mut Reader<'_>,
    node: &Node,
    pairs: &[(&Key, &Node)],
    zone: &str,
) -> Option<FreezeTime> {
    let of_time = |(key, _): &&(&Key, &Node)| !matches!(key.text.as_str(), "name" | "zone");
    let mut said: Vec<(&str, &Node)> = pairs
        .iter()
        .filter(of_time)
        .map(|(key, node)| (key.text.as_str(), *node))
        .collect();
    said.sort_by_key(|(key, _)| *key);
    match said.as_slice() {
        [("from", from), ("to", to)] => between(reader, (from, to), zone),
        [("every", every)] => read_week(reader, every).map(FreezeTime::Every),
        [("dates", dates)] => read_dates(reader, dates).map(FreezeTime::Dates),
        [("ics", path)] => read_path(reader, path).map(|path| FreezeTime::Calendar {
            path,
            calendar: None,
        }),
        _ => {
            let message = "a freeze has either `from` and `to`, or `every`, or `dates`, or `ics`";
            reader.say(node.place, message, HOW);
            None
        }
    }
}

/// A list of days, or a stretch of the week in words.
fn read_week(reader: &mut Reader<'_>, node: &Node) -> Option<Week> {
    if let Value::List(days) = &node.value {
        let before = reader.problems.len();
        let days: Vec<Weekday> = days
            .iter()
            .filter_map(|day| reader.one_of(day, &DAYS))
            .collect();
        if days.is_empty() && reader.problems.len() == before {
            reader.say(node.place, "the list of days is empty", "take the line out");
        }
        return Some(Week::of_days(&days));
    }
    let before = reader.problems.len();
    let text = reader.text(node);
    if reader.problems.len() > before {
        return None;
    }
    match Week::parse(&text) {
        Ok(week) => Some(week),
        Err(message) => {
            reader.say(node.place, message, week::HOW);
            None
        }
    }
}

fn read_dates(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Date>> {
    let nodes = at_most(reader, node, MOST_DATES, "dates");
    let mut dates = Vec::new();
    for node in nodes {
        let text = reader.text(node);
        match text.parse::<Date>().ok().filter(|_| text.len() == 10) {
            Some(date) => dates.push(date),
            None => reader.say(
                node.place,
                format!("`{text}` is not a date"),
                "write `2026-12-25`",
            ),
        }
    }
    (dates.len() == nodes.len()).then_some(dates)
}

/// A path inside the repository of the policy.
fn read_path(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let path = reader.text(node);
    let good = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.', '/'].contains(&c);
    let parts = || path.split('/');
    let inside = parts().all(|part| !part.is_empty() && part.chars().any(|c| c != '.'));
    let ics = path.to_ascii_lowercase().ends_with(".ics");
    if ics && inside && path.chars().all(good) && path.len() <= 200 {
        return Some(path);
    }
    let hint = "write the path in this repository, such as `.github/holidays.ics`";
    reader.say(
        node.place,
        format!("`{path}` is not the path of a calendar"),
        hint,
    );
    None
}

/// Dates hold from the first moment of the first to the last of the last; with times they hold exactly.
fn between(reader: &mut Reader<'_>, (from, to): (&Node, &Node), zone: &str) -> Option<FreezeTime> {
    let begin = moment(reader, from, zone, false);
    let end = moment(reader, to, zone, true);
    let (begin, end) = (begin?, end?);
    if end <= begin {
        reader.say(to.place, "the freeze ends before it begins", "");
        return None;
    }
    Some(FreezeTime::Between {
        from: begin,
        to: end,
    })
}
fn moment(reader: &mut Reader<'_>, node: &Node, zone: &str, is_end: bool) -> Option<Timestamp> {
    let text = reader.text(node);
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let local = match date {
        Some(date) if is_end => date
            .tomorrow()
            .ok()
            .map(|date| date.to_datetime(Time::midnight())),
        Some(date) => Some(date.to_datetime(Time::midnight())),
        None => text.parse::<DateTime>().ok(),
    };
    // Where clocks change, the earlier moment begins a freeze and the later one ends it: rather too long than too short.
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let moment = local.and_then(|local| {
        let ambiguous = zone.to_ambiguous_timestamp(local);
        if is_end {
            ambiguous.later()
        } else {
            ambiguous.earlier()
        }
        .ok()
    });
    if moment.is_none() {
        reader.say(
            node.place,
            format!("`{text}` is not a date"),
            "write `2026-12-18`, or `2026-12-18 18:00`",
        );
    }
    moment
}
