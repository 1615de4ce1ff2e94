//! Brakes while GitHub fails in part: who may stop a deployment, stops it.

use super::{
    harness::{REPOSITORY, TestApp},
    story::{deploying, opened},
};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{
    domain::rollout::HoldCause,
    sandbox::github::{Fault, How, IssueAt, Role},
};

/// All that GitHub answers at this address for now is 502, and nothing it said before is remembered.
async fn down(app: &mut TestApp, path: &str) {
    app.forget().await;
    app.world.fail(Fault {
        method: None,
        path: path.into(),
        times: 100_000,
        how: How::Answer(502, Vec::new()),
    });
}

async fn holds(app: &TestApp, at: IssueAt) -> Vec<HoldCause> {
    app.rollout(at).await.holds.keys().copied().collect()
}

/// Seconds pass, one by one.
async fn seconds(app: &mut TestApp, count: u32) {
    for _ in 0..count {
        app.later(SignedDuration::from_secs(1)).await;
    }
}

/// Rollcall's last reply.
fn newest(app: &TestApp, at: IssueAt) -> String {
    app.replies(at).pop().expect("a reply")
}

#[tokio::test]
async fn an_abort_is_obeyed_within_seconds_while_github_shows_no_file() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    down(&mut app, "/contents/").await;
    app.say("linus", at, "/abort").await;
    seconds(&mut app, 5).await;
    assert_eq!(holds(&app, at).await, [HoldCause::Aborted]);
    let said = newest(&app, at);
    assert!(said.contains("does not tell the policy"), "{said}");
    app.world.heal();
    app.say("linus", at, "/resume").await;
    assert!(holds(&app, at).await.is_empty());
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_rollback_is_obeyed_within_seconds_while_github_shows_no_file() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    down(&mut app, "/contents/").await;
    app.say("linus", at, "/rollback errors").await;
    seconds(&mut app, 5).await;
    assert!(app.rollout(at).await.is_finished());
}

#[tokio::test]
async fn a_hold_is_obeyed_within_seconds_while_github_tells_no_rights() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    down(&mut app, "/collaborators/").await;
    app.say("linus", at, "/hold stop everything").await;
    seconds(&mut app, 5).await;
    assert_eq!(holds(&app, at).await, [HoldCause::Command]);
    let said = newest(&app, at);
    assert!(said.contains("does not tell what you may do"), "{said}");
    app.say("linus", at, "/resume").await;
    assert_eq!(
        holds(&app, at).await,
        [HoldCause::Command],
        "what goes forward waits for rights"
    );
}

#[tokio::test]
async fn a_hold_is_obeyed_within_seconds_while_github_does_not_show_the_issue() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.say("linus", at, "/log here I am").await;
    down(&mut app, &format!("/issues/{}", at.number)).await;
    app.say("linus", at, "/hold wait").await;
    seconds(&mut app, 5).await;
    assert_eq!(holds(&app, at).await, [HoldCause::Command]);
}

#[tokio::test]
async fn whoever_was_never_known_to_have_the_right_stops_nothing_while_github_fails() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    app.world
        .grant(REPOSITORY, "olga", Role::Read)
        .expect("a repository");
    app.say("olga", at, "/log it is slow").await;
    down(&mut app, "/collaborators/").await;
    app.say("olga", at, "/hold because I say so").await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(15)).await;
    }
    assert!(holds(&app, at).await.is_empty());
    assert!(newest(&app, at).contains("`rights-unknown`"));
}

#[tokio::test]
async fn whoever_is_known_to_have_lost_the_right_stops_nothing_while_github_fails() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    app.world
        .grant(REPOSITORY, "linus", Role::Read)
        .expect("a repository");
    app.forget().await;
    app.say("linus", at, "/status").await;
    down(&mut app, "/collaborators/").await;
    app.say("linus", at, "/abort").await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(15)).await;
    }
    assert!(holds(&app, at).await.is_empty());
}

#[tokio::test]
async fn what_waits_before_a_brake_holds_it_up_for_minutes_at_most_and_is_seen() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    down(&mut app, "/contents/").await;
    for text in ["one", "two", "three", "four"] {
        app.say("grace", at, &format!("/log {text}")).await;
    }
    app.say("linus", at, "/abort").await;
    seconds(&mut app, 70).await;
    let status = app.status(at);
    assert!(
        status.contains("**Waits for GitHub:** a comment by `grace`"),
        "{status}"
    );
    seconds(&mut app, 140).await;
    assert_eq!(holds(&app, at).await, [HoldCause::Aborted]);
    let rollout = app.rollout(at).await;
    assert_eq!(rollout.log.len(), 4, "those before it are not lost");
    assert!(rollout.parked.is_empty());
    app.is_clean(at).await;
}

#[tokio::test]
async fn no_deployment_starts_while_github_does_not_show_the_policy_or_the_issue() {
    for path in ["/contents/", "/issues/"] {
        let mut app = TestApp::on(TestDatabase::sqlite()).await;
        let at = super::story::prepared(&mut app).await;
        let opens = super::harness::time("2026-11-04T21:05:00Z");
        app.later(opens.duration_since(app.now())).await;
        let path = if path == "/issues/" {
            format!("/issues/{}", at.number)
        } else {
            path.to_owned()
        };
        app.forget().await;
        app.world.fail(Fault {
            method: Some(http::Method::GET),
            path,
            times: 100_000,
            how: How::Answer(502, Vec::new()),
        });
        app.say("grace", at, "/start-deploy").await;
        for _ in 0..20 {
            app.later(SignedDuration::from_secs(15)).await;
        }
        assert!(!app.rollout(at).await.is_deploying());
        app.world.heal();
        app.later(SignedDuration::from_mins(10)).await;
        let said = app.replies(at).concat();
        assert!(said.contains("`not-told`"), "{said}");
    }
}

#[tokio::test]
async fn while_github_asks_for_pauses_neither_commands_nor_rollcalls_looks_hold_a_brake_up_for_long()
 {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    app.forget().await;
    app.world.fail(Fault {
        method: None,
        path: "/contents/".into(),
        times: 100_000,
        how: How::Answer(429, vec![("retry-after".into(), "60".into())]),
    });
    for number in 0..10 {
        app.say("grace", at, &format!("/log note {number}")).await;
    }
    app.reconcile().await;
    app.say("linus", at, "/abort").await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(15)).await;
    }
    assert_eq!(holds(&app, at).await, [HoldCause::Aborted]);
    let rollout = app.rollout(at).await;
    assert_eq!(rollout.log.len(), 10, "those before it are not lost");
    assert!(rollout.parked.is_empty());
    app.is_clean(at).await;
}
