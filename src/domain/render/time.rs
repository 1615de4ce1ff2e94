//! Times and lengths in words: one form for the issue, mail and Telegram.

use jiff::{SignedDuration, Timestamp, Zoned};

use crate::domain::window::{Window, in_zone};

/// `Tue 1 Dec 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin)`, in the reader's zone. A window that ends on another day says so, and one in
/// which the clocks change shows both offsets.
#[must_use]
pub fn render_window(window: &Window, zone: &str) -> String {
    let (start, end) = (in_zone(window.start, zone), in_zone(window.end(), zone));
    let until = if start.date() == end.date() {
        format!("–{}", clock(&end))
    } else {
        format!(" – {}", day_and_clock(&end))
    };
    let offsets = if start.offset() == end.offset() {
        offset(&start)
    } else {
        format!("{} → {}", offset(&start), offset(&end))
    };
    format!(
        "{}{until} ({offsets}{})",
        day_and_clock(&start),
        zone_name(&start)
    )
}

/// `Tue 1 Dec 2026, 22:00 (UTC+01:00, Europe/Berlin)`.
#[must_use]
pub fn render_time(at: Timestamp, zone: &str) -> String {
    let at = in_zone(at, zone);
    format!("{} ({}{})", day_and_clock(&at), offset(&at), zone_name(&at))
}

/// `1 hour 30 minutes`, `10 minutes`, `7 days`, `24 hours`. What is left below a minute is shown only when it is all there is.
#[must_use]
pub fn render_duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (days, hours, minutes) = (
        seconds / 86_400,
        seconds % 86_400 / 3_600,
        seconds % 3_600 / 60,
    );
    // Up to two days people count hours: a notice of "24 hours" is clearer than "1 day".
    let (days, hours) = if days < 2 {
        (0, hours + 24 * days)
    } else {
        (days, hours)
    };
    let parts: Vec<String> = [(days, "day"), (hours, "hour"), (minutes, "minute")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| count(number, unit))
        .collect();
    match (parts.is_empty(), seconds) {
        (true, 0) => "0 minutes".into(),
        (true, _) => count(seconds, "second"),
        _ => parts.join(" "),
    }
}

fn count(number: i64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn day_and_clock(at: &Zoned) -> String {
    at.strftime("%a %-d %b %Y, %H:%M").to_string()
}

fn clock(at: &Zoned) -> String {
    at.strftime("%H:%M").to_string()
}

fn offset(at: &Zoned) -> String {
    if at.offset().is_zero() {
        "UTC".into()
    } else {
        format!("UTC{}", at.strftime("%:z"))
    }
}

/// `, Europe/Berlin`; nothing for UTC itself.
fn zone_name(at: &Zoned) -> String {
    match at.time_zone().iana_name() {
        Some("UTC" | "Etc/UTC") | None => String::new(),
        Some(name) => format!(", {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start: &str, minutes: i64) -> Window {
        Window {
            start: start.parse().expect("a timestamp"),
            duration: SignedDuration::from_mins(minutes),
            downtime: None,
            zone: "UTC".into(),
        }
    }

    #[test]
    fn a_window_is_shown_in_the_readers_zone() {
        let check = |start, minutes, zone, words: &str| {
            assert_eq!(render_window(&window(start, minutes), zone), words);
        };
        check(
            "2026-12-01T21:00Z",
            60,
            "Europe/Berlin",
            "Tue 1 Dec 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin)",
        );
        check(
            "2026-12-01T21:00Z",
            60,
            "UTC",
            "Tue 1 Dec 2026, 21:00–22:00 (UTC)",
        );
        check(
            "2026-12-01T21:00Z",
            60,
            "Europe/London",
            "Tue 1 Dec 2026, 21:00–22:00 (UTC, Europe/London)",
        );
        check(
            "2026-12-01T21:00Z",
            60,
            "Asia/Kolkata",
            "Wed 2 Dec 2026, 02:30–03:30 (UTC+05:30, Asia/Kolkata)",
        );
        check(
            "2026-12-01T22:30Z",
            60,
            "Europe/Berlin",
            "Tue 1 Dec 2026, 23:30 – Wed 2 Dec 2026, 00:30 (UTC+01:00, Europe/Berlin)",
        );
        check(
            "2026-12-01T21:00Z",
            60,
            "Mars/Olympus",
            "Tue 1 Dec 2026, 21:00–22:00 (UTC)",
        );
    }

    #[test]
    fn a_window_over_a_change_of_clocks_shows_both_offsets() {
        let autumn = render_window(&window("2026-10-25T00:30Z", 120), "Europe/Berlin");
        assert_eq!(
            autumn,
            "Sun 25 Oct 2026, 02:30–03:30 (UTC+02:00 → UTC+01:00, Europe/Berlin)"
        );
    }

    #[test]
    fn lengths_read_like_speech() {
        let check = |minutes, words: &str| {
            assert_eq!(render_duration(SignedDuration::from_mins(minutes)), words);
        };
        check(0, "0 minutes");
        check(1, "1 minute");
        check(90, "1 hour 30 minutes");
        check(24 * 60, "24 hours");
        check(7 * 24 * 60, "7 days");
        check(50 * 60 + 5, "2 days 2 hours 5 minutes");
        assert_eq!(render_duration(SignedDuration::from_secs(30)), "30 seconds");
        assert_eq!(render_duration(SignedDuration::from_secs(-30)), "0 minutes");
    }

    #[test]
    fn a_single_time_is_shown_the_same_way() {
        let at = "2026-07-01T12:00Z".parse().expect("a timestamp");
        assert_eq!(
            render_time(at, "America/New_York"),
            "Wed 1 Jul 2026, 08:00 (UTC-04:00, America/New_York)"
        );
    }
}
