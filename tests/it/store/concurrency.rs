//! Several workers of two processes on one database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rollcall::store::{Commit, Committed, Outcome, PutMode, Routed, Store, StoreError};

use super::world::{LEASE, at, delivery, departing, effect, entry, event, next, rollout};
use crate::support::database::TestDatabase;

const STREAMS: usize = 4;
const EACH: usize = 10;
const WORKERS: usize = 6;

on_both! {
    no_stream_is_worked_on_twice_at_once_and_each_is_in_order,
    workers_that_die_and_leases_that_end_lose_and_repeat_nothing,
    no_two_effects_of_a_stream_are_performed_at_once,
    who_goes_on_working_keeps_the_lease,
}

/// What is worked on, and what was finished in which order.
#[derive(Default)]
struct Log {
    busy: BTreeSet<String>,
    done: BTreeMap<String, Vec<String>>,
}

impl Log {
    fn begin(&mut self, stream: &str) {
        let free = self.busy.insert(stream.to_owned());
        assert!(free, "two workers in stream `{stream}`");
    }

    fn end(&mut self, stream: &str, key: &str) {
        self.busy.remove(stream);
        let done = self.done.entry(stream.to_owned()).or_default();
        done.push(key.to_owned());
    }

    fn count(&self) -> usize {
        self.done.values().map(Vec::len).sum()
    }
}

/// Runs workers on two stores until each of them returns.
async fn crowd<F: Future<Output = ()> + Send + 'static>(
    database: &TestDatabase,
    work: impl Fn(Store, String) -> F,
) {
    let stores = [database.open().await, database.open().await];
    let workers: Vec<_> = (0..WORKERS)
        .map(|number| tokio::spawn(work(stores[number % 2].clone(), format!("w{number}"))))
        .collect();
    for worker in workers {
        worker.await.expect("a worker that does not panic");
    }
}

fn key(stream: usize, number: usize) -> String {
    format!("s{stream} {number:02}")
}

fn expected() -> BTreeMap<String, Vec<String>> {
    (0..STREAMS)
        .map(|s| (format!("s{s}"), (0..EACH).map(|n| key(s, n)).collect()))
        .collect()
}

async fn no_stream_is_worked_on_twice_at_once_and_each_is_in_order(database: TestDatabase) {
    let store = database.open().await;
    for number in 0..EACH {
        for stream in 0..STREAMS {
            let accepted = store.accept(delivery(&key(stream, number)));
            accepted.await.expect("stored");
        }
    }
    let log = Arc::new(Mutex::new(Log::default()));
    crowd(&database, |store, worker| {
        let log = Arc::clone(&log);
        async move {
            while log.lock().expect("a log").count() < STREAMS * EACH {
                let Some(leased) = next(&store, 0, &worker).await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let stream = leased.key[..2].to_owned();
                if leased.stream.is_none() {
                    let routed = store.route(leased.id, &stream, None, &worker, at(0)).await;
                    if routed.expect("routed") == Routed::Later {
                        continue;
                    }
                }
                log.lock().expect("a log").begin(&stream);
                tokio::task::yield_now().await;
                log.lock().expect("a log").end(&stream, &leased.key);
                let end = store.finish_arrival(leased.id, Outcome::Handled, at(0));
                end.await.expect("finished");
            }
        }
    })
    .await;
    assert_eq!(log.lock().expect("a log").done, expected());
}

async fn workers_that_die_and_leases_that_end_lose_and_repeat_nothing(database: TestDatabase) {
    let store = database.open().await;
    for number in 0..EACH {
        for stream in 0..STREAMS {
            let arrival = event(&key(stream, number), &format!("s{stream}"));
            store.accept(arrival).await.expect("stored");
        }
    }
    // Time flies: with every look at the inbox 7 s pass, so that a lease of a minute often ends under its worker.
    let clock = Arc::new(AtomicI64::new(0));
    let (looks, written) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    crowd(&database, |store, worker| {
        let (clock, looks) = (Arc::clone(&clock), Arc::clone(&looks));
        let written = Arc::clone(&written);
        async move {
            while written.load(Ordering::SeqCst) < STREAMS * EACH {
                let now = clock.fetch_add(7, Ordering::SeqCst);
                let Some(leased) = next(&store, now, &worker).await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                if looks.fetch_add(1, Ordering::SeqCst).is_multiple_of(4) {
                    continue; // it dies, and does not say so
                }
                let stream = leased.stream.expect("a stream");
                let row = store.load_rollout(&stream).await.expect("an answer");
                let row = row.unwrap_or_else(|| rollout(&stream));
                let commit = Commit {
                    arrival: leased.id,
                    ledger: vec![entry(&stream, row.version, &leased.key)],
                    rollout: Some(row),
                    ..Commit::default()
                };
                let outcome = store.commit(commit, at(now)).await.expect("an answer");
                if outcome == Committed::Done {
                    written.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    })
    .await;
    let mut ledgers = BTreeMap::new();
    for stream in expected().into_keys() {
        let ledger = store.load_ledger(&stream).await.expect("a ledger");
        let entries: Vec<_> = ledger.into_iter().map(|row| row.entry).collect();
        ledgers.insert(stream, entries);
    }
    assert_eq!(ledgers, expected());
    assert_eq!(store.counts().await.expect("counts").inbox_queued, 0);
}

async fn no_two_effects_of_a_stream_are_performed_at_once(database: TestDatabase) {
    let store = database.open().await;
    let mut effects = vec![];
    for number in 0..EACH {
        for stream in 0..STREAMS {
            let mut row = effect(&key(stream, number), "{}", PutMode::Once);
            row.stream = format!("s{stream}");
            effects.push(row);
        }
    }
    super::world::put(&store, 0, effects).await;
    let log = Arc::new(Mutex::new(Log::default()));
    crowd(&database, |store, worker| {
        let log = Arc::clone(&log);
        async move {
            while log.lock().expect("a log").count() < STREAMS * EACH {
                let Some(leased) = departing(&store, 0, &worker).await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                log.lock().expect("a log").begin(&leased.stream);
                tokio::task::yield_now().await;
                log.lock().expect("a log").end(&leased.stream, &leased.key);
                let receipt = vec![event(&format!("receipt {}", leased.key), "r")];
                let finish =
                    store.finish_effect(leased.id, leased.generation, None, receipt, at(0));
                finish.await.expect("finished");
            }
        }
    })
    .await;
    assert_eq!(log.lock().expect("a log").done, expected());
    let counts = store.counts().await.expect("counts");
    assert_eq!(
        (counts.outbox_queued, counts.inbox_queued),
        (0, STREAMS as u64 * EACH as u64)
    );
}

async fn who_goes_on_working_keeps_the_lease(database: TestDatabase) {
    let (one, other) = (database.open().await, database.open().await);
    one.accept(event("slow", "r1")).await.expect("stored");
    let slow = next(&one, 0, "one").await.expect("the arrival");
    for seconds in [10, 40, 80] {
        let kept = one.keep_arrival(slow.id, at(seconds), LEASE).await;
        kept.expect("the lease is kept");
    }
    assert_eq!(next(&other, 139, "other").await, None);
    let taken = next(&other, 140, "other").await.expect("it ran out");
    assert_eq!(taken.id, slow.id);
    let lost = one.keep_arrival(slow.id, at(140), LEASE).await;
    assert!(
        matches!(lost, Err(StoreError::LeaseLost { .. })),
        "{lost:?}"
    );
}
