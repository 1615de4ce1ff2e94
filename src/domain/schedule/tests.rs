//! Windows as people write them, what stands against them, and when they would fit.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{next_slots, objections, parse_window};
use crate::domain::{
    policy::{Policy, parse},
    render::time::{render_duration, render_time, render_window},
};

/// Friday noon in Berlin.
const NOW: &str = "2026-11-27T11:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a timestamp")
}

fn read(text: &str, zone: &str) -> String {
    match parse_window(text, now(), zone) {
        Err(problem) => format!("{}\nhint: {}", problem.message, problem.hint),
        Ok(window) => {
            let downtime = window.downtime.map_or("not said".into(), render_duration);
            format!(
                "{}, downtime {downtime}",
                render_window(&window, &window.zone)
            )
        }
    }
}

#[test]
fn a_window_is_read_in_every_usual_form() {
    let check = |text: &str, words: &str| assert_eq!(read(text, "Europe/Berlin"), words, "{text}");
    let tuesday = "Tue 1 Dec 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin), downtime not said";
    check("2026-12-01 22:00", tuesday);
    check("2026-12-01T22:00", tuesday);
    check("2026-12-01T22:00+01:00", tuesday);
    check("2026-12-01 22:00 +01:00", tuesday);
    check("2026-12-01 22:00 Europe/Berlin", tuesday);
    check("on 2026-12-01 at 10pm", tuesday);
    check("tuesday 22:00", tuesday);
    check("Tue 10 pm", tuesday);
    check(
        "2026-12-01T21:00Z",
        "Tue 1 Dec 2026, 21:00–22:00 (UTC), downtime not said",
    );
    check(
        "2026-12-01 21:00 UTC",
        "Tue 1 Dec 2026, 21:00–22:00 (UTC), downtime not said",
    );
    check(
        "tomorrow 7:30",
        "Sat 28 Nov 2026, 07:30–08:30 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    check(
        "friday 22:00",
        "Fri 27 Nov 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    check(
        "friday 11:00",
        "Fri 4 Dec 2026, 11:00–12:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    check(
        "in 26h",
        "Sat 28 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    for day in [
        "tues",
        "1 Dec",
        "Dec 1",
        "1st december",
        "Dec. 1, 2026",
        "1 DEC 2026",
    ] {
        check(&format!("{day} 22:00"), tuesday);
        check(&format!("{day} at 10 pm"), tuesday);
    }
    check(
        "27 nov 11:00",
        "Sat 27 Nov 2027, 11:00–12:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    check(
        "27 nov 22:00",
        "Fri 27 Nov 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    check(
        "tomorrow 02:00 asia/kolkata",
        "Sat 28 Nov 2026, 02:00–03:00 (UTC+05:30, Asia/Kolkata), downtime not said",
    );
    check(
        "2026-12-01 22:00 for 2h30m with downtime 10m",
        "Tue 1 Dec 2026, 22:00 – Wed 2 Dec 2026, 00:30 (UTC+01:00, Europe/Berlin), downtime 10 minutes",
    );
    check(
        "2026-12-01 22:00 downtime none for 30 minutes",
        "Tue 1 Dec 2026, 22:00–22:30 (UTC+01:00, Europe/Berlin), downtime 0 minutes",
    );
}

