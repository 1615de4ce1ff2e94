//! GitHub fails while a rollout goes from the first wish to its end.

use super::super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use super::{
    afterwards::{nothing_lost_nothing_doubled, rest},
    weather::{How, Often, Weather, Which},
};
use crate::support::database::TestDatabase;
use http::Method;
use jiff::SignedDuration;
use rollcall::{
    domain::rollout::{End, Stage},
    sandbox::github::IssueAt,
};
use std::sync::atomic::Ordering;

const ITEMS: [&str; 3] = [
    "environment-setup",
    "apply-updates",
    "stakeholder-communication",
];

/// A rollout is asked for, worked on, held, resumed, asked after and cancelled, and after every act all comes to rest. The longest
/// time that took.
async fn a_rollout(app: &mut TestApp) -> (IssueAt, SignedDuration) {
    let asked = app
        .world
        .open_issue("ada", REPOSITORY, "Update the checkout", "", &[])
        .expect("an issue");
    let request = "/rollout checkout 1.4.0..1.5.0 because security update\npurpose: Close a hole\nbenefits: Payments stay safe";
    app.say("ada", asked, request).await;
    let mut longest = rest(app).await;
    let at = app.newest_issue().at;
    for item in ITEMS {
        app.tick("ada", at, item).await;
        longest = longest.max(rest(app).await);
    }
    for (login, said) in [
        ("sam", "/status"),
        ("ada", "/done automated-testing all green"),
        ("ada", "/hold the pager rings"),
        ("ada", "/resume"),
        (
            "ada",
            "/schedule 2027-03-01 22:00 Europe/Berlin for 2h downtime 10m",
        ),
        ("ada", "/cancel the vendor withdrew the release"),
    ] {
        app.say(login, at, said).await;
        longest = longest.max(rest(app).await);
    }
    (at, longest)
}

async fn is_as_it_should_be(app: &TestApp, at: IssueAt) {
    let rollout = app.rollout(at).await;
    assert!(
        matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Cancelled),
        "{:?}",
        rollout.stage
    );
    for item in ITEMS.into_iter().chain(["automated-testing"]) {
        assert!(rollout.item(item).expect("an item").is_done(), "{item}");
    }
    let issue = app.issue(at);
    let labels: Vec<&str> = issue.labels.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(labels, ["rollout", "rollout: cancelled"]);
    assert_eq!(
        (issue.open, issue.state_reason.as_deref()),
        (false, Some("not_planned"))
    );
    nothing_lost_nothing_doubled(app, at).await;
}

/// One in three of these calls fails like this, during a whole rollout; at least so many. At rest again within these minutes.
async fn check(which: Which, how: How, failures: u32, minutes: i64) {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let weather = Weather::before(&mut app).await;
    weather.turns(which.clone(), Often::OneIn(3), how);
    let (at, longest) = a_rollout(&mut app).await;
    eprintln!(
        "{how:?} on {which:?}: {} failures, at rest within {longest:#}",
        weather.met()
    );
    assert!(weather.met() >= failures, "{} failures", weather.met());
    assert!(longest <= SignedDuration::from_mins(minutes), "{longest:#}");
    is_as_it_should_be(&app, at).await;
}

#[tokio::test]
async fn a_third_of_the_calls_answered_500_changes_nothing() {
    check(Which::All, How::Says(500, &[], "Server Error"), 25, 30).await;
}

#[tokio::test]
async fn a_third_of_the_calls_answered_502_with_a_page_changes_nothing() {
    check(
        Which::All,
        How::Says(502, &[("content-type", "text/html")], "<html>"),
        40,
        30,
    )
    .await;
}

#[tokio::test]
async fn writes_that_were_done_and_answered_502_are_not_done_twice() {
    check(Which::Writes, How::DoesAndSays502, 12, 10).await;
}

#[tokio::test]
async fn a_secondary_limit_without_headers_is_waited_out() {
    let limit =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    check(Which::Writes, How::Says(403, &[], limit), 20, 90).await;
}

#[tokio::test]
async fn a_403_that_names_a_time_is_waited_out() {
    let named = &[("retry-after", "90")];
    check(Which::Writes, How::Says(403, named, "Forbidden"), 20, 90).await;
}

#[tokio::test]
async fn a_403_that_says_nothing_is_tried_again() {
    check(Which::Writes, How::Says(403, &[], "Forbidden"), 20, 90).await;
}

