//! Break-glass through the server: every channel hears of it, and the clock asks for the second person.

use super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{domain::rollout::HoldCause, sandbox::github::IssueAt};

async fn attacked() -> (TestApp, IssueAt) {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let policy = "break_glass: {who: maintain, confirm: write}\n";
    app.world
        .put_file(REPOSITORY, ".github/rollcall.yml", Some(policy))
        .expect("a policy");
    let at = opened(&mut app).await;
    app.say("linus", at, "/expedite the payment page is being attacked")
        .await;
    (app, at)
}

#[tokio::test]
async fn everybody_hears_of_an_emergency_and_two_people_start_it() {
    let (mut app, at) = attacked().await;
    let mail = app
        .mailbox
        .mails()
        .last()
        .and_then(|mail| mail.header("Subject"));
    assert_eq!(
        mail.as_deref(),
        Some("[shop] Emergency update: Rollout: checkout 1.4.0 → 1.5.0")
    );
    let chats = app.telegram.chats();
    assert!(
        chats[0].messages[0].html.contains("attacked"),
        "{:?}",
        chats[0].messages[0].html
    );
    app.say("grace", at, "/confirm-expedite").await;
    app.say("linus", at, "/start-deploy").await;
    assert!(app.rollout(at).await.is_deploying());
    app.later(SignedDuration::from_hours(1)).await;
    assert!(app.rollout(at).await.holds.is_empty());
    app.say("linus", at, "/rollback it does not help").await;
    let comments = app.issue(at).comments;
    let report = comments
        .iter()
        .find(|comment| comment.body.contains("Closing report"));
    let report = &report.expect("a closing report").body;
    assert!(
        report.contains("Break-glass by `linus`") && report.contains("confirmed by `grace`"),
        "{report}"
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_emergency_that_nobody_confirms_is_put_on_hold_by_the_clock() {
    let (mut app, at) = attacked().await;
    app.later(SignedDuration::from_mins(59)).await;
    assert!(app.rollout(at).await.holds.is_empty());
    app.later(SignedDuration::from_mins(2)).await;
    app.later(SignedDuration::from_secs(10)).await;
    let rollout = app.rollout(at).await;
    assert!(rollout.holds.contains_key(&HoldCause::Unconfirmed));
    let status = app.status(at);
    assert!(
        status.contains("nobody confirmed the break-glass of linus in time"),
        "{status}"
    );
    app.is_clean(at).await;
}
