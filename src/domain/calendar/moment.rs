//! Days and times as a calendar file writes them.

use super::{line::Line, parse::Read};
use jiff::{
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// A day, or a time in a zone.
pub(super) struct Moment {
    pub local: DateTime,
    pub zone: Option<String>,
    pub whole_day: bool,
}

impl Moment {
    pub fn time_zone(&self) -> TimeZone {
        let name = self.zone.as_deref().unwrap_or("UTC");
        TimeZone::get(name).unwrap_or(TimeZone::UTC)
    }

    /// The same moment as the other's zone writes it; a day stays a day.
    pub fn in_zone_of(self, other: &Self) -> Self {
        if self.whole_day || self.zone == other.zone || self.zone.is_none() || other.zone.is_none()
        {
            return self;
        }
        let moment = self.local.to_zoned(self.time_zone());
        let local = moment.map_or(self.local, |moment| {
            moment.with_time_zone(other.time_zone()).datetime()
        });
        Self {
            local,
            zone: other.zone.clone(),
            whole_day: false,
        }
    }
}

/// What a line holds: `20261225`, `20261225T160000`, `20261225T160000Z`, with `TZID`.
pub(super) fn read_moment(line: &Line) -> Read<Moment> {
    read_in(line, &line.value)
}

/// One of the moments that a line holds; its parameters say the zone.
pub(super) fn read_in(line: &Line, text: &str) -> Read<Moment> {
    let text = text.trim();
    let wrong = || {
        let message = format!("`{text}` is neither a date nor a time");
        (message, "write `20261225` or `20261225T160000`")
    };
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = digits::<3>(date, [4, 2, 2]).ok_or_else(wrong)?;
    let part = |number: u16| i8::try_from(number).unwrap_or(-1);
    let year = i16::try_from(date[0]).map_err(|_| wrong())?;
    let date = Date::new(year, part(date[1]), part(date[2])).map_err(|_| wrong())?;
    let Some(time) = time else {
        return Ok(Moment {
            local: date.to_datetime(Time::midnight()),
            zone: None,
            whole_day: true,
        });
    };
    let clock = digits::<3>(time.trim_end_matches('Z'), [2, 2, 2]).ok_or_else(wrong)?;
    // A leap second is the second before it.
    let second = part(clock[2]).min(59);
    let clock = Time::new(part(clock[0]), part(clock[1]), second, 0).map_err(|_| wrong())?;
    let zone = match line.parameter("TZID") {
        _ if time.ends_with('Z') => Some("UTC".to_owned()),
        None => None,
        Some(name) => Some(read_zone(name)?),
    };
    Ok(Moment {
        local: date.to_datetime(clock),
        zone,
        whole_day: false,
    })
}

fn read_zone(name: &str) -> Read<String> {
    let name = name.trim_start_matches('/');
    if let Ok(zone) = TimeZone::get(name) {
        return Ok(zone.iana_name().unwrap_or("UTC").to_owned());
    }
    let message = format!("`{name}` is not a time zone");
    Err((message, "write an IANA name such as `Europe/Berlin`"))
}

/// Numbers of so many digits, one after the other, and nothing else.
fn digits<const N: usize>(text: &str, widths: [usize; N]) -> Option<[u16; N]> {
    if text.len() != widths.iter().sum::<usize>() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut numbers = [0; N];
    let mut rest = text;
    for (number, width) in numbers.iter_mut().zip(widths) {
        let (head, tail) = rest.split_at(width);
        *number = head.parse().ok()?;
        rest = tail;
    }
    Some(numbers)
}
