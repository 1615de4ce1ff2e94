//! A file is a calendar, or has mistakes at lines within it.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rollcall::domain::calendar::{self, Calendar};

pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match calendar::parse(&text, "holidays.ics") {
        Ok(calendar) => usable(&calendar),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            let lines = text.split('\n').count();
            for problem in &problems {
                assert!((1..=lines).contains(&problem.line), "no line: {problem}");
            }
        }
    }
}

/// What was read is kept with a rollout, and can be asked about any month in any zone.
fn usable(calendar: &Calendar) {
    let kept = serde_json::to_string(calendar).expect("it is kept");
    let read: Calendar = serde_json::from_str(&kept).expect("it is read again");
    assert_eq!(&read, calendar);
    for (zone, from) in [
        ("Europe/Berlin", "2026-03-15T00:00:00Z"),
        ("America/New_York", "2026-10-20T10:00:00Z"),
        ("Pacific/Apia", "2011-12-20T00:00:00Z"),
    ] {
        let zone = TimeZone::get(zone).expect("a zone");
        let from: Timestamp = from.parse().expect("a time");
        let to = from + SignedDuration::from_hours(24 * 31);
        for found in calendar.between(&zone, from, to) {
            assert!(found.from < found.to, "it has no length: {found:?}");
            let touches = found.from < to && found.to > from;
            assert!(touches, "it is outside: {found:?}");
        }
    }
}
