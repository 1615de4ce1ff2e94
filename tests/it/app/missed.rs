//! What GitHub could not deliver: it is asked for again; and when it no longer can be, the edit history tells.

use super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{
    domain::{
        ledger::Fact,
        rollout::{HoldCause, ItemState},
    },
    sandbox::github::{Fault, How, IssueAt, Role},
};

/// Longer than GitHub keeps deliveries.
const OUTAGE: SignedDuration = SignedDuration::from_hours(4 * 24);

#[tokio::test]
async fn deliveries_that_never_arrived_are_asked_for_again_on_sqlite() {
    asked_for_again(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn deliveries_that_never_arrived_are_asked_for_again_on_postgresql() {
    asked_for_again(TestDatabase::postgres().await).await;
}

async fn asked_for_again(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    app.world
        .tick("ada", at, "environment-setup", true)
        .expect("a tick");
    app.world
        .comment("grace", at, "/hold the vendor is asleep")
        .expect("a comment");
    assert_eq!(app.lose(), 2);
    app.later(SignedDuration::from_mins(1)).await;
    assert!(
        !app.is_done(at, "environment-setup").await,
        "nobody told Rollcall"
    );

    assert_eq!(app.reconcile().await, 2);
    assert_eq!(done_by(&app, at, "environment-setup").await, "ada");
    let rollout = app.rollout(at).await;
    assert_eq!(
        rollout.holds[&HoldCause::Command].by.as_deref(),
        Some("grace")
    );
    assert_eq!(app.reconcile().await, 0, "now they have arrived");
    app.is_clean(at).await;
}

#[tokio::test]
async fn after_a_long_outage_ticks_are_told_apart_by_the_edit_history_on_sqlite() {
    told_by_history(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn after_a_long_outage_ticks_are_told_apart_by_the_edit_history_on_postgresql() {
    told_by_history(TestDatabase::postgres().await).await;
}

/// Ada may tick, and does so twice; mallory could edit, but the policy does not let her tick.
async fn told_by_history(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let policy = "items:\n  backup: {who: {users: [ada, grace]}}\n";
    app.world
        .put_file(REPOSITORY, ".github/rollcall.yml", Some(policy))
        .expect("a repository");
    app.world
        .grant(REPOSITORY, "mallory", Role::Write)
        .expect("a repository");
    let at = opened(&mut app).await;
    let ticked_at = unseen(&mut app, at, "ada", "environment-setup");
    unseen(&mut app, at, "mallory", "backup");
    unseen(&mut app, at, "grace", "apply-updates");
    app.lose();
    app.later(OUTAGE).await;
    assert_eq!(app.reconcile().await, 0, "GitHub no longer has them");

    assert_eq!(done_by(&app, at, "environment-setup").await, "ada");
    assert_eq!(done_by(&app, at, "apply-updates").await, "grace");
    assert!(!app.is_done(at, "backup").await);
    assert!(
        app.issue(at).body.contains("- [ ] **Backup"),
        "her tick is set back"
    );
    let replies = said(&app, at);
    let refusal = replies.last().expect("a reply");
    assert!(
        refusal.starts_with("@mallory: I set a box back"),
        "{refusal}"
    );
    assert_eq!(replies.len(), 1, "{replies:#?}");

    let record = app.record(at).await;
    let tick = record
        .iter()
        .find(|entry| matches!(&entry.fact, Fact::Ticked { item } if item == "environment-setup"))
        .expect("it is in the record");
    assert_eq!(
        tick.actor.as_ref().map(|who| who.login.as_str()),
        Some("ada")
    );
    assert!(tick.cause.starts_with("reconcile:"), "{}", tick.cause);
    let rollout = app.rollout(at).await;
    let item = rollout.item("environment-setup").expect("an item");
    assert!(
        matches!(&item.state, ItemState::Done { at, .. } if at.as_second() == ticked_at),
        "{:?}",
        item.state
    );
    app.later(SignedDuration::from_mins(5)).await;
    app.reconcile().await;
    assert_eq!(said(&app, at).len(), 1, "nothing is said twice");
    app.is_clean(at).await;
}

#[tokio::test]
async fn what_the_edit_history_does_not_tell_is_set_back() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    unseen(&mut app, at, "ada", "environment-setup");
    unseen(&mut app, at, "grace", "apply-updates");
    app.world.forget_edits("grace", at, 1).expect("she may");
    app.lose();
    app.later(OUTAGE).await;
    app.reconcile().await;
    assert_eq!(done_by(&app, at, "environment-setup").await, "ada");
    assert!(!app.is_done(at, "apply-updates").await);
    let replies = said(&app, at);
    let reply = replies.last().expect("a reply");
    assert!(
        reply.contains("I set them back") && reply.contains("Apply Updates"),
        "{reply}"
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn nothing_is_set_back_while_the_edit_history_cannot_be_read() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    unseen(&mut app, at, "ada", "environment-setup");
    app.lose();
    app.later(OUTAGE).await;
    // The body is younger than the outage: somebody has just written another comment.
    app.world.comment("sam", at, "hello?").expect("a comment");
    app.later(SignedDuration::from_mins(3)).await;
    app.world.fail(Fault {
        method: None,
        path: "/graphql".into(),
        times: 1,
        how: How::Answer(502, Vec::new()),
    });
    app.reconcile().await;
    assert!(app.issue(at).body.contains("- [x] **Environment Setup"));
    assert!(!app.is_done(at, "environment-setup").await);
    app.later(SignedDuration::from_mins(5)).await;
    app.reconcile().await;
    assert_eq!(done_by(&app, at, "environment-setup").await, "ada");
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_delivery_that_never_gets_through_does_not_keep_rollcall_from_looking() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    unseen(&mut app, at, "ada", "environment-setup");
    app.lose();
    app.later(SignedDuration::from_mins(5)).await;
    for _ in 0..2 {
        // Asked for again, and lost again.
        let handler = app.handler();
        assert_eq!(
            rollcall::reconcile::round(&handler).await.expect("a round"),
            1
        );
        assert_eq!(app.lose(), 1);
        app.later(SignedDuration::from_mins(5)).await;
    }
    assert_eq!(done_by(&app, at, "environment-setup").await, "ada");
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.reconcile().await, 0, "it has arrived at last");
    app.is_clean(at).await;
}

/// A tick of which no webhook will come. When it was made, in seconds.
fn unseen(app: &mut TestApp, at: IssueAt, login: &str, item: &str) -> i64 {
    app.tick_clock();
    app.world.tick(login, at, item, true).expect("a tick");
    app.now().as_second()
}

/// Rollcall's replies but for its reminders.
fn said(app: &TestApp, at: IssueAt) -> Vec<String> {
    let mut replies = app.replies(at);
    replies.retain(|reply| !reply.starts_with("⏰"));
    replies
}

async fn done_by(app: &TestApp, at: IssueAt, item: &str) -> String {
    match &app.rollout(at).await.item(item).expect("an item").state {
        ItemState::Done { by: Some(by), .. } => by.login.clone(),
        other => panic!("{item}: {other:?}"),
    }
}
