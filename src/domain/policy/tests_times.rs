//! When people may deploy: freezes and windows as people write them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::{
    freeze::FreezeTime,
    tests::{mistakes, policy},
    week::{Lean, Week},
};
use crate::domain::{
    calendar,
    render::time::render_time,
    schedule::{closed_times, next_slots, objections},
    window::Window,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A window of an hour.
fn window(start: &str) -> Window {
    Window {
        start: at(start),
        duration: SignedDuration::from_hours(1),
        downtime: None,
        zone: "Europe/Berlin".into(),
    }
}

/// What stands against windows of an hour: their codes, or `-`.
fn check(text: &str, starts: &[&str]) -> String {
    let policy = policy(text);
    let codes = |start: &&str| {
        let found = closed_times(&window(start), &policy);
        let codes: Vec<&str> = found.iter().map(|objection| objection.code).collect();
        format!(
            "{start} {}",
            if codes.is_empty() {
                "-".to_owned()
            } else {
                codes.join(" ")
            }
        )
    };
    starts.iter().map(codes).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_freeze_over_the_weekend_begins_and_ends_at_its_hours() {
    // Friday 6 November 2026, in Berlin one hour ahead of UTC.
    insta::assert_snapshot!(check("zone: Europe/Berlin\nfreezes: [{name: weekend, every: fri 16:00 - mon 06:00}]\n", &[
        "2026-11-06T13:59Z", "2026-11-06T14:00Z", "2026-11-06T14:01Z", "2026-11-08T12:00Z", "2026-11-09T04:59Z", "2026-11-09T05:00Z",
    ]), @"
    2026-11-06T13:59Z -
    2026-11-06T14:00Z -
    2026-11-06T14:01Z freeze
    2026-11-08T12:00Z freeze
    2026-11-09T04:59Z freeze
    2026-11-09T05:00Z -
    ");
}

#[test]
fn a_freeze_has_a_zone_of_its_own() {
    insta::assert_snapshot!(check("zone: Europe/Berlin\nfreezes: [{name: close, every: mon-fri 16:00-17:00, zone: America/New_York}]\n", &[
        "2026-11-06T14:30Z", "2026-11-06T20:30Z", "2026-11-07T20:30Z",
    ]), @"
    2026-11-06T14:30Z -
    2026-11-06T20:30Z freeze
    2026-11-07T20:30Z -
    ");
}

#[test]
fn a_night_lies_over_midnight_and_where_clocks_change_a_freeze_is_rather_too_long() {
    insta::assert_snapshot!(check("zone: Europe/Berlin\nfreezes: [{name: nights, every: daily 22:00-06:00}]\n", &[
        "2026-11-06T20:00Z", "2026-11-06T20:30Z", "2026-11-07T02:00Z", "2026-11-07T05:00Z",
    ]), @"
    2026-11-06T20:00Z -
    2026-11-06T20:30Z freeze
    2026-11-07T02:00Z freeze
    2026-11-07T05:00Z -
    ");
    // On 25 October 2026 half past two comes twice: 00:30 and 01:30 in UTC.
    insta::assert_snapshot!(check("zone: Europe/Berlin\nfreezes: [{name: backup, every: sun 02:00-02:30}]\n", &[
        "2026-10-24T23:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z",
    ]), @"
    2026-10-24T23:00Z -
    2026-10-25T00:00Z freeze
    2026-10-25T01:00Z freeze
    2026-10-25T01:30Z -
    ");
}

#[test]
fn holidays_are_dates_or_a_calendar_file() {
    insta::assert_snapshot!(check("freezes: [{name: holidays, dates: [2026-12-25, 2027-01-01]}]\n", &[
        "2026-12-24T22:30Z", "2026-12-24T23:30Z", "2026-12-25T23:59Z", "2026-12-26T00:00Z", "2027-01-01T10:00Z",
    ]), @"
    2026-12-24T22:30Z -
    2026-12-24T23:30Z freeze
    2026-12-25T23:59Z freeze
    2026-12-26T00:00Z -
    2027-01-01T10:00Z freeze
    ");
    let text = "freezes: [{name: holidays, ics: .github/holidays.ics}]\n";
    let file = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nSUMMARY:Christmas\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n";
    let read = calendar::parse(file, "holidays.ics").expect("a calendar");
    let read = BTreeMap::from([(".github/holidays.ics".to_owned(), read)]);
    let whole = policy(text).with_calendars(&read);
    let says = |policy: &super::Policy, start: &str| {
        let found = closed_times(&window(start), policy);
        found
            .iter()
            .map(|objection| objection.says.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    insta::assert_snapshot!(says(&whole, "2030-12-25T10:00Z"), @"the freeze `holidays` (`Christmas`) holds from Wed 25 Dec 2030, 00:00 (UTC) to Thu 26 Dec 2030, 00:00 (UTC)");
    assert_eq!(says(&whole, "2030-12-27T10:00Z"), "");
    // Nothing is deployed past a calendar that could not be read.
    insta::assert_snapshot!(says(&policy(text), "2030-12-27T10:00Z"), @"the freeze `holidays` holds while `.github/holidays.ics` cannot be read");
    let layered = policy(
        "environments: {production: {freezes: [{name: a, ics: a.ics}]}}\ntemplates: {minimal: {freezes: [{name: b, ics: b.ics}], environments: {production: {freezes: [{name: c, ics: c.ics}]}}}}\n",
    );
    assert_eq!(
        layered.calendars().into_iter().collect::<Vec<_>>(),
        ["a.ics", "b.ics", "c.ics"]
    );
}

const OFFICE: &str = "zone: Europe/Berlin\nnotice: 24h\nwindows: [tue-thu 09:00-16:00, {every: fri 09:00-12:00, zone: UTC}]\nfreezes: [{name: audit, dates: [2026-11-10]}]\n";

#[test]
fn windows_lie_within_the_allowed_times() {
    insta::assert_snapshot!(check(OFFICE, &[
        "2026-11-04T08:00Z", "2026-11-04T07:59Z", "2026-11-04T14:00Z", "2026-11-04T14:01Z", "2026-11-06T11:00Z", "2026-11-07T10:00Z",
    ]), @"
    2026-11-04T08:00Z -
    2026-11-04T07:59Z outside-windows
    2026-11-04T14:00Z -
    2026-11-04T14:01Z outside-windows
    2026-11-06T11:00Z -
    2026-11-07T10:00Z outside-windows
    ");
    let joined = "windows: [mon-fri, sat 00:00-12:00]\n";
    insta::assert_snapshot!(check(joined, &["2026-11-05T23:30Z", "2026-11-06T23:30Z", "2026-11-07T11:30Z"]), @"
    2026-11-05T23:30Z -
    2026-11-06T23:30Z -
    2026-11-07T11:30Z outside-windows
    ");
}

#[test]
fn the_next_slots_respect_windows_freezes_and_notice() {
    let policy = policy(OFFICE);
    let slots = |start: &str, now: &str| {
        let slots = next_slots(&window(start), &policy, at(now));
        let slots: Vec<String> = slots
            .iter()
            .map(|slot| render_time(*slot, "Europe/Berlin"))
            .collect();
        slots.join("\n")
    };
    // The wished hour suits on other days: Tuesday the 10th is frozen.
    insta::assert_snapshot!(slots("2026-11-07T10:00Z", "2026-11-05T12:00Z"), @"
    Wed 11 Nov 2026, 11:00 (UTC+01:00, Europe/Berlin)
    Thu 12 Nov 2026, 11:00 (UTC+01:00, Europe/Berlin)
    Fri 13 Nov 2026, 11:00 (UTC+01:00, Europe/Berlin)
    ");
    // It never does: the beginnings of the allowed times, the first of them after the notice is over.
    insta::assert_snapshot!(slots("2026-11-04T21:00Z", "2026-11-03T11:07Z"), @"
    Wed 4 Nov 2026, 12:15 (UTC+01:00, Europe/Berlin)
    Thu 5 Nov 2026, 09:00 (UTC+01:00, Europe/Berlin)
    Fri 6 Nov 2026, 10:00 (UTC+01:00, Europe/Berlin)
    ");
}

#[test]
fn a_mistake_in_a_time_is_shown_with_the_way_out() {
    insta::assert_snapshot!(mistakes("windows: [tue-thu 9-16, {zone: UTC}, {every: caturday}, {every: mon, zone: Mars}, {evry: mon}]\n"), @"
    rollcall.yml:1:11: `tue-thu 9-16` is no stretch of the week
    hint: write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`
    rollcall.yml:1:25: the window does not say `every` what
    hint: write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`
    rollcall.yml:1:46: `caturday` is no stretch of the week
    hint: write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`
    rollcall.yml:1:76: `Mars` is not a time zone
    hint: write an IANA name such as `Europe/Berlin`
    rollcall.yml:1:83: the window does not say `every` what
    hint: write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`
    rollcall.yml:1:84: unknown key `evry`
    hint: did you mean `every`?
    ");
    insta::assert_snapshot!(mistakes("freezes:\n- {name: a, dates: [soon]}\n- {name: b, ics: ../secret.ics}\n- {name: c, ics: https://x/y.ics}\n- {name: d, dates: [2026-12-25], every: [friday]}\n- {name: e, every: fri 25:00 - mon 06:00}\n- {name: f, every: []}\n"), @"
    rollcall.yml:2:21: `soon` is not a date
    hint: write `2026-12-25`
    rollcall.yml:3:18: `../secret.ics` is not the path of a calendar
    hint: write the path in this repository, such as `.github/holidays.ics`
    rollcall.yml:4:18: `https://x/y.ics` is not the path of a calendar
    hint: write the path in this repository, such as `.github/holidays.ics`
    rollcall.yml:5:3: a freeze has either `from` and `to`, or `every`, or `dates`, or `ics`
    hint: write `{name: year end, from: 2026-12-18, to: 2027-01-03}` or `{name: weekend, every: [saturday, sunday]}`
    rollcall.yml:6:20: `fri 25:00 - mon 06:00` is no stretch of the week
    hint: write `sat-sun`, `mon-fri 09:00-17:00`, `daily 22:00-06:00` or `fri 16:00 - mon 06:00`
    rollcall.yml:7:20: the list of days is empty
    hint: take the line out
    ");
}

#[test]
fn what_is_asked_of_a_policy_is_bounded() {
    let freezes =
        |freeze: &str, count: usize| format!("freezes:\n{}", format!("- {freeze}\n").repeat(count));
    insta::assert_snapshot!(mistakes(&freezes("{name: a, dates: [2026-12-25]}", 51)), @"
    rollcall.yml:52:3: more than 50 freezes
    hint: put several into one, and take out what is past
    ");
    insta::assert_snapshot!(mistakes(&freezes("{name: a, ics: a.ics}", 11)), @"
    rollcall.yml:12:3: more than 10 freezes with `ics`
    hint: put several calendars into one file
    ");
    insta::assert_snapshot!(mistakes(&format!("freezes: [{{name: a, dates: [{}]}}]\n", "2026-12-25, ".repeat(401))), @"
    rollcall.yml:1:4829: more than 400 dates
    hint: put several into one, and take out what is past
    ");
    insta::assert_snapshot!(mistakes(&format!("freezes: [{{name: {}, dates: [2026-12-25]}}]\n", "a".repeat(101))), @"
    rollcall.yml:1:18: a name of more than 100 letters
    hint: it is shown to people: shorten it
    ");
    insta::assert_snapshot!(mistakes(&format!("windows:\n{}", "- mon\n".repeat(51))), @"
    rollcall.yml:52:3: more than 50 windows
    hint: put several into one, and take out what is past
    ");
    let files = |from: usize| {
        let files: Vec<String> = (from..from + 6)
            .map(|file| format!("{{name: a, ics: {file}.ics}}, "))
            .collect();
        files.concat()
    };
    insta::assert_snapshot!(mistakes(&format!("freezes: [{}]\nenvironments: {{a: {{freezes: [{}]}}}}\n", files(0), files(6))), @"
    rollcall.yml:2:19: more than 10 calendar files
    hint: put several calendars into one file
    ");
    let names = |key: &str, count: usize| {
        let names: Vec<String> = (0..count)
            .map(|name| format!("{{{key}: n{name}}}, "))
            .collect();
        names.concat()
    };
    insta::assert_snapshot!(mistakes(&format!("ticks: {{any: [{}]}}\n", names("user", 200))), @"
    rollcall.yml:1:8: a rule of more than 200 names and rules
    hint: name a team for several of them
    ");
    insta::assert_snapshot!(mistakes(&format!("ticks: {{any: [{}]}}\n", names("team", 51))), @"
    rollcall.yml:1:1: more than 50 teams in the file
    hint: name a team that holds several of them
    ");
    // A day said twice is one.
    let days = "mon,".repeat(40);
    let once = policy(&format!(
        "windows: [{}]\nfreezes: [{{name: a, every: [monday, monday]}}]\n",
        days.trim_end_matches(',')
    ));
    let week = &once.windows[0].week;
    let found = week.between(
        &TimeZone::UTC,
        at("2026-11-02T00:00Z"),
        at("2026-11-03T00:00Z"),
        Lean::Long,
    );
    assert_eq!(found.len(), 1);
}

/// As many events as a policy may have, each of them every day since the beginning of time, and asked for in ten freezes.
#[test]
fn a_question_costs_so_much_whatever_the_calendars_say() {
    let event =
        "BEGIN:VEVENT\nDTSTART:00010101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n";
    let file = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", event.repeat(400));
    let read = calendar::parse(&file, "h.ics").expect("a calendar");
    let read = BTreeMap::from([("h.ics".to_owned(), read)]);
    let text = format!("freezes:\n{}", "- {name: h, ics: h.ics}\n".repeat(10));
    let policy = policy(&text).with_calendars(&read);
    let (from, to) = (at("2026-11-02T00:00Z"), at("2027-01-16T00:00Z"));
    let calendars = policy
        .freezes
        .iter()
        .filter_map(|freeze| match &freeze.when {
            FreezeTime::Calendar { calendar, .. } => calendar.as_ref(),
            _ => None,
        });
    let looked_at = calendars.map(|calendar| calendar.looked_at(&TimeZone::UTC, from, to));
    // 75 days and a few around them, of 400 events, ten times.
    assert_eq!(looked_at.sum::<u64>(), 10 * 400 * 79);
    assert_eq!(
        next_slots(
            &window("2026-11-02T10:00Z"),
            &policy,
            at("2026-11-01T00:00Z")
        )
        .len(),
        3
    );
}

proptest! {
    #[test]
    fn any_words_are_a_stretch_of_the_week_or_a_mistake(text in "(mon|fri|daily|sat,sun|tue-thu|[a-z]{0,4})[ 0-9:,–-]{0,16}(mon|sun)?[ 0-9:-]{0,6}") {
        let from = at("2026-03-20T00:00Z");
        let to = at("2026-04-05T00:00Z");
        if let Ok(week) = Week::parse(&text) {
            for zone in ["UTC", "Europe/Berlin", "America/Sao_Paulo"] {
                let zone = TimeZone::get(zone).expect("a zone");
                for lean in [Lean::Long, Lean::Short] {
                    let found = week.between(&zone, from, to, lean);
                    prop_assert!(!found.is_empty(), "{text}");
                    prop_assert!(found.iter().all(|(begin, end)| begin < end && *begin < to && from < *end));
                }
            }
        }
    }

    #[test]
    fn what_is_proposed_can_be_set(hours in 1_i64..400, minutes in 0_i64..60) {
        let policy = policy(OFFICE);
        let now = at("2026-10-20T08:00Z");
        let start = now + SignedDuration::from_mins(hours * 60 + minutes);
        let wish = Window { start, ..window("2026-11-04T08:00Z") };
        for slot in next_slots(&wish, &policy, now) {
            let slot = Window { start: slot, ..wish.clone() };
            prop_assert!(objections(&slot, &policy, now).is_empty());
        }
    }
}
