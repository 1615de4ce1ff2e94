//! What becomes of a rollout when its issue, its repository or the installation goes somewhere, and what people see of it.

use super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{
    domain::{
        checklist,
        ledger::Fact,
        rollout::{End, HoldCause, Rollout, Stage},
    },
    sandbox::github::{IssueAt, Role},
};
use serde_json::{Value, json};

/// A rollout of which stakeholders have heard, and an admin.
async fn announced() -> (TestApp, IssueAt) {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    app.world
        .grant(REPOSITORY, "root", Role::Admin)
        .expect("a repository");
    let at = opened(&mut app).await;
    app.tick("ada", at, "stakeholder-communication").await;
    app.later(SignedDuration::from_secs(10)).await;
    assert_eq!(app.mailbox.mails().len(), 1);
    (app, at)
}

fn subjects(app: &TestApp) -> Vec<String> {
    let mails = app.mailbox.mails().into_iter();
    mails
        .map(|mail| mail.header("Subject").expect("a subject"))
        .collect()
}

fn is_done(rollout: &Rollout, item: &str) -> bool {
    rollout.item(item).expect("an item").is_done()
}

async fn shown(app: &TestApp, at: IssueAt) -> Value {
    app.shown(&json!(app.rollout(at).await.id)).await
}

fn is_cancelled(rollout: &Rollout, why: &str) -> bool {
    matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Cancelled && finish.reason == why)
}