#[test]
fn a_window_may_be_said_with_its_end() {
    let check = |text: &str, words: &str| assert_eq!(read(text, "Europe/Berlin"), words, "{text}");
    let tuesday = "Tue 1 Dec 2026, 22:00–23:30 (UTC+01:00, Europe/Berlin), downtime not said";
    check("2026-12-01 22:00-23:30", tuesday);
    check("2026-12-01 22:00–23:30 Europe/Berlin", tuesday);
    check("2026-12-01T22:00-23:30", tuesday);
    check("2026-12-01 22:00 - 23:30 +01:00", tuesday);
    check("tues 10pm until 11:30pm", tuesday);
    check(
        "2026-12-01 22:00 to 02:00 downtime 2h",
        "Tue 1 Dec 2026, 22:00 – Wed 2 Dec 2026, 02:00 (UTC+01:00, Europe/Berlin), downtime 2 hours",
    );
    check(
        "2027-03-28 01:00 until 04:00",
        "Sun 28 Mar 2027, 01:00–04:00 (UTC+01:00 → UTC+02:00, Europe/Berlin), downtime not said",
    );
    check(
        "2026-12-01T22:00-05:00",
        "Wed 2 Dec 2026, 04:00–05:00 (UTC+01:00, Europe/Berlin), downtime not said",
    );
    insta::assert_snapshot!(read("2026-12-01 22:00-02:00", "UTC"), @"
    `22:00-02:00` can mean until 02:00, or an offset from UTC
    hint: write `22:00 until 02:00` or `22:00 -02:00`
    ");
    insta::assert_snapshot!(read("2026-12-01 22:00-23:30 for 2h", "UTC"), @"
    how long it takes is said twice
    hint: leave out `for`, or when it ends
    ");
}

#[test]
fn what_cannot_be_read_is_answered_with_an_example() {
    let berlin = |text| read(text, "Europe/Berlin");
    insta::assert_snapshot!(berlin(""), @"
    no time is given
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(berlin("soon"), @"
    `soon` is not a time
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(berlin("22:00"), @"
    the day is missing
    hint: write for example `tomorrow 22:00`, or a date
    ");
    insta::assert_snapshot!(berlin("tomorrow"), @"
    the time of day is missing
    hint: write for example `tomorrow 22:00`
    ");
    insta::assert_snapshot!(berlin("tomorrow 25:00"), @"
    `25:00` is not a time of day
    hint: write it as `22:00`
    ");
    insta::assert_snapshot!(berlin("31 Feb 22:00"), @"
    `31 Feb` is not a day
    hint: write a date as `2026-12-01`, or `tomorrow`, or a weekday
    ");
    insta::assert_snapshot!(berlin("Tue 1 Dec"), @"
    `1 Dec` is not a time of day
    hint: write it as `22:00`
    ");
    insta::assert_snapshot!(berlin("1 Dec"), @"
    the time of day is missing
    hint: write for example `1 Dec 22:00`
    ");
    insta::assert_snapshot!(berlin("2026-02-30 22:00"), @"
    `2026-02-30` is not a day
    hint: write a date as `2026-12-01`, or `tomorrow`, or a weekday
    ");
    insta::assert_snapshot!(berlin("next friday 10pm"), @"
    people disagree on which day that is
    hint: write `friday` for the first one that comes, or a date
    ");
    assert_eq!(berlin("on friday at 22:00"), berlin("friday 22:00"));
    insta::assert_snapshot!(berlin("12/01/2026 22:00"), @"
    `12/01/2026` is not a day
    hint: write a date as `2026-12-01`, or `tomorrow`, or a weekday
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 CET"), @"
    `CET` can mean more than one time zone
    hint: write an IANA name such as `Europe/Berlin`, or an offset such as `+01:00`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 Europe/Berlln"), @"
    `Europe/Berlln` is not a time zone
    hint: write an IANA name such as `Europe/Berlin`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 +25:00"), @"
    `+25:00` is not an offset
    hint: write for example `+01:00`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 for ages"), @"
    `ages` is not a length of time such as `90m`, `24h`, `7d` or `1h30m`
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 for 0m"), @"
    a window lasts between a minute and 14 days
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 for 1h for 2h"), @"
    `for` is said twice
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 for 1h downtime 2h"), @"
    the downtime is longer than the window
    hint: make the window longer: `for 2h`
    ");
    insta::assert_snapshot!(berlin("2026-12-01 22:00 downtime some"), @"
    `some` is not a length of time such as `90m`, `24h`, `7d` or `1h30m`
    hint: write for example `downtime 10m`, or `downtime none`
    ");
    insta::assert_snapshot!(read("tomorrow 22:00", "Mars/Base"), @"
    the default time zone `Mars/Base` is unknown
    hint: write a zone after the time, such as `Europe/Berlin`
    ");
}

#[test]
fn the_past_and_the_far_future_are_refused() {
    insta::assert_snapshot!(read("2026-11-27 11:59 Europe/Berlin", "UTC"), @"
    Fri 27 Nov 2026, 11:59 (UTC+01:00, Europe/Berlin) is past
    hint: now it is Fri 27 Nov 2026, 12:00 (UTC+01:00, Europe/Berlin)
    ");
    insta::assert_snapshot!(read("today 09:00", "UTC"), @"
    Fri 27 Nov 2026, 09:00 (UTC) is past
    hint: now it is Fri 27 Nov 2026, 11:00 (UTC)
    ");
    insta::assert_snapshot!(read("2062-12-01 22:00", "UTC"), @"
    Fri 1 Dec 2062, 22:00 (UTC) is more than a year ahead
    hint: is the year right?
    ");
    insta::assert_snapshot!(read("in 0m", "UTC"), @"
    Fri 27 Nov 2026, 11:00 (UTC) is past
    hint: now it is Fri 27 Nov 2026, 11:00 (UTC)
    ");
}

#[test]
fn a_time_that_is_none_or_two_is_refused_with_both_readings() {
    insta::assert_snapshot!(read("2027-03-28 02:30", "Europe/Berlin"), @"
    28 Mar 2027, 02:30 in Europe/Berlin does not exist, because clocks go forward over it
    hint: write `2027-03-28 01:30 Europe/Berlin` or `2027-03-28 03:30 Europe/Berlin`
    ");
    insta::assert_snapshot!(read("2027-10-31 02:30 Europe/Berlin", "UTC"), @"
    31 Oct 2027, 02:30 in Europe/Berlin exists twice, because clocks go back over it
    hint: write `2027-10-31T02:30+02:00` or `2027-10-31T02:30+01:00`
    ");
    insta::assert_snapshot!(read("2027-10-31T02:30+01:00", "Europe/Berlin"), @"Sun 31 Oct 2027, 02:30–03:30 (UTC+01:00, Europe/Berlin), downtime not said");
}

fn policy(text: &str) -> Policy {
    parse(text, "rollcall.yml").expect("a policy")
}

/// Objections to a window, and the slots proposed instead.
fn check(text: &str, policy: &Policy) -> String {
    let window = parse_window(text, now(), "Europe/Berlin").expect("a window");
    let objections = objections(&window, policy, now());
    let said = objections
        .into_iter()
        .map(|objection| format!("{}: {}", objection.code, objection.says));
    let slots = next_slots(&window, policy, now())
        .into_iter()
        .map(|slot| format!("better {}", render_time(slot, &window.zone)));
    said.chain(slots).collect::<Vec<_>>().join("\n")
}

#[test]
fn short_notice_is_objected_to_and_better_times_are_proposed() {
    insta::assert_snapshot!(check("tomorrow 11:00", &Policy::default()), @"
    short-notice: stakeholders must be told 24 hours ahead, and it is only 23 hours until the window
    better Sun 29 Nov 2026, 11:00 (UTC+01:00, Europe/Berlin)
    better Mon 30 Nov 2026, 11:00 (UTC+01:00, Europe/Berlin)
    better Tue 1 Dec 2026, 11:00 (UTC+01:00, Europe/Berlin)
    ");
    insta::assert_snapshot!(check("tomorrow 12:00", &Policy::default()), @"
    better Sat 28 Nov 2026, 12:00 (UTC+01:00, Europe/Berlin)
    better Sun 29 Nov 2026, 12:00 (UTC+01:00, Europe/Berlin)
    better Mon 30 Nov 2026, 12:00 (UTC+01:00, Europe/Berlin)
    ");
}

#[test]
fn a_freeze_is_objected_to_and_passed_over() {
    let freezes = "zone: Europe/Berlin\nfreezes:\n- {name: weekend, every: [saturday, sunday]}\n- {name: audit, from: 2026-12-02, to: 2026-12-03 12:00}\n";
    insta::assert_snapshot!(check("2026-11-29 22:00", &policy(freezes)), @"
    freeze: the freeze `weekend` holds every Saturday, Sunday (Europe/Berlin)
    better Mon 30 Nov 2026, 22:00 (UTC+01:00, Europe/Berlin)
    better Tue 1 Dec 2026, 22:00 (UTC+01:00, Europe/Berlin)
    better Thu 3 Dec 2026, 22:00 (UTC+01:00, Europe/Berlin)
    ");
    insta::assert_snapshot!(check("2026-12-01 23:30", &policy(freezes)), @"
    freeze: the freeze `audit` holds from Wed 2 Dec 2026, 00:00 (UTC+01:00, Europe/Berlin) to Thu 3 Dec 2026, 12:00 (UTC+01:00, Europe/Berlin)
    better Thu 3 Dec 2026, 23:30 (UTC+01:00, Europe/Berlin)
    better Mon 7 Dec 2026, 23:30 (UTC+01:00, Europe/Berlin)
    better Tue 8 Dec 2026, 23:30 (UTC+01:00, Europe/Berlin)
    ");
    // A window may end when the freeze begins.
    assert_eq!(
        objections(
            &parse_window("2026-12-01 23:00", now(), "Europe/Berlin").expect("a window"),
            &policy(freezes),
            now()
        ),
        []
    );
}

#[test]
fn a_freeze_without_end_leaves_nothing_to_propose() {
    let always = policy("freezes:\n- {name: sold, from: 2026-01-01, to: 2030-01-01}\n");
    insta::assert_snapshot!(check("2026-12-01 22:00", &always), @"freeze: the freeze `sold` holds from Thu 1 Jan 2026, 00:00 (UTC) to Wed 2 Jan 2030, 00:00 (UTC)");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "nowhere"])) {
        if let Ok(window) = parse_window(&text, now(), zone) {
            prop_assert!(window.start > now());
        }
    }

    #[test]
    fn text_that_is_nearly_a_time_is_read_or_refused(text in "(in |on )?(today|friday|2026-1[0-2]-[0-3][0-9]|[0-9]{1,3}h|[0-3]?[0-9] (feb|dec)( 202[67])?)?[ T]?[0-9]{0,2}:?[0-9]{0,2}([-–][0-9]{1,2}:[0-9]{2})?(Z|pm| \\+[0-9:]{1,5}| UTC| Europe/Berlin| EST)?( for [0-9]{1,3}[hmd])?( downtime ([0-9]m|none))?") {
        if let Ok(window) = parse_window(&text, now(), "America/New_York") {
            prop_assert!(window.start > now());
            prop_assert!(window.duration > SignedDuration::ZERO);
            prop_assert!(window.downtime.is_none_or(|downtime| downtime <= window.duration));
        }
    }

    #[test]
    fn what_is_proposed_can_be_set(hours in 1_i64..2_000, freeze in 0_i64..60) {
        let from = now() + SignedDuration::from_hours(24 * freeze);
        let to = from + SignedDuration::from_hours(24 * 9);
        let text = format!("freezes:\n- {{name: a, from: \"{}\", to: \"{}\"}}\n", from.strftime("%F"), to.strftime("%F"));
        let policy = policy(&text);
        let window = parse_window(&format!("in {hours}h"), now(), "Europe/Berlin").expect("a window");
        for start in next_slots(&window, &policy, now()) {
            let slot = crate::domain::window::Window { start, ..window.clone() };
            prop_assert_eq!(objections(&slot, &policy, now()), vec![]);
        }
    }
}
