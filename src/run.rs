//! The workers of one process: who handles, who delivers, who reconciles, and how they stop.

use crate::{
    deliver::{self, CHANNELS, Deliverer},
    handle::{self, Handler, Next},
    notify::Notifier,
    reconcile,
    store::{StoreError, Wake},
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Other processes' rows, and rows whose time has come, are found at the latest after this.
const POLL: Duration = Duration::from_millis(500);
/// Between two rounds of reconciliation.
const RECONCILE: Duration = Duration::from_secs(300);
/// What is under way when the process is told to stop may take this long.
const GRACE: Duration = Duration::from_secs(8);
/// Arrivals handled at the same time; mostly they wait for GitHub.
const HANDLERS: usize = 4;
/// Effects of one channel performed at the same time.
const DELIVERERS: usize = 3;

/// The workers while they run.
pub struct Workers {
    tasks: JoinSet<()>,
    stop: CancellationToken,
    handler: Handler,
}

/// Starts the workers.
#[must_use]
pub fn start(handler: Handler, notifier: Arc<Notifier>) -> Workers {
    let mut tasks = JoinSet::new();
    let stop = CancellationToken::new();
    for _ in 0..HANDLERS {
        let (handler, stop) = (handler.clone(), stop.clone());
        let wake = handler.store.arrivals();
        tasks.spawn(async move { work(wake, &stop, || handle::next(&handler)).await });
    }
    let deliverer = Deliverer {
        store: handler.store.clone(),
        github: handler.github.clone(),
        notifier,
        login: format!("{}[bot]", handler.app.slug),
        clock: handler.clock.clone(),
        worker: handler.worker.clone(),
    };
    for channel in CHANNELS {
        for _ in 0..DELIVERERS {
            let (deliverer, stop) = (deliverer.clone(), stop.clone());
            let wake = deliverer.store.departures();
            tasks.spawn(async move { work(wake, &stop, || deliver::next(&deliverer, channel)).await });
        }
    }
    let (reconciler, ending) = (handler.clone(), stop.clone());
    tasks.spawn(async move { rounds(&reconciler, &ending).await });
    Workers { tasks, stop, handler }
}

impl Workers {
    /// Lets everything under way finish, then releases what is held.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let finished = tokio::time::timeout(GRACE, async { while self.tasks.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!("some work was under way for too long; another process takes it up");
            self.tasks.shutdown().await;
        }
        if let Err(error) = self.handler.store.release_leases(&self.handler.worker).await {
            tracing::warn!(error = crate::chain(&error), "leases could not be released; they run out by themselves");
        }
    }
}

async fn work<F>(mut wake: Wake, stop: &CancellationToken, step: impl Fn() -> F)
where
    F: Future<Output = Result<Next, StoreError>>,
{
    while !stop.is_cancelled() {
        match step().await {
            Ok(Next::Worked) => continue,
            Ok(Next::Empty) => {}
            Err(error) => tracing::error!(error = crate::chain(&error), "the database failed; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => {}
            () = pause(POLL) => {}
        }
    }
}

async fn rounds(handler: &Handler, stop: &CancellationToken) {
    loop {
        if let Err(error) = reconcile::redeliver(handler).await {
            tracing::warn!(error = crate::chain(&error), "missed deliveries could not be asked for; trying again later");
        }
        if let Err(error) = reconcile::look(handler).await {
            tracing::warn!(error = crate::chain(&error), "open rollouts could not be compared with GitHub; trying again later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(RECONCILE) => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the workers' loops are the one place that waits by the wall clock")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
