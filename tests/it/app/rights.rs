//! Rights through the server: asked again when a gate opens, waited for when GitHub does not tell them, void when they are lost.

use super::{
    harness::{TestApp, time},
    story::opened,
};
use crate::support::database::TestDatabase;
use http::Method;
use jiff::SignedDuration;
use rollcall::{
    domain::{phase::Phase, rollout::HoldCause, template::ItemActor},
    sandbox::github::{Fault, How, IssueAt, Role},
};

fn rights_fail(app: &TestApp, times: u32) {
    app.world.fail(Fault {
        method: Some(Method::GET),
        path: "/permission".into(),
        times,
        how: How::Answer(502, Vec::new()),
    });
}

fn said(app: &TestApp, at: IssueAt, words: &str) -> usize {
    let comments = app.issue(at).comments;
    comments
        .iter()
        .filter(|comment| comment.body.contains(words))
        .count()
}

/// Everything is done and signed for the window on 4 November at 21:00 UTC.
async fn signed(app: &mut TestApp) -> IssueAt {
    let at = opened(app).await;
    app.say(
        "ada",
        at,
        "/schedule 2026-11-04 22:00 Europe/Berlin for 2h downtime 10m",
    )
    .await;
    let rollout = app.rollout(at).await;
    let items = rollout.items.iter().filter(|item| {
        item.phase <= Phase::PreDeployment && !item.is_settled() && item.by == ItemActor::Person
    });
    for item in items {
        app.tick("ada", at, &item.id).await;
    }
    app.say("grace", at, "/approve-deploy").await;
    app.say("linus", at, "/approve-deploy").await;
    assert!(app.rollout(at).await.quorum);
    at
}

#[tokio::test]
async fn a_command_waits_for_rights_that_github_does_not_tell_for_a_moment() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    rights_fail(&app, 2);
    app.say("linus", at, "/hold wait for legal").await;
    assert!(app.rollout(at).await.holds.is_empty());
    for _ in 0..3 {
        app.later(SignedDuration::from_secs(10)).await;
    }
    assert!(
        app.rollout(at)
            .await
            .holds
            .contains_key(&HoldCause::Command)
    );
    assert_eq!(said(&app, at, "rights-unknown"), 0);
    app.is_clean(at).await;
}

#[tokio::test]
async fn rights_that_stay_unknown_are_none_and_the_answer_says_so() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    rights_fail(&app, 1_000);
    app.say("linus", at, "/hold wait for legal").await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(15)).await;
    }
    assert!(app.rollout(at).await.holds.is_empty());
    assert_eq!(said(&app, at, "`rights-unknown`"), 1);
    app.world.heal();
    app.say("linus", at, "/hold wait for legal").await;
    assert!(
        app.rollout(at)
            .await
            .holds
            .contains_key(&HoldCause::Command)
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_approver_who_loses_the_right_is_found_out_before_the_window_opens() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = signed(&mut app).await;
    app.world
        .grant("acme/shop", "grace", Role::Read)
        .expect("a repository");
    app.later(time("2026-11-04T20:01:00Z").duration_since(app.now()))
        .await;
    assert_eq!(
        said(&app, at, "right to approve was lost"),
        1 + 1,
        "a reply, and the status comment"
    );
    assert!(!app.rollout(at).await.quorum);
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_right_that_was_lost_a_moment_ago_does_not_open_the_gate() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = signed(&mut app).await;
    app.later(time("2026-11-04T21:05:00Z").duration_since(app.now()))
        .await;
    app.say("grace", at, "/status").await;
    app.world
        .grant("acme/shop", "grace", Role::Read)
        .expect("a repository");
    app.say("linus", at, "/start-deploy").await;
    assert!(!app.rollout(at).await.is_deploying());
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_approval_whose_comment_is_deleted_is_void_at_once() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = signed(&mut app).await;
    let comment = app.rollout(at).await.votes[0].comment.0;
    app.world
        .delete_comment("linus", at, comment)
        .expect("deleted");
    app.settle().await;
    let rollout = app.rollout(at).await;
    assert!(!rollout.quorum && !rollout.item("final-review").expect("an item").is_done());
    assert_eq!(said(&app, at, "@grace: please look again"), 1);
    app.is_clean(at).await;
}