#[tokio::test]
async fn a_429_with_a_time_is_waited_out() {
    check(
        Which::All,
        How::Says(429, &[("retry-after", "45")], ""),
        40,
        90,
    )
    .await;
}

#[tokio::test]
async fn a_429_without_a_time_is_waited_out() {
    check(Which::All, How::Says(429, &[], ""), 25, 90).await;
}

#[tokio::test]
async fn a_404_for_a_moment_loses_no_write() {
    check(Which::Writes, How::Says(404, &[], "Not Found"), 20, 10).await;
}

#[tokio::test]
async fn calls_cut_off_before_they_were_done_are_made_again() {
    check(Which::All, How::HangsUp, 25, 30).await;
}

#[tokio::test]
async fn calls_cut_off_after_they_were_done_are_not_done_twice() {
    check(Which::All, How::DoesAndHangsUp, 25, 30).await;
}

#[tokio::test]
async fn answers_cut_off_in_the_middle_are_asked_for_again() {
    check(Which::All, How::DoesAndBreaksOff, 25, 30).await;
}

#[tokio::test]
async fn a_404_for_a_moment_takes_no_right_and_no_policy_away() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let policy = Some("notice: 2h\n");
    let put = app
        .world
        .put_file(REPOSITORY, ".github/rollcall.yml", policy);
    put.expect("a repository");
    let at = opened(&mut app).await;
    for (end, login, item) in [
        ("/permission", "grace", "environment-setup"),
        ("/rollcall.yml", "grace", "apply-updates"),
    ] {
        // With nothing remembered of what GitHub said before.
        let weather = Weather::before(&mut app).await;
        let missing = How::Says(404, &[], "Not Found");
        weather.turns(Which::Only(Method::GET, end), Often::Next(1), missing);
        app.tick(login, at, item).await;
        rest(&mut app).await;
        assert_eq!(weather.met(), 1);
        let rollout = app.rollout(at).await;
        assert!(rollout.item(item).expect("an item").is_done(), "{end}");
        assert_eq!(rollout.policy.as_deref(), policy, "{end}");
    }
    nothing_lost_nothing_doubled(&app, at).await;
}

#[tokio::test]
async fn a_github_that_takes_half_a_minute_for_every_call_is_waited_for() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let weather = Weather::before(&mut app).await;
    weather.turns(Which::All, Often::OneIn(1), How::TakesLong);
    let now = std::sync::Arc::clone(&app.now);
    let slowly = async {
        loop {
            weather.somebody_waits().await;
            now.fetch_add(30_000_000, Ordering::SeqCst);
            weather.answers();
        }
    };
    let (at, longest) = tokio::select! {
        done = a_rollout(&mut app) => done,
        () = slowly => unreachable!("it never ends"),
    };
    eprintln!("{} slow calls, at rest within {longest:#}", weather.met());
    assert!(weather.met() >= 60, "{} calls", weather.met());
    is_as_it_should_be(&app, at).await;
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_on_the_issue() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let weather = Weather::before(&mut app).await;
    let at = opened(&mut app).await;
    let lacking = How::Says(
        403,
        &[("x-accepted-github-permissions", "issues=write")],
        "Resource not accessible by integration",
    );
    let reply = Which::Only(Method::POST, "/comments");
    // A new token is tried twice: GitHub may not know it everywhere yet.
    weather.turns(reply, Often::Next(2), lacking);
    app.say("sam", at, "/status").await;
    rest(&mut app).await;
    assert_eq!(weather.met(), 2, "not tried again");
    let status = app.status(at);
    assert!(status.contains("**Needs attention**"), "{status}");
    assert!(status.contains("writing a comment failed"), "{status}");
    assert!(status.contains("issues=write"), "{status}");
}

#[tokio::test]
async fn a_token_that_github_does_not_give_is_asked_for_until_it_does() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    let weather = Weather::before(&mut app).await;
    let wrong_clock = How::Says(
        401,
        &[],
        "'Expiration time' claim ('exp') is too far in the future",
    );
    let tokens = Which::Only(Method::POST, "/access_tokens");
    weather.turns(tokens, Often::Next(10), wrong_clock);
    app.say("sam", at, "/status").await;
    app.tick("ada", at, "environment-setup").await;
    let took = rest(&mut app).await;
    assert_eq!(weather.met(), 10);
    assert!(took <= SignedDuration::from_hours(1), "{took:#}");
    nothing_lost_nothing_doubled(&app, at).await;
}
