//! What the disk allows: acknowledgements in a second, and the store's part of a tick.
//!
//! On SQLite in a temporary folder (`TMPDIR` says on which disk), or on the database that `ROLLCALL_BENCH_DATABASE`
//! names.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use rollcall::store::{
    Arrival, Commit, Committed, EffectRow, LedgerRow, PutMode, RolloutRow, Routed, Source, Store,
};
use tokio::runtime::Runtime;

const LEASE: Duration = Duration::from_mins(1);

fn delivery(body: &[u8]) -> Arrival {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Arrival {
        source: Source::Github,
        key: format!("72d3162e-cc78-11e3-81ab-{number:012}"),
        kind: "issues".to_owned(),
        body: body.to_vec(),
        received_at: Timestamp::UNIX_EPOCH,
        installation_target: Some("12345".to_owned()),
        installation: None,
        stream: None,
    }
}

struct Bench {
    runtime: Runtime,
    store: Store,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let file = format!("sqlite:{}", folder.path().join("bench.db").display());
        #[expect(
            clippy::disallowed_methods,
            reason = "a benchmark has no configuration"
        )]
        let url = std::env::var("ROLLCALL_BENCH_DATABASE").unwrap_or(file);
        let store = runtime.block_on(Store::open(&url)).expect("a store");
        Self {
            runtime,
            store,
            _folder: folder,
        }
    }

    /// How long `count` accepts take from so many callers at once.
    fn accept(&self, callers: u64, count: u64, body: &'static [u8]) -> Duration {
        self.runtime.block_on(async {
            let begin = Instant::now();
            let tasks: Vec<_> = (0..callers)
                .map(|caller| {
                    let store = self.store.clone();
                    let mine = count / callers + u64::from(caller < count % callers);
                    tokio::spawn(async move {
                        for _ in 0..mine {
                            let accepted = store.accept(delivery(body)).await;
                            black_box(accepted.expect("accepted"));
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("a caller");
            }
            begin.elapsed()
        })
    }

    /// Everything the store does between the arrival of a tick and the first call it causes.
    async fn tick(&self, version: i64, body: &[u8]) {
        let (store, now) = (&self.store, Timestamp::UNIX_EPOCH);
        store.accept(delivery(body)).await.expect("accepted");
        let leased = store.lease_arrival(now, LEASE, "w").await.expect("a lease");
        let arrival = leased.expect("the tick").id;
        let routed = store.route(arrival, "o/r#1", Some(5), "w", now).await;
        assert_eq!(routed.expect("routed"), Routed::Mine);
        let rollout = RolloutRow {
            id: "r1".to_owned(),
            version,
            installation: 5,
            repository: 9,
            issue: Some(1),
            request_key: "request".to_owned(),
            open: true,
            target: None,
            state: "x".repeat(8_000),
        };
        let ledger = vec![LedgerRow {
            rollout: "r1".to_owned(),
            seq: version,
            at: now,
            entry: "x".repeat(400),
            hash: "x".repeat(64),
        }];
        let effects = vec![EffectRow {
            key: format!("comment {version}"),
            channel: "github".to_owned(),
            stream: "5".to_owned(),
            rollout: "r1".to_owned(),
            payload: "x".repeat(2_000),
            due: now,
            mode: PutMode::Once,
        }];
        let commit = Commit {
            arrival,
            rollout: Some(rollout),
            ledger,
            effects,
            arrivals: vec![],
        };
        let written = store.commit(commit, now).await.expect("written");
        assert_eq!(written, Committed::Done);
        let leased = store.lease_effect("github", now, LEASE, "w").await;
        black_box(leased.expect("a lease").expect("the effect"));
    }

    async fn end_tick(&self) {
        let (store, now) = (&self.store, Timestamp::UNIX_EPOCH);
        store.release_leases("w").await.expect("released");
        let leased = store.lease_effect("github", now, LEASE, "w").await;
        let leased = leased.expect("a lease").expect("the effect");
        let finish = store.finish_effect(leased.id, leased.generation, None, vec![], now);
        finish.await.expect("finished");
    }
}

fn accepts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("accept");
    group.throughput(Throughput::Elements(1));
    for (size, length) in [("200 B", 200), ("25 KB", 25_000)] {
        let body: &'static [u8] = vec![b'x'; length].leak();
        for callers in [1, 64] {
            let bench = Bench::new();
            group.bench_function(BenchmarkId::new(size, callers), |bencher| {
                bencher.iter_custom(|count| bench.accept(callers, count, body));
            });
        }
    }
    group.finish();
}

fn ticks(criterion: &mut Criterion) {
    let bench = Bench::new();
    let body = vec![b'x'; 52_000];
    let mut version = 0;
    criterion.bench_function("tick", |bencher| {
        bencher.iter_custom(|count| {
            let mut spent = Duration::ZERO;
            for _ in 0..count {
                let begin = Instant::now();
                bench.runtime.block_on(bench.tick(version, &body));
                spent += begin.elapsed();
                version += 1;
                bench.runtime.block_on(bench.end_tick());
            }
            spent
        });
    });
}

criterion_group!(benches, accepts, ticks);
criterion_main!(benches);
