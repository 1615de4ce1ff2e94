//! Calendar files as people export them.

use super::{Calendar, parse, too_many_events};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use std::collections::BTreeMap;

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
    let calendar = calendar(events);
    let found = calendar.between(&zone, day(from), day(to));
    let line = |from: Timestamp, to: Timestamp, name: &str| {
        let local = |moment: Timestamp| {
            let local = moment.to_zoned(zone.clone());
            local.strftime("%a %F %H:%M").to_string()
        };
        format!("{} to {}: {name}", local(from), local(to))
    };
    let lines: Vec<String> = found
        .iter()
        .map(|occurrence| line(occurrence.from, occurrence.to, occurrence.name))
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

/// The days of an event between two, of those in Berlin on which it begins.
fn days(event: &str, from: &str, to: &str) -> String {
    let shown = show(&[event], from, to);
    let days = shown.lines().filter_map(|line| line.split(' ').nth(1));
    days.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_began_long_ago_is_still_held() {
    let day = |event: &str| days(event, "2027-03-01", "2027-03-03");
    let whole = "2027-03-01 2027-03-02 2027-03-03";
    assert_eq!(day("DTSTART:18900101\nRRULE:FREQ=DAILY"), whole);
    assert_eq!(day("DTSTART:00010101\nRRULE:FREQ=DAILY"), whole);
    assert_eq!(
        day("DTSTART:00010101\nRRULE:FREQ=DAILY;COUNT=500000;UNTIL=20270302"),
        ""
    );
    assert_eq!(day("DTSTART:00010102\nRRULE:FREQ=WEEKLY"), "2027-03-02");
    assert_eq!(day("DTSTART:00010302\nRRULE:FREQ=YEARLY"), "2027-03-02");
    assert_eq!(day("DTSTART:20200229\nRRULE:FREQ=YEARLY"), "");
    assert_eq!(
        days(
            "DTSTART:20200229\nRRULE:FREQ=YEARLY",
            "2024-01-01",
            "2033-01-01"
        ),
        "2024-02-29 2028-02-29 2032-02-29"
    );
}

#[test]
fn what_comes_so_many_times_ends_after_them() {
    let days = |rule: &str| {
        days(
            &format!("DTSTART:20200106\nRRULE:{rule}"),
            "2020-01-01",
            "2040-01-01",
        )
    };
    assert_eq!(
        days("FREQ=DAILY;INTERVAL=30;COUNT=3"),
        "2020-01-06 2020-02-05 2020-03-06"
    );
    assert_eq!(
        days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3"),
        "2020-01-06 2020-01-07 2020-01-21"
    );
    assert_eq!(
        days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4"),
        "2020-01-06 2020-01-31 2020-03-31 2020-05-31"
    );
    assert_eq!(
        days("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;COUNT=4"),
        "2020-01-06 2020-02-29 2024-02-29 2028-02-29"
    );
    assert_eq!(days("FREQ=DAILY;COUNT=1"), "2020-01-06");
    insta::assert_snapshot!(mistakes(&file(&["DTSTART:00010101\nRRULE:FREQ=DAILY;COUNT=700000"])), @"
    holidays.ics:5:1: `COUNT=700000` ends too far away to be counted
    hint: write `UNTIL=` with the last day instead
    ");
    // A year with a rule that fits no day of it is passed over as quickly as one with a day.
    assert_eq!(
        days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"),
        "2020-01-06"
    );
}

#[test]
fn days_of_the_month_are_those_of_every_month_that_is_not_left_out() {
    let days = |rule: &str| {
        days(
            &format!("DTSTART:20200113\nRRULE:{rule}"),
            "2026-01-01",
            "2026-04-01",
        )
    };
    assert_eq!(
        days("FREQ=YEARLY;BYMONTHDAY=13"),
        "2026-01-13 2026-02-13 2026-03-13"
    );
    assert_eq!(
        days("FREQ=DAILY;BYMONTHDAY=1,-1;BYMONTH=2,3"),
        "2026-02-01 2026-02-28 2026-03-01 2026-03-31"
    );
}

#[test]
fn what_cannot_be_computed_is_refused_rather_than_passed_over() {
    let event = |event: &str| mistakes(&file(&[event]));
    insta::assert_snapshot!(event("DTSTART:20261225\nRRULE:FREQ=WEEKLY;BYMONTHDAY=1"), @"
    holidays.ics:5:1: `FREQ=WEEKLY;BYMONTHDAY=1` is not understood
    hint: say `FREQ`, and `BYMONTH` with `BYDAY` in a year
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nRRULE:FREQ=WEEKLY;FREQ=YEARLY"), @"
    holidays.ics:5:1: `FREQ=YEARLY` is not understood in `RRULE`
    hint: write one event for each time instead
    ");
    insta::assert_snapshot!(event("DTSTART:20261225\nDTEND:20281225\nRRULE:FREQ=YEARLY"), @"
    holidays.ics:6:1: an event of more than 366 days is repeated
    hint: write it without `RRULE`
    ");
    let many = vec!["20261225"; 1_001].join(",");
    insta::assert_snapshot!(event(&format!("DTSTART:20261225\nRRULE:FREQ=YEARLY\nEXDATE:{many}")), @"
    holidays.ics:6:1: more than 1000 `EXDATE`s in the file
    hint: keep past years out of the file
    ");
    insta::assert_snapshot!(event(&format!("DTSTART:20261225\nSUMMARY:{}", "x".repeat(250_000))), @"
    holidays.ics:1:1: the file is larger than 250 kB
    hint: keep past years out of the file
    ");
    let full = calendar(&["DTSTART:20261225"; 400]);
    let read = ["a.ics", "b.ics", "c.ics"].map(|path| (path.to_owned(), full.clone()));
    let problem = too_many_events(&BTreeMap::from(read)).map(|problem| problem.to_string());
    insta::assert_snapshot!(problem.unwrap_or_default(), @"
    c.ics:1:1: the calendars of the policy have more than 1000 events
    hint: keep past years out of the files
    ");
}

#[test]
fn an_event_without_end_is_held_to_the_end_of_time() {
    let ever = "DTSTART:20260101T000000Z\nDURATION:P9999W";
    assert_eq!(days(ever, "2127-01-01", "2127-01-02"), "2026-01-01");
    let longest = "DTSTART:20260101\nDURATION:P1043497W7304484DT175307616H";
    assert_eq!(days(longest, "9000-01-01", "9000-01-02"), "2026-01-01");
    // A day and a half of whole days is two.
    assert_eq!(
        days(
            "DTSTART:20260101\nDURATION:PT36H",
            "2026-01-02",
            "2026-01-03"
        ),
        "2026-01-01"
    );
}

#[test]
fn folded_lines_alarms_zones_and_cancelled_events_are_understood() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DA\r\n TE:20261225\r\nSUMMARY:Chr\r\n istmas\r\nBEGIN:VALARM\r\nDTSTART:nonsense\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let calendar = parse(text, "holidays.ics").expect("a calendar");
    assert_eq!(calendar.events.len(), 1);
    assert_eq!(calendar.events[0].name, "Christmas");
}

fn mistakes(text: &str) -> String {
    let problems = parse(text, "holidays.ics").expect_err("mistakes");
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_is_not_understood_is_told_with_its_line() {
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
