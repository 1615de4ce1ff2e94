//! Two rollouts of one repository: only one of them deploys at a time.

use super::{
    harness::{TestApp, time},
    story::prepared,
};
use crate::support::database::TestDatabase;
use rollcall::sandbox::github::IssueAt;

#[tokio::test]
async fn while_one_deploys_the_other_waits_and_sees_when_it_is_free() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let (first, second) = both_prepared(&mut app).await;
    app.say("grace", first, "/start-deploy").await;
    app.later(jiff::SignedDuration::from_secs(10)).await;
    let busy = "Another rollout is being deployed";
    assert!(app.status(second).contains(busy), "{}", app.status(second));

    app.say("grace", second, "/start-deploy").await;
    let reply = app.issue(second).comments.pop().expect("a reply").body;
    assert!(reply.contains("`busy`"), "{reply}");
    assert!(!app.rollout(second).await.is_deploying());

    app.say("grace", first, "/rollback error rate doubled")
        .await;
    app.later(jiff::SignedDuration::from_secs(10)).await;
    assert!(!app.status(second).contains(busy), "{}", app.status(second));
    app.say("grace", second, "/start-deploy").await;
    assert!(app.rollout(second).await.is_deploying());
    app.is_clean(second).await;
}

#[tokio::test]
async fn of_two_that_start_in_the_same_moment_one_does_on_sqlite() {
    Box::pin(same_moment(TestDatabase::sqlite())).await;
}

#[tokio::test]
async fn of_two_that_start_in_the_same_moment_one_does_on_postgresql() {
    Box::pin(same_moment(TestDatabase::postgres().await)).await;
}

async fn same_moment(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let (first, second) = both_prepared(&mut app).await;
    for at in [first, second] {
        app.world
            .comment("grace", at, "/start-deploy")
            .expect("a comment");
    }
    for delivery in app.waiting() {
        app.post(&delivery).await;
    }
    // Two workers take one each: both read that the target is free before either has written.
    Box::pin(app.handle_at_once()).await;
    app.later(jiff::SignedDuration::from_secs(1)).await;
    let deploying = [
        app.rollout(first).await.is_deploying(),
        app.rollout(second).await.is_deploying(),
    ];
    assert_eq!(
        deploying.iter().filter(|deploys| **deploys).count(),
        1,
        "{deploying:?}"
    );
    let refused = if deploying[0] { second } else { first };
    let reply = app.issue(refused).comments.pop().expect("a reply").body;
    assert!(reply.contains("`busy`"), "{reply}");
    app.is_clean(first).await;
}

async fn both_prepared(app: &mut TestApp) -> (IssueAt, IssueAt) {
    let first = prepared(app).await;
    let second = prepared(app).await;
    app.later(time("2026-11-04T21:05:00Z").duration_since(app.now()))
        .await;
    (first, second)
}
