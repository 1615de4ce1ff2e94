//! The machine's clock is set back by an hour.

use super::super::{
    harness::{TestApp, time},
    story::{deploying, opened},
};
use super::afterwards::{nothing_lost_nothing_doubled, rest};
use crate::support::database::TestDatabase;
use http::StatusCode;
use jiff::SignedDuration;
use rollcall::sandbox::github::IssueAt;
use std::sync::atomic::Ordering;

const ITEM: &str = "environment-setup";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn set_back(app: &TestApp) {
    let hour = i64::try_from(HOUR.as_micros()).expect("a small number");
    app.now.fetch_sub(hour, Ordering::SeqCst);
}

/// A tick is stored and not handled when the clock is set back.
async fn stored_and_set_back(app: &mut TestApp, at: IssueAt) {
    app.world.tick("ada", at, ITEM, true).expect("a tick");
    for delivery in app.waiting() {
        assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
    }
    set_back(app);
}

async fn rests_soon_with_the_tick(app: &mut TestApp, at: IssueAt) {
    let took = rest(app).await;
    assert!(took <= SignedDuration::from_mins(2), "{took:#}");
    assert!(app.is_done(at, ITEM).await);
}

async fn everything_waits_when_it_happens(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    // A mail is to be tried again in a minute, the status comment has its quiet time, a tick is stored and not handled.
    app.mailbox.refuse("451 4.3.2 come back later");
    app.tick("ada", at, "stakeholder-communication").await;
    stored_and_set_back(&mut app, at).await;
    rests_soon_with_the_tick(&mut app, at).await;
    nothing_lost_nothing_doubled(&app, at).await;
}

#[tokio::test]
async fn a_clock_set_back_by_an_hour_holds_up_nothing_on_sqlite() {
    everything_waits_when_it_happens(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn a_clock_set_back_by_an_hour_holds_up_nothing_on_postgresql() {
    everything_waits_when_it_happens(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn a_clock_set_back_while_nothing_ran_holds_up_nothing() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    stored_and_set_back(&mut app, at).await;
    // Another process, which has never seen the later time itself.
    let store = app.database.open().await;
    (app.handler.store, app.deliverer.store) = (store.clone(), store);
    rests_soon_with_the_tick(&mut app, at).await;
}

#[tokio::test]
async fn a_window_waits_for_its_hour_to_come_again_and_nobody_is_told_twice() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    let started = app.mailbox.mails().len();
    set_back(&app);
    rest(&mut app).await;
    app.later(HOUR).await;
    app.later(HOUR).await;
    assert_eq!(app.mailbox.mails().len(), started, "told once");
    assert!(app.rollout(at).await.is_deploying());
    app.say("linus", at, "/rollback error rate doubled").await;
    rest(&mut app).await;
    assert!(app.rollout(at).await.is_finished());
    nothing_lost_nothing_doubled(&app, at).await;
}

#[tokio::test]
async fn deliveries_missed_after_the_clock_was_set_back_are_found() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.later(HOUR).await;
    app.reconcile().await;
    set_back(&app);
    app.world.tick("ada", at, ITEM, true).expect("a tick");
    for delivery in app.waiting() {
        app.world.delivered(delivery.id, Some(503));
    }
    app.later(SignedDuration::from_mins(5)).await;
    assert!(app.reconcile().await > 0, "found");
    rest(&mut app).await;
    assert!(app.is_done(at, ITEM).await);
    assert!(app.now() < time("2026-11-02T11:00:00Z"));
}
