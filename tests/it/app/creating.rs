//! Ways to a rollout that go through the server.

use super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use http::StatusCode;
use serde_json::json;

fn order() -> serde_json::Value {
    json!({
        "repository": REPOSITORY,
        "purpose": "Close a hole",
        "components": [{"name": "checkout", "from": "1.4.0", "to": "1.5.0", "reason": "security update"}],
        "benefits": "Payments stay safe",
    })
}

#[tokio::test]
async fn the_same_order_twice_is_one_rollout() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let (status, first) = app.order(order()).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    app.settle().await;
    let (_, second) = app.order(order()).await;
    app.settle().await;
    assert_eq!(first["id"], second["id"]);
    assert_eq!(app.open_rollouts().await, 1);
    assert_eq!(app.world.issues(REPOSITORY).expect("a repository").len(), 1);
    app.is_clean(app.newest_issue().at).await;
}

#[tokio::test]
async fn an_issue_form_becomes_the_rollout_itself() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let form = "### Purpose\n\nClose a hole\n\n### Components\n\ncheckout 1.4.0..1.5.0 security update\n\n### Benefits\n\nNo hole\n";
    let at = app
        .world
        .submit_form("ada", REPOSITORY, "Update checkout", form, &["rollout"])
        .expect("an issue");
    app.settle().await;
    let issue = app.issue(at);
    assert!(issue.body.contains("<!-- id: backup -->"), "{}", issue.body);
    assert!(
        app.rollout(at)
            .await
            .item("issue-creation")
            .expect("an item")
            .is_done()
    );
    assert_eq!(app.world.issues(REPOSITORY).expect("a repository").len(), 1);
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_delivery_that_comes_twice_changes_nothing() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let asked = app
        .world
        .open_issue("ada", REPOSITORY, "Update", "", &[])
        .expect("an issue");
    app.world
        .comment("ada", asked, "/rollout checkout 1.4.0..1.5.0")
        .expect("a comment");
    for delivery in app.waiting() {
        assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
        assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
    }
    app.settle().await;
    assert_eq!(app.open_rollouts().await, 1);
    assert_eq!(app.world.issues(REPOSITORY).expect("a repository").len(), 2);
}

#[tokio::test]
async fn twenty_ticks_at_once_cost_at_most_two_edits_of_the_status_comment() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.later(jiff::SignedDuration::from_mins(1)).await;
    app.world.forget_requests();
    let items = [
        "environment-setup",
        "apply-updates",
        "automated-testing",
        "manual-testing",
        "security-assessment",
    ];
    for round in 0..4 {
        for item in items {
            app.world
                .tick("ada", at, item, round % 2 == 0)
                .expect("a tick");
        }
    }
    app.settle().await;
    app.later(jiff::SignedDuration::from_secs(10)).await;
    let requests = app.world.requests();
    let edits = requests
        .iter()
        .filter(|request| {
            request.method == http::Method::PATCH && request.path.contains("/comments/")
        })
        .count();
    let made = requests
        .iter()
        .filter(|request| {
            request.method == http::Method::POST && request.path.ends_with("/comments")
        })
        .count();
    assert!(edits <= 2, "{edits} edits");
    assert_eq!(made, 0, "no other comment");
}
