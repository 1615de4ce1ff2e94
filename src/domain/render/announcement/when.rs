//! Times and durations as people say them.

use crate::domain::window::{Window, in_zone};
use jiff::{SignedDuration, Zoned};

/// `Thu 26 Nov 2026, 14:00 to 15:00 (Europe/Berlin, UTC+01:00)`: the window in a zone.
pub(super) fn window(window: &Window, zone: &str) -> String {
    let (start, end) = (window.start_in(zone), in_zone(window.end(), zone));
    let last = if start.date() == end.date() {
        end.strftime("%H:%M").to_string()
    } else {
        end.strftime(DAY_AND_TIME).to_string()
    };
    let first = start.strftime(DAY_AND_TIME);
    if start.offset() == end.offset() {
        return format!("{first} to {last} ({})", zone_name(&start));
    }
    format!(
        "{first} (UTC{}) to {last} ({})",
        start.strftime("%:z"),
        zone_name(&end)
    )
}

/// `Thu 26 Nov 2026, 14:00 UTC+01:00`: the beginning of the window in a zone.
pub(super) fn start(window: &Window, zone: &str) -> String {
    window
        .start_in(zone)
        .strftime("%a %-d %b %Y, %H:%M UTC%:z")
        .to_string()
}

const DAY_AND_TIME: &str = "%a %-d %b %Y, %H:%M";

fn zone_name(at: &Zoned) -> String {
    let name = at.time_zone().iana_name().unwrap_or("UTC");
    if name == "UTC" {
        "UTC".to_owned()
    } else {
        format!("{name}, UTC{}", at.strftime("%:z"))
    }
}

/// `1 hour 30 minutes`, rounded up to whole minutes.
pub(super) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs() + i64::from(duration.subsec_nanos() > 0);
    let minutes = (seconds + 59) / 60;
    let units = [
        (minutes / 1440, "day"),
        (minutes / 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ];
    let said: Vec<String> = units
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    said.join(" ")
}
