//! Reading the freezes of a policy file.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use super::{Freeze, freeze::FreezeTime, read::Reader, read_values::value_of};
use crate::domain::yaml::Node;

const KEYS: [&str; 4] = ["name", "from", "to", "every"];
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

/// Reads a list of freezes in the zone of the file.
pub(super) fn read_freezes(reader: &mut Reader<'_>, node: &Node, zone: &str) -> Vec<Freeze> {
    reader
        .list(node)
        .iter()
        .filter_map(|node| read(reader, node, zone))
        .collect()
}

fn read(reader: &mut Reader<'_>, node: &Node, zone: &str) -> Option<Freeze> {
    let pairs = reader.pairs(node, &KEYS);
    let Some(name) = value_of(node, "name") else {
        reader.say(node.place, "the freeze has no `name`", HOW);
        return None;
    };
    let name = reader.text(name);
    let value = |key: &str| {
        pairs
            .iter()
            .find(|(known, _)| known.text == key)
            .map(|(_, node)| *node)
    };
    let when = match (value("from"), value("to"), value("every")) {
        (Some(from), Some(to), None) => between(reader, (from, to), zone)?,
        (None, None, Some(days)) => {
            let days: Vec<Weekday> = reader
                .list(days)
                .iter()
                .filter_map(|day| reader.one_of(day, &DAYS))
                .collect();
            FreezeTime::Every(days)
        }
        _ => {
            reader.say(
                node.place,
                "a freeze has either `from` and `to`, or `every`",
                HOW,
            );
            return None;
        }
    };
    Some(Freeze {
        name,
        zone: zone.to_owned(),
        when,
    })
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
