//! Calendar files as people export them.

use super::{Calendar, parse};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

fn file(events: &[&str]) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|event| format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", event.trim()))
        .collect();
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\n{}END:VCALENDAR\n",
        events.concat()
    )
}

fn calendar(events: &[&str]) -> Calendar {
    parse(&file(events), "holidays.ics").unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// What happens between two days, in Berlin.
fn show(events: &[&str], from: &str, to: &str) -> String {
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let day = |text: &str| at(&format!("{text}T00:00Z"));
    let found = calendar(events).between(&zone, day(from), day(to));
    let line = |from: Timestamp, to: Timestamp, name: &str| {
        let local = |moment: Timestamp| {
            let local = moment.to_zoned(zone.clone());
            local.strftime("%a %F %H:%M").to_string()
        };
        format!("{} to {}: {name}", local(from), local(to))
    };
    let lines: Vec<String> = found
        .iter()
        .map(|occurrence| line(occurrence.from, occurrence.to, &occurrence.name))
        .collect();
    lines.join("\n")
}

#[test]
fn a_holiday_takes_whole_days_in_the_zone_of_whoever_asks() {
    insta::assert_snapshot!(show(&["DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas\\, both days", "DTSTART:20270101\nSUMMARY:New Year"], "2026-12-01", "2027-02-01"), @"
    Fri 2026-12-25 00:00 to Sun 2026-12-27 00:00: Christmas, both days
    Fri 2027-01-01 00:00 to Sat 2027-01-02 00:00: New Year
    ");
}

#[test]
fn times_have_zones_and_lengths() {
    insta::assert_snapshot!(show(&[
        "DTSTART;TZID=America/New_York:20261103T180000\nDURATION:PT6H\nSUMMARY:Election",
        "DTSTART:20261104T100000Z\nDTEND:20261104T113000Z\nSUMMARY:Audit",
        "DTSTART:20261105T100000\nDTEND;TZID=\"Europe/London\":20261105T100000\nSUMMARY:Floating",
    ], "2026-11-01", "2026-12-01"), @"
    Wed 2026-11-04 00:00 to Wed 2026-11-04 06:00: Election
    Wed 2026-11-04 11:00 to Wed 2026-11-04 12:30: Audit
    ");
}

#[test]
fn rules_repeat_it() {
    let days = |rule: &str, from: &str, to: &str| {
        let event = format!("DTSTART;VALUE=DATE:20200106\nRRULE:{rule}");
        let shown = show(&[&event], from, to);
        let days = shown.lines().filter_map(|line| line.split(' ').nth(1));
        days.collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(days("FREQ=YEARLY", "2026-01-01", "2029-01-01"), @"2026-01-06 2027-01-06 2028-01-06");
    insta::assert_snapshot!(days("FREQ=YEARLY;INTERVAL=2;COUNT=3", "2020-01-01", "2030-01-01"), @"2020-01-06 2022-01-06 2024-01-06");
    insta::assert_snapshot!(days("FREQ=YEARLY;BYMONTH=9;BYDAY=1MO", "2026-01-01", "2028-01-01"), @"2026-09-07 2027-09-06");
    insta::assert_snapshot!(days("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "2026-01-01", "2028-01-01"), @"2026-05-25 2027-05-31");
    insta::assert_snapshot!(days("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", "2026-01-01", "2028-01-01"), @"2026-12-31 2027-12-31");
    insta::assert_snapshot!(days("FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-01", "2026-11-16"), @"2026-11-01 2026-11-07 2026-11-08 2026-11-14 2026-11-15");
    insta::assert_snapshot!(days("FREQ=WEEKLY;INTERVAL=2;UNTIL=20200203", "2020-01-01", "2020-12-01"), @"2020-01-06 2020-01-20 2020-02-03");
    insta::assert_snapshot!(days("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", "2027-01-01"), @"2026-02-13 2026-03-13 2026-11-13");
    insta::assert_snapshot!(days("FREQ=DAILY;BYDAY=MO;BYMONTH=2", "2026-01-01", "2027-01-01"), @"2026-02-02 2026-02-09 2026-02-16 2026-02-23");
    insta::assert_snapshot!(days("FREQ=YEARLY\nEXDATE;VALUE=DATE:20270106", "2026-01-01", "2029-01-01"), @"2026-01-06 2028-01-06");
}

#[test]
fn folded_lines_alarms_zones_and_cancelled_events_are_understood() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DA\r\n TE:20261225\r\nSUMMARY:Chr\r\n istmas\r\nBEGIN:VALARM\r\nDTSTART:nonsense\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let calendar = parse(text, "holidays.ics").expect("a calendar");
    assert_eq!(calendar.events.len(), 1);
    assert_eq!(calendar.events[0].name, "Christmas");
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
    let mistakes = |text: &str| {
        let problems = parse(text, "holidays.ics").expect_err("mistakes");
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let event = |event: &str| mistakes(&file(&[event]));
    insta::assert_snapshot!(mistakes("holidays: none"), @"
    holidays.ics:1:1: this is no calendar
    hint: an `.ics` file begins with `BEGIN:VCALENDAR`
    ");
    insta::assert_snapshot!(mistakes("BEGIN:VCALENDAR\n<html>\n"), @"
    holidays.ics:2:1: this is no line of a calendar
    hint: a line is `NAME:value`
    ");
    insta::assert_snapshot!(mistakes("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"), @"holidays.ics:2:1: `VEVENT` does not end");
    insta::assert_snapshot!(mistakes("BEGIN:VCALENDAR\nEND:VEVENT\n"), @"holidays.ics:2:1: this ends what has not begun");
    insta::assert_snapshot!(event("SUMMARY:x"), @"
    holidays.ics:3:1: an event has no `DTSTART`
    hint: add `DTSTART;VALUE=DATE:20261225`
    ");
    insta::assert_snapshot!(event("DTSTART:20261325"), @"
    holidays.ics:4:1: `20261325` is neither a date nor a time
    hint: write `20261225` or `20261225T160000`
    ");
    insta::assert_snapshot!(event("DTSTART;TZID=W. Europe Standard Time:20261225T100000"), @"
    holidays.ics:4:1: `W. Europe Standard Time` is not a time zone
    hint: write an IANA name such as `Europe/Berlin`
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nDTEND:20261224"), @"holidays.ics:5:1: the event ends before it begins");
    insta::assert_snapshot!(event("DTSTART:20261225T100000\nDURATION:soon"), @"
    holidays.ics:5:1: `soon` is not a length of time
    hint: write `P1D` or `PT2H`
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nRRULE:FREQ=YEARLY;BYWEEKNO=20"), @"
    holidays.ics:5:1: `BYWEEKNO=20` is not understood in `RRULE`
    hint: write one event for each time instead
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nRRULE:FREQ=YEARLY;BYDAY=1MO"), @"
    holidays.ics:5:1: `FREQ=YEARLY;BYDAY=1MO` is not understood
    hint: say `FREQ`, and `BYMONTH` with `BYDAY` in a year
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nRDATE:20271225"), @"
    holidays.ics:5:1: `RDATE` is not understood
    hint: write a separate event, and `EXDATE` in the repeated one
    ");
    insta::assert_snapshot!(mistakes(&file(&["DTSTART:20261225"; 401])), @"
    holidays.ics:1:1: more than 400 events
    hint: keep past years out of the file
    ");
}

proptest! {
    #[test]
    fn any_text_is_a_calendar_or_a_list_of_mistakes(text in "(DTSTART|DTEND|RRULE|EXDATE|DURATION|[A-Z]{0,3})?[ -~é]{0,40}(\n[ -~]{0,40}){0,3}") {
        for text in [text.clone(), file(&[&text]), file(&["DTSTART:20261225", &text])] {
            if let Err(problems) = parse(&text, "f.ics") {
                prop_assert!(!problems.is_empty() && problems.iter().all(|problem| problem.line > 0));
            }
        }
    }

    #[test]
    fn any_rule_ends(rule in "FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;INTERVAL=[1-9]{1,4})?(;COUNT=[1-9][0-9]?)?(;BYDAY=(-?1)?(MO|SU))?(;BYMONTH=[1-9])?(;BYMONTHDAY=-?[1-9])?") {
        let text = file(&[&format!("DTSTART:19000101\nRRULE:{rule}")]);
        if let Ok(calendar) = parse(&text, "f.ics") {
            let found = calendar.between(&TimeZone::UTC, at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"));
            prop_assert!(found.iter().all(|one| one.from < one.to));
        }
    }
}
