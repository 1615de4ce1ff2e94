//! What fails for hours is put aside, and its issue says so until it was handled.

use super::{harness::TestApp, story::opened};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{domain::rollout::HoldCause, store::Replayed};

#[tokio::test]
async fn what_fails_for_hours_is_seen_on_its_issue_until_it_is_handled_on_sqlite() {
    let refuse =
        "CREATE TRIGGER no_hold BEFORE INSERT ON ledger WHEN NEW.entry LIKE '%\"fact\":\"held\"%'
        BEGIN SELECT RAISE(ABORT, 'no'); END";
    seen_until_handled(TestDatabase::sqlite(), refuse, "DROP TRIGGER no_hold").await;
}

#[tokio::test]
async fn what_fails_for_hours_is_seen_on_its_issue_until_it_is_handled_on_postgresql() {
    let refuse = "ALTER TABLE ledger ADD CONSTRAINT no_hold CHECK (entry NOT LIKE '%\"fact\":\"held\"%') NOT VALID";
    let mend = "ALTER TABLE ledger DROP CONSTRAINT no_hold";
    seen_until_handled(TestDatabase::postgres().await, refuse, mend).await;
}

/// For hours the database refuses to write one command down.
async fn seen_until_handled(database: TestDatabase, refuse: &'static str, mend: &'static str) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    app.database.alter(refuse).await;
    app.say("linus", at, "/hold wait for legal").await;
    app.say("grace", at, "/log the vendor rang").await;
    let begun = app.now();
    let mut given_up = Vec::new();
    while given_up.is_empty() {
        app.later(SignedDuration::from_mins(10)).await;
        given_up = app.store.list_parked(10).await.expect("a database");
    }
    let hours = app.now().duration_since(begun).as_hours();
    assert!((4..=8).contains(&hours), "{hours} hours");
    let delivery = given_up[0].key.as_str();
    let status = app.status(at);
    for part in [
        "Needs attention",
        "**Not handled:** a comment by `linus`",
        "the database failed",
        &format!("`rollcall replay {delivery}`"),
    ] {
        assert!(status.contains(part), "{part} in {status}");
    }
    let rollout = app.rollout(at).await;
    assert_eq!(rollout.log.len(), 1, "those behind it go on");
    assert!(rollout.holds.is_empty());

    app.database.alter(mend).await;
    let replayed = app.store.replay(delivery, app.now()).await;
    assert_eq!(replayed.expect("a database"), Replayed::Yes);
    app.later(SignedDuration::from_mins(1)).await;
    let hold = &app.rollout(at).await.holds[&HoldCause::Command];
    assert_eq!(hold.by.as_deref(), Some("linus"));
    assert!(
        !app.status(at).contains("Not handled"),
        "{}",
        app.status(at)
    );
    app.is_clean(at).await;
}

/// The record has no room for one more entry: whoever adds one, panics.
#[tokio::test]
async fn a_rollout_that_makes_rollcall_panic_is_put_aside_once_and_holds_nobody_up() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.database
        .execute(
            "UPDATE rollouts SET state = json_set(state, '$.ledger_length', json('18446744073709551615'))
             WHERE issue IS NOT NULL",
        )
        .await;
    app.say("linus", at, "/hold wait for legal").await;
    let parked = app.store.list_parked(10).await.expect("a database");
    let kinds: Vec<&str> = parked.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["issue_comment", "event"],
        "the comment, the news of it, and no news of that"
    );
    let counts = app.store.counts().await.expect("a database");
    assert_eq!(counts.inbox_queued, 0, "nobody waits");
}
