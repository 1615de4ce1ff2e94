use rollcall::store::{Commit, Committed, Outcome, PutMode, RolloutRow};

use super::world::{at, departing, effect, entry, event, next, next_key, rollout};
use crate::support::database::TestDatabase;

on_both! {
    everything_is_written_together,
    a_newer_version_wins_and_nothing_else_is_written,
    a_second_creation_for_a_request_is_a_conflict,
    a_target_is_taken_by_one_rollout_at_a_time,
    an_arrival_that_another_process_took_is_a_conflict,
    what_a_commit_fans_out_is_handled_next,
    a_ledger_refuses_a_second_entry_in_the_same_place,
}

async fn everything_is_written_together(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("open", "r1")).await.expect("stored");
    let arrival = next(&store, 0, "w").await.expect("the arrival").id;
    let commit = Commit {
        arrival,
        rollout: Some(rollout("r1")),
        ledger: vec![entry("r1", 1, "opened"), entry("r1", 2, "ünïcode \\u0000")],
        effects: vec![effect("status r1", "{}", PutMode::Once)],
        arrivals: vec![],
    };
    let written = store.commit(commit.clone(), at(0)).await;
    assert_eq!(written.expect("written"), Committed::Done);

    let leased = departing(&store, 0, "w").await.expect("the effect");
    assert_eq!((leased.rollout.as_str(), leased.attempts), ("r1", 1));

    let store = database.open().await;
    let loaded = store.load_rollout("r1").await.expect("an answer");
    let expected = RolloutRow {
        version: 1,
        ..rollout("r1")
    };
    assert_eq!(loaded, Some(expected));
    let ledger = store.load_ledger("r1").await.expect("a ledger");
    assert_eq!(ledger, commit.ledger);
    assert_eq!(next_key(&store, 999, "w").await, None, "it is handled");
}

async fn a_newer_version_wins_and_nothing_else_is_written(database: TestDatabase) {
    let store = database.open().await;
    for key in ["open", "tick", "late"] {
        store.accept(event(key, key)).await.expect("stored");
    }
    let mut row = rollout("r1");
    for version in 0..2 {
        let arrival = next(&store, 0, "w").await.expect("an arrival").id;
        row.version = version;
        row.state = format!("state {version}");
        let commit = Commit {
            arrival,
            rollout: Some(row.clone()),
            ..Commit::default()
        };
        let written = store.commit(commit, at(0)).await;
        assert_eq!(written.expect("written"), Committed::Done);
    }
    let late = next(&store, 0, "w").await.expect("the last");
    let stale = Commit {
        arrival: late.id,
        rollout: Some(row.clone()),
        ledger: vec![entry("r1", 1, "never")],
        effects: vec![effect("never", "{}", PutMode::Once)],
        arrivals: vec![event("never", "never")],
    };
    let written = store.commit(stale.clone(), at(0)).await;
    assert_eq!(written.expect("an answer"), Committed::Conflict);
    assert_eq!(store.load_ledger("r1").await.expect("a ledger"), []);
    assert_eq!(departing(&store, 0, "w").await, None);
    assert_eq!(next_key(&store, 0, "w").await, None);

    // The lease is still ours: decided again on the newer version, it can be written.
    row.version = 2;
    let fresh = Commit {
        rollout: Some(row),
        ..stale
    };
    let written = store.commit(fresh, at(0)).await;
    assert_eq!(written.expect("written"), Committed::Done);
    let loaded = store.load_rollout("r1").await.expect("an answer");
    assert_eq!(loaded.expect("a rollout").version, 3);
}

async fn a_second_creation_for_a_request_is_a_conflict(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("click", "a")).await.expect("stored");
    store
        .accept(event("double click", "b"))
        .await
        .expect("stored");
    let mut outcomes = vec![];
    for id in ["r1", "r2"] {
        let arrival = next(&store, 0, "w").await.expect("a click").id;
        let row = RolloutRow {
            id: id.to_owned(),
            ..rollout("same")
        };
        let commit = Commit {
            arrival,
            rollout: Some(row),
            ..Commit::default()
        };
        outcomes.push(store.commit(commit, at(0)).await.expect("an answer"));
    }
    assert_eq!(outcomes, [Committed::Done, Committed::Conflict]);
    let found = store.load_rollout_by_request("request for same").await;
    assert_eq!(found.expect("an answer").expect("the first").id, "r1");
}

