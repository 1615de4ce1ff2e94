//! Rows to test with, and a time to say.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rollcall::store::{Arrival, LeasedArrival, Source, Store};

/// How long a lease lasts here.
pub const LEASE: Duration = Duration::from_secs(60);

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