#[tokio::test]
async fn an_issue_that_moves_takes_its_rollout_along_on_sqlite() {
    moved(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn an_issue_that_moves_takes_its_rollout_along_on_postgresql() {
    moved(TestDatabase::postgres().await).await;
}

/// The other repository has a label `rollout` too, so that the issue arrives there as if a form had been filled in.
async fn moved(database: TestDatabase) {
    const ELSEWHERE: &str = "acme/warehouse";
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    app.tick("ada", at, "environment-setup").await;
    app.world.add_repository(ELSEWHERE, false);
    app.world
        .grant(ELSEWHERE, "ada", Role::Write)
        .expect("a repository");
    let other = app
        .world
        .open_issue("ada", ELSEWHERE, "Something else", "", &[])
        .expect("an issue");
    app.world.label("ada", other, "rollout").expect("a label");
    let to = app.world.transfer("ada", at, ELSEWHERE).expect("a move");
    let mut deliveries = app.waiting();
    deliveries.reverse();
    for delivery in &deliveries {
        app.post(delivery).await;
    }
    app.settle().await;
    app.later(SignedDuration::from_secs(10)).await;

    assert_eq!(app.open_rollouts().await, 1, "it is not a second rollout");
    let rollout = app.rollout(to).await;
    assert_eq!(rollout.place.repository.to_string(), ELSEWHERE);
    let entry = app.record(to).await.pop().expect("an entry");
    assert!(
        matches!(&entry.fact, Fact::Moved { to } if to == "acme/warehouse#2"),
        "{entry:?}"
    );
    let labels = app.issue(to).labels;
    assert!(
        labels.iter().any(|(name, _)| name == "rollout: planning"),
        "{labels:?}"
    );
    assert!(app.status(to).contains("Environment Setup"));
    app.tick("ada", to, "apply-updates").await;
    let rollout = app.rollout(to).await;
    assert!(is_done(&rollout, "apply-updates"));
    assert!(
        !is_done(&rollout, "environment-setup"),
        "it was done by the rules of another repository"
    );
    let list = checklist::parse(&app.issue(to).body);
    let shown_there = list.find("environment-setup", "");
    assert!(shown_there.is_some_and(|item| !item.checked));
    let url = format!("https://github.example/{ELSEWHERE}/issues/2");
    assert_eq!(shown(&app, to).await["issue"], url);
    app.is_clean(to).await;
}

#[tokio::test]
async fn a_move_that_no_webhook_told_of_is_seen_at_the_next_look() {
    const ELSEWHERE: &str = "acme/warehouse";
    let (mut app, at) = announced().await;
    app.world.add_repository(ELSEWHERE, false);
    app.world
        .grant(ELSEWHERE, "ada", Role::Write)
        .expect("a repository");
    let to = app.world.transfer("ada", at, ELSEWHERE).expect("a move");
    app.lose();
    app.later(SignedDuration::from_hours(96)).await;
    assert_eq!(app.reconcile().await, 0, "GitHub forgets after three days");
    app.later(SignedDuration::from_secs(10)).await;
    let rollout = app.rollout(to).await;
    assert_eq!(rollout.place.repository.to_string(), ELSEWHERE);
    assert!(app.status(to).contains("Environment Setup"));
    app.tick("ada", to, "environment-setup").await;
    assert!(is_done(&app.rollout(to).await, "environment-setup"));
}

#[tokio::test]
async fn a_renamed_repository_is_followed_even_before_its_webhook_is_there() {
    let (mut app, at) = announced().await;
    app.world
        .rename_repository("root", REPOSITORY, "store")
        .expect("a new name");
    assert_eq!(app.lose(), 1);
    app.tick("ada", at, "environment-setup").await;
    assert!(is_done(&app.rollout(at).await, "environment-setup"));
    app.later(SignedDuration::from_mins(1)).await;
    assert_eq!(app.reconcile().await, 1);
    app.world.forget_requests();
    app.tick("ada", at, "apply-updates").await;
    app.later(SignedDuration::from_secs(10)).await;
    let requests = app.world.requests();
    let old = |path: &String| path.contains("/acme/shop/");
    assert!(
        !requests.is_empty() && !requests.iter().any(|request| old(&request.path)),
        "{requests:?}"
    );
    let number = at.number;
    let url = format!("https://github.example/acme/store/issues/{number}");
    assert_eq!(shown(&app, at).await["issue"], url);
    app.say("ada", at, "/announce nothing has changed but the name")
        .await;
    let mail = app.mailbox.mails().pop().expect("a mail");
    let text = mail.part("text/plain").expect("a text");
    assert!(text.contains(&url), "{text}");
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_repository_that_is_taken_out_holds_its_rollout_until_it_is_back() {
    let (mut app, at) = announced().await;
    app.world
        .select_repository("root", REPOSITORY, false)
        .expect("a repository");
    app.settle().await;
    let rollout = app.rollout(at).await;
    assert_eq!(
        rollout.holds[&HoldCause::RepositoryLost].by.as_deref(),
        Some("root")
    );
    assert_eq!(
        shown(&app, at).await["held"],
        json!(["taken out of the installation"])
    );
    app.world.forget_requests();
    app.tick_clock();
    app.world
        .tick("ada", at, "environment-setup", true)
        .expect("a tick");
    app.later(SignedDuration::from_mins(5)).await;
    app.reconcile().await;
    assert_eq!(app.world.requests().len(), 1, "the list of deliveries");

    app.world
        .select_repository("root", REPOSITORY, true)
        .expect("a repository");
    app.settle().await;
    let rollout = app.rollout(at).await;
    assert!(rollout.holds.is_empty(), "{:?}", rollout.holds);
    assert!(
        is_done(&rollout, "environment-setup"),
        "the edit history tells what happened meanwhile"
    );
    app.later(SignedDuration::from_secs(10)).await;
    assert!(app.status(at).contains("Environment Setup"));
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_suspended_installation_rests_and_goes_on_where_it_was() {
    suspended(false).await;
}

#[tokio::test]
async fn the_end_of_a_suspension_is_noticed_even_when_its_webhook_is_lost() {
    suspended(true).await;
}

async fn suspended(webhook_is_lost: bool) {
    let (mut app, at) = announced().await;
    app.world.suspend("root");
    app.settle().await;
    let held = shown(&app, at).await["held"].clone();
    assert_eq!(held, json!(["the App's installation is suspended"]));
    app.tick_clock();
    app.world
        .tick("ada", at, "environment-setup", true)
        .expect("a tick");
    for _ in 0..4 {
        app.later(SignedDuration::from_hours(24)).await;
        app.reconcile().await;
    }
    assert!(!app.rollout(at).await.is_reachable());

    app.world.unsuspend("root");
    if webhook_is_lost {
        app.lose();
        app.later(SignedDuration::from_hours(4 * 24)).await;
        app.reconcile().await;
    }
    app.settle().await;
    let rollout = app.rollout(at).await;
    assert!(rollout.holds.is_empty(), "{:?}", rollout.holds);
    assert!(is_done(&rollout, "environment-setup"));
    app.tick("ada", at, "apply-updates").await;
    assert!(is_done(&app.rollout(at).await, "apply-updates"));
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_uninstalled_app_ends_its_rollouts_and_those_who_were_told_hear_of_it() {
    let (mut app, at) = announced().await;
    app.world.uninstall("root");
    app.world.forget_requests();
    app.settle().await;
    app.later(SignedDuration::from_hours(1)).await;
    assert!(is_cancelled(
        &app.rollout(at).await,
        "Rollcall was uninstalled"
    ));
    assert_eq!(app.open_rollouts().await, 0);
    assert_eq!(shown(&app, at).await["state"], "closed");
    let subjects = subjects(&app);
    assert!(subjects[1].contains("Update cancelled"), "{subjects:?}");
    let messages = &app.telegram.chats()[0].messages;
    assert_eq!(messages.len(), 2);
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_deleted_issue_ends_its_rollout_and_those_who_were_told_hear_of_it() {
    let (mut app, at) = announced().await;
    app.world.delete_issue("root", at).expect("an admin may");
    app.world.forget_requests();
    app.settle().await;
    app.later(SignedDuration::from_hours(1)).await;
    assert!(is_cancelled(
        &app.rollout(at).await,
        "its issue was deleted"
    ));
    assert_eq!(app.open_rollouts().await, 0);
    let subjects = subjects(&app);
    assert!(subjects[1].contains("Update cancelled"), "{subjects:?}");
    let requests = app.world.requests();
    assert!(
        !requests
            .iter()
            .any(rollcall::sandbox::github::Request::writes),
        "{requests:?}"
    );
    app.is_clean(at).await;
}