async fn a_target_is_taken_by_one_rollout_at_a_time(database: TestDatabase) {
    let store = database.open().await;
    let mut outcomes = vec![];
    for (id, version, target) in [
        ("r1", 0, None),
        ("r2", 0, None),
        ("r1", 1, Some("shop")),
        ("r2", 1, Some("shop")),
        ("r2", 1, Some("other")),
        ("r1", 2, None),
        ("r2", 2, Some("shop")),
    ] {
        store
            .accept(event(&format!("{id} {version} {target:?}"), id))
            .await
            .expect("stored");
        let arrival = next(&store, 0, "w").await.expect("an arrival").id;
        let row = RolloutRow {
            version,
            target: target.map(str::to_owned),
            ..rollout(id)
        };
        let commit = Commit {
            arrival,
            rollout: Some(row),
            ..Commit::default()
        };
        let written = store.commit(commit, at(0)).await.expect("an answer");
        if written == Committed::Conflict {
            let finished = store.finish_arrival(arrival, Outcome::Handled, at(0));
            finished.await.expect("finished");
        }
        outcomes.push(written);
    }
    let taken = outcomes
        .iter()
        .position(|written| *written == Committed::Conflict);
    assert_eq!(taken, Some(3), "the fourth finds it taken: {outcomes:?}");
    let done = outcomes
        .iter()
        .filter(|written| **written == Committed::Done);
    assert_eq!(done.count(), 6, "{outcomes:?}");
    let found = store.load_rollout_by_target("shop").await;
    assert_eq!(found.expect("an answer").expect("a rollout").id, "r2");
}

async fn an_arrival_that_another_process_took_is_a_conflict(database: TestDatabase) {
    let (slow, fast) = (database.open().await, database.open().await);
    slow.accept(event("tick", "r1")).await.expect("stored");
    let lost = next(&slow, 0, "slow").await.expect("the arrival").id;
    let taken = next(&fast, 61, "fast").await.expect("the arrival").id;
    let commit = Commit {
        arrival: lost,
        rollout: Some(rollout("r1")),
        effects: vec![effect("never", "{}", PutMode::Once)],
        ..Commit::default()
    };
    let written = slow.commit(commit.clone(), at(62)).await;
    assert_eq!(written.expect("an answer"), Committed::Conflict);
    assert_eq!(slow.load_rollout("r1").await.expect("an answer"), None);
    assert_eq!(departing(&slow, 62, "slow").await, None);
    let commit = Commit {
        arrival: taken,
        ..commit
    };
    let written = fast.commit(commit.clone(), at(62)).await;
    assert_eq!(written.expect("written"), Committed::Done);
    let again = fast.commit(commit, at(62)).await;
    assert_eq!(
        again.expect("an answer"),
        Committed::Conflict,
        "it is finished"
    );
}

async fn what_a_commit_fans_out_is_handled_next(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("push", "a")).await.expect("stored");
    let mut wake = store.arrivals();
    let arrival = next(&store, 0, "w").await.expect("the arrival").id;
    let commit = Commit {
        arrival,
        arrivals: vec![
            event("same stream", "a"),
            event("other", "b"),
            event("push", "a"),
        ],
        ..Commit::default()
    };
    store.commit(commit, at(0)).await.expect("written");
    wake.notified().await;
    let mut keys = vec![];
    while let Some(leased) = next(&store, 0, "w").await {
        let end = store.finish_arrival(leased.id, Outcome::Handled, at(0));
        end.await.expect("finished");
        keys.push(leased.key);
    }
    keys.sort();
    assert_eq!(keys, ["other", "same stream"], "`push` was seen before");
}

async fn a_ledger_refuses_a_second_entry_in_the_same_place(database: TestDatabase) {
    let store = database.open().await;
    store.accept(event("open", "r1")).await.expect("stored");
    let arrival = next(&store, 0, "w").await.expect("the arrival").id;
    let commit = Commit {
        arrival,
        rollout: Some(rollout("r1")),
        ledger: vec![entry("r1", 1, "one"), entry("r1", 1, "another")],
        ..Commit::default()
    };
    let error = store.commit(commit, at(0)).await.expect_err("a refusal");
    assert_eq!(error.retry(), rollcall::domain::retry::Retry::Never);
    assert_eq!(store.load_rollout("r1").await.expect("an answer"), None);
}
