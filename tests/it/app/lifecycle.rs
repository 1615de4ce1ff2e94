//! Trouble around a rollout: what is lost is fetched, what fails is tried again, what is gone is followed.

use super::{harness::TestApp, story::opened};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::domain::rollout::Outcome;

#[tokio::test]
async fn a_mail_server_that_is_down_for_an_hour_gets_its_mail_then() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    for _ in 0..9 {
        app.mailbox.refuse("451 4.3.2 come back later");
    }
    app.tick("ada", at, "stakeholder-communication").await;
    assert_eq!(app.mailbox.mails().len(), 0);
    for _ in 0..12 {
        app.later(SignedDuration::from_mins(10)).await;
    }
    assert_eq!(app.mailbox.mails().len(), 1);
    let rollout = app.rollout(at).await;
    let copies = rollout
        .announced
        .values()
        .flat_map(|announced| &announced.copies);
    assert!(
        copies.clone().count() == 2
            && copies
                .clone()
                .all(|copy| matches!(copy.outcome, Outcome::Delivered { .. }))
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_chat_that_does_not_exist_is_shown_on_the_issue_and_mail_goes_out_all_the_same() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.telegram
        .fail(400, "Bad Request: chat not found", serde_json::Value::Null);
    app.tick("ada", at, "stakeholder-communication").await;
    app.later(SignedDuration::from_secs(10)).await;
    assert_eq!(app.mailbox.mails().len(), 1);
    let issue = app.issue(at);
    let status = issue
        .comments
        .iter()
        .find(|comment| comment.body.contains("<!-- rollcall:status -->"))
        .expect("a status comment");
    assert!(status.body.contains("❌"), "{}", status.body);
}

#[tokio::test]
async fn a_rollout_that_was_closed_by_mistake_goes_on_when_reopened() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.world.close("linus", at, "completed").expect("closed");
    app.settle().await;
    assert!(!app.rollout(at).await.holds.is_empty());
    app.world.reopen("linus", at).expect("reopened");
    app.settle().await;
    app.tick("ada", at, "environment-setup").await;
    assert!(
        app.rollout(at)
            .await
            .item("environment-setup")
            .expect("an item")
            .is_done()
    );
    app.is_clean(at).await;
}
