//! The policy as it is found.

use super::{
    fake::{Answer, Seen, file, github, json_answer},
    shop,
};
use rollcall::domain::facts::PolicyFact;
use serde_json::json;

const POLICY: &str = "GET /repos/acme/shop/contents/.github/rollcall.yml";
const OWNERS_POLICY: &str = "GET /repos/acme/.github/contents/.github/rollcall.yml";

async fn policy(story: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static) -> PolicyFact {
    github(story)
        .await
        .app()
        .read_policy(&shop())
        .await
        .expect("an answer")
}

#[tokio::test]
async fn the_policy_of_the_repository_goes_before_its_owners() {
    let found = policy(|seen| match seen.call.as_str() {
        POLICY => json_answer(200, file("# größer\nzone: Europe/Berlin\n".as_bytes())),
        OWNERS_POLICY => json_answer(200, file(b"zone: Asia/Tokyo\n")),
        _ => None,
    })
    .await;
    let PolicyFact::Found {
        policy,
        text,
        source,
        ..
    } = found
    else {
        panic!("{found:?}")
    };
    assert_eq!(policy.zone, "Europe/Berlin");
    assert_eq!(text, "# größer\nzone: Europe/Berlin\n");
    assert_eq!(source, "acme/shop:.github/rollcall.yml@95b966ae1c16");
}

#[tokio::test]
async fn the_owners_policy_holds_where_the_repository_has_none() {
    let found = policy(|seen| {
        (seen.call == OWNERS_POLICY).then(|| (200, vec![], file(b"zone: Asia/Tokyo\n")))
    })
    .await;
    let PolicyFact::Found { policy, source, .. } = found else {
        panic!("{found:?}")
    };
    assert_eq!(policy.zone, "Asia/Tokyo");
    assert_eq!(source, "acme/.github:.github/rollcall.yml@95b966ae1c16");
    assert!(matches!(policy_of_nobody().await, PolicyFact::Absent));
}

async fn policy_of_nobody() -> PolicyFact {
    policy(|_| None).await
}

#[tokio::test]
async fn a_policy_that_cannot_be_used_is_broken_and_the_owners_does_not_hold_instead() {
    let large = {
        let mut large = file(b"");
        large["size"] = json!(2_000_000);
        large
    };
    let link = json!({"type": "symlink", "name": "rollcall.yml", "sha": "95b966ae1c166bd92f8ae7d1c313e738c731dfc3", "target": "x"});
    for (answer, expect) in [
        (file(b"zoen: Europe/Berlin\n"), "zoen"),
        (file(b"\xff\xfe"), "is not UTF-8"),
        (large, "is larger than 1 MB"),
        (link, "is not a plain file"),
        (
            json!([{"type": "file", "name": "a", "sha": "b"}]),
            "is a folder",
        ),
    ] {
        let found = policy(move |seen| match seen.call.as_str() {
            POLICY => json_answer(200, answer.clone()),
            OWNERS_POLICY => json_answer(200, file(b"zone: Asia/Tokyo\n")),
            _ => None,
        })
        .await;
        let PolicyFact::Broken { problems, .. } = found else {
            panic!("{expect}: {found:?}")
        };
        assert!(problems[0].message.contains(expect), "{problems:?}");
    }
}

const CALENDAR: &str = "GET /repos/acme/.github/contents/.github%2Fholidays.ics";
const FREEZE: &[u8] = b"freezes:\n- {name: holidays, ics: .github/holidays.ics}\n";

#[tokio::test]
async fn a_calendar_is_read_from_where_the_policy_was_found() {
    let found = policy(|seen| match seen.call.as_str() {
        OWNERS_POLICY => json_answer(200, file(FREEZE)),
        CALENDAR => json_answer(
            200,
            file(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\nEND:VCALENDAR\n"),
        ),
        _ => None,
    })
    .await;
    let PolicyFact::Found {
        policy, calendars, ..
    } = found
    else {
        panic!("{found:?}")
    };
    assert_eq!(calendars[".github/holidays.ics"].events.len(), 1);
    let moment = |text: &str| text.parse().expect("a time");
    let on = |from: &str, to: &str| policy.freezes[0].between(moment(from), moment(to)).len();
    assert_eq!(on("2026-12-25T12:00Z", "2026-12-25T13:00Z"), 1);
    assert_eq!(on("2026-12-27T12:00Z", "2026-12-27T13:00Z"), 0);
}

#[tokio::test]
async fn a_calendar_that_is_broken_or_gone_breaks_the_policy() {
    for (answer, expect) in [
        (
            Some(file(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n")),
            ".github/holidays.ics:2:1: an event has no `DTSTART`",
        ),
        (
            None,
            ".github/holidays.ics:1:1: `.github/holidays.ics` is not there",
        ),
    ] {
        let found = policy(move |seen| match seen.call.as_str() {
            OWNERS_POLICY => json_answer(200, file(FREEZE)),
            CALENDAR => json_answer(200, answer.clone()?),
            _ => None,
        })
        .await;
        let PolicyFact::Broken { problems, .. } = found else {
            panic!("{expect}: {found:?}")
        };
        assert!(problems[0].to_string().contains(expect), "{problems:?}");
    }
}

#[tokio::test]
async fn a_policy_that_could_not_be_read_is_not_absent() {
    let fake = github(|seen| match seen.call.as_str() {
        POLICY | OWNERS_POLICY if seen.earlier == 0 => json_answer(503, json!({})),
        _ => None,
    })
    .await;
    let app = fake.app();
    for _ in 0..2 {
        app.read_policy(&shop())
            .await
            .expect_err("GitHub did not answer");
    }
    for _ in 0..3 {
        assert!(matches!(
            app.read_policy(&shop()).await,
            Ok(PolicyFact::Absent)
        ));
    }
    assert_eq!(
        fake.calls(),
        [POLICY, POLICY, OWNERS_POLICY, POLICY, OWNERS_POLICY],
        "an answer is kept, a failure is not"
    );
}
