use rollcall::store::{Commit, Committed, RolloutRow, Scope, Store, StoreError};

use super::world::{commit, rollout};
use crate::support::database::TestDatabase;

on_both! {
    a_rollout_is_found_by_id_request_and_issue,
    open_rollouts_are_listed_page_by_page,
    a_mark_is_what_was_saved_last,
    a_store_opens_what_another_made,
    a_closed_store_says_so,
}

async fn save(store: &Store, seconds: i64, row: RolloutRow) {
    let commit_one = Commit {
        rollout: Some(row),
        ..Commit::default()
    };
    assert_eq!(commit(store, seconds, commit_one).await, Committed::Done);
}

async fn a_rollout_is_found_by_id_request_and_issue(database: TestDatabase) {
    let store = database.open().await;
    save(&store, 0, rollout("r1")).await;
    let row = RolloutRow {
        version: 1,
        issue: Some(42),
        open: false,
        state: r#"{"phase":"completed"}"#.to_owned(),
        ..rollout("r1")
    };
    save(&store, 1, row.clone()).await;
    let row = Some(RolloutRow { version: 2, ..row });
    assert_eq!(store.load_rollout("r1").await.expect("an answer"), row);
    let by_request = store.load_rollout_by_request("request for r1").await;
    assert_eq!(by_request.expect("an answer"), row);
    let by_issue = store.load_rollout_by_issue(9, 42).await;
    assert_eq!(by_issue.expect("an answer"), row);
    let other = store.load_rollout_by_issue(10, 42).await;
    assert_eq!(other.expect("an answer"), None);
}

async fn open_rollouts_are_listed_page_by_page(database: TestDatabase) {
    let store = database.open().await;
    for number in 0..7 {
        let row = RolloutRow {
            installation: number % 2,
            repository: number % 3,
            open: number != 6,
            ..rollout(&format!("r{number}"))
        };
        save(&store, number, row).await;
    }
    let ids = async |scope, after: &str, limit| -> Vec<String> {
        let page = store.list_open(scope, after, limit).await.expect("a page");
        page.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(Scope::All, "", 4).await, ["r0", "r1", "r2", "r3"]);
    assert_eq!(ids(Scope::All, "r3", 4).await, ["r4", "r5"]);
    assert_eq!(ids(Scope::Installation(1), "", 9).await, ["r1", "r3", "r5"]);
    assert_eq!(ids(Scope::Repository(0), "", 9).await, ["r0", "r3"]);
}

async fn a_mark_is_what_was_saved_last(database: TestDatabase) {
    let store = database.open().await;
    assert_eq!(
        store.load_mark("deliveries").await.expect("an answer"),
        None
    );
    for value in ["1", "2"] {
        let save = store.save_mark("deliveries", value);
        save.await.expect("saved");
    }
    let mark = database.open().await.load_mark("deliveries").await;
    assert_eq!(mark.expect("an answer").as_deref(), Some("2"));
}

async fn a_store_opens_what_another_made(database: TestDatabase) {
    let (first, second) = tokio::join!(database.open(), database.open());
    save(&first, 0, rollout("r1")).await;
    assert!(
        second
            .load_rollout("r1")
            .await
            .expect("an answer")
            .is_some()
    );
    second.ready().await.expect("ready");
}

async fn a_closed_store_says_so(database: TestDatabase) {
    let store = database.open().await;
    store.close().await;
    assert!(store.ready().await.is_err());
    let accepted = store.accept(super::world::delivery("late")).await;
    assert!(accepted.is_err(), "{accepted:?}");
    assert_eq!(
        database
            .open()
            .await
            .load_mark("x")
            .await
            .expect("an answer"),
        None
    );
}

#[tokio::test]
async fn a_database_in_memory_works_alone() {
    let store = Store::open("sqlite::memory:").await.expect("a store");
    save(&store, 0, rollout("r1")).await;
    assert!(store.load_rollout("r1").await.expect("an answer").is_some());
}

#[tokio::test]
async fn an_unknown_scheme_is_named_without_the_password() {
    let Err(error) = Store::open("mysql://me:secret@host/db").await else {
        panic!("a store without a database")
    };
    assert!(matches!(error, StoreError::Scheme { .. }));
    let text = error.to_string();
    assert!(
        text.contains("`mysql`") && !text.contains("secret"),
        "{text}"
    );
}
