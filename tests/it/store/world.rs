//! Rows to test with, and a time to say.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall::store::{
    Arrival, Commit, Committed, EffectRow, LeasedArrival, LeasedEffect, LedgerRow, PutMode,
    RolloutRow, Source, Store,
};

/// How long a lease lasts here.
pub const LEASE: Duration = Duration::from_mins(1);

/// So many seconds after the beginning of the story.
pub fn at(seconds: i64) -> Timestamp {
    "2026-01-05T09:00:00Z".parse::<Timestamp>().expect("a time")
        + SignedDuration::from_secs(seconds)
}

/// A webhook that came in at the beginning and is not routed yet.
pub fn delivery(key: &str) -> Arrival {
    Arrival {
        source: Source::Github,
        key: key.to_owned(),
        kind: "issues".to_owned(),
        body: format!("body of {key}").into_bytes(),
        received_at: at(0),
        installation_target: Some("7".to_owned()),
        installation: None,
        stream: None,
    }
}

/// An event of a known stream that came in at the beginning.
pub fn event(key: &str, stream: &str) -> Arrival {
    Arrival {
        source: Source::Rollcall,
        kind: "event".to_owned(),
        stream: Some(stream.to_owned()),
        ..delivery(key)
    }
}

/// Leases what is next for a worker.
pub async fn next(store: &Store, seconds: i64, worker: &str) -> Option<LeasedArrival> {
    store
        .lease_arrival(at(seconds), LEASE, worker)
        .await
        .expect("a lease or nothing")
}

/// The key of what is next for a worker.
pub async fn next_key(store: &Store, seconds: i64, worker: &str) -> Option<String> {
    next(store, seconds, worker).await.map(|leased| leased.key)
}

/// A comment to put on GitHub, due at the beginning.
pub fn effect(key: &str, payload: &str, mode: PutMode) -> EffectRow {
    EffectRow {
        key: key.to_owned(),
        channel: "github".to_owned(),
        stream: "5".to_owned(),
        rollout: "r1".to_owned(),
        payload: payload.to_owned(),
        due: at(0),
        mode,
    }
}

/// A new rollout, as it is before it is saved.
pub fn rollout(id: &str) -> RolloutRow {
    RolloutRow {
        id: id.to_owned(),
        version: 0,
        installation: 5,
        repository: 9,
        issue: None,
        request_key: format!("request for {id}"),
        open: true,
        target: None,
        state: "{}".to_owned(),
    }
}

/// A ledger entry.
pub fn entry(rollout: &str, seq: i64, text: &str) -> LedgerRow {
    LedgerRow {
        rollout: rollout.to_owned(),
        seq,
        at: at(seq),
        entry: text.to_owned(),
        hash: format!("hash {seq}"),
    }
}

/// Handles an arrival made for it, so that something is written.
pub async fn commit(store: &Store, seconds: i64, commit: Commit) -> Committed {
    commit_of(store, None, seconds, commit).await
}

/// The same, for an arrival of this installation.
async fn commit_of(
    store: &Store,
    installation: Option<i64>,
    seconds: i64,
    commit: Commit,
) -> Committed {
    let key = format!(
        "because of {seconds} {}",
        commit.effects.first().map_or("", |e| &e.key)
    );
    let because = Arrival {
        received_at: at(-1),
        installation,
        ..event(&key, &key)
    };
    store.accept(because).await.expect("stored");
    let arrival = next(store, seconds, "w").await.expect("the arrival").id;
    let written = store
        .commit(Commit { arrival, ..commit }, at(seconds))
        .await;
    written.expect("an answer")
}

/// Puts effects at a time.
pub async fn put(store: &Store, seconds: i64, effects: Vec<EffectRow>) {
    let effects = Commit {
        effects,
        ..Commit::default()
    };
    assert_eq!(commit(store, seconds, effects).await, Committed::Done);
}

/// An installation brings about these effects.
pub async fn put_by(store: &Store, installation: i64, seconds: i64, effects: Vec<EffectRow>) {
    let effects = Commit {
        effects,
        ..Commit::default()
    };
    let put = commit_of(store, Some(installation), seconds, effects).await;
    assert_eq!(put, Committed::Done);
}

/// Leases the next effect on GitHub.
pub async fn departing(store: &Store, seconds: i64, worker: &str) -> Option<LeasedEffect> {
    store
        .lease_effect("github", at(seconds), LEASE, worker)
        .await
        .expect("a lease or nothing")
}
