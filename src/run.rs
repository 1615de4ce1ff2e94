//! The workers of one process: who handles, who delivers, who reconciles, and how they stop.

mod parts;
mod rotation;

pub use parts::{Parts, SetupError};
pub use rotation::Rotation;

use crate::{
    config::Published,
    deliver::{self, CHANNELS, Deliverer},
    domain::facts::App,
    handle::{self, Handler, Next},
    reconcile,
    store::{StoreError, Wake},
};
use jiff::Timestamp;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Other processes' rows, and rows whose time has come, are found at the latest after this.
const POLL: Duration = Duration::from_millis(500);
/// Between two rounds of reconciliation.
const RECONCILE: Duration = Duration::from_secs(300);
/// Between two questions for the networks that GitHub sends webhooks from.
const LEARN: Duration = Duration::from_hours(24);
/// The same, while GitHub does not answer.
const LEARN_AGAIN: Duration = Duration::from_mins(1);
/// Between two looks for bodies that are no longer needed.
const PRUNE: Duration = Duration::from_secs(3_600);
/// How many bodies are removed at once: nobody else can write meanwhile.
const PRUNED: u32 = 100;
/// Between two questions for Rollcall's own name, while GitHub does not answer.
const IDENTITY: Duration = Duration::from_secs(5);
/// What is under way when the process is told to stop may take this long.
const GRACE: Duration = Duration::from_secs(8);
/// Arrivals handled at the same time; mostly they wait for GitHub.
const HANDLERS: usize = 8;
/// Effects of one channel performed at the same time.
const DELIVERERS: usize = 4;
/// Of the ones or the others, how many may be one installation's.
const SHARE: usize = 3;

/// The workers while they run.
pub struct Workers {
    all: tokio::task::JoinHandle<()>,
    stop: CancellationToken,
    parts: Arc<Parts>,
}

/// Starts the workers. They begin as soon as GitHub has said who Rollcall is; webhooks are accepted meanwhile.
#[must_use]
pub fn start(parts: Parts) -> Workers {
    let parts = Arc::new(parts);
    let stop = CancellationToken::new();
    let all = tokio::spawn(run(Arc::clone(&parts), stop.clone()));
    Workers { all, stop, parts }
}

impl Workers {
    /// Lets everything under way finish, then releases what is held.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(GRACE, &mut self.all).await.is_err() {
            tracing::warn!("some work was under way for too long; it is taken up again later");
            self.all.abort();
        }
        if let Err(error) = self.parts.store.release_leases(&self.parts.worker).await {
            let error = crate::chain(&error);
            tracing::warn!(
                error,
                "leases could not be released; they run out by themselves"
            );
        }
    }
}

async fn run(parts: Arc<Parts>, stop: CancellationToken) {
    if let Err(error) = parts.store.release_leases(&parts.worker).await {
        tracing::warn!(
            error = crate::chain(&error),
            "leases of the last run could not be released"
        );
    }
    let Some(app) = identity(&parts, &stop).await else {
        return;
    };
    let mut tasks = JoinSet::new();
    for queue in CHANNELS.iter().chain([&"inbox"]) {
        parts.store.share_among_installations(queue, SHARE);
    }
    let handler = parts.handler(app.clone());
    for _ in 0..HANDLERS {
        let (handler, stop, wake) = (handler.clone(), stop.clone(), parts.store.arrivals());
        tasks.spawn(async move { work(wake, &stop, || handle::next(&handler)).await });
    }
    let deliverer = parts.deliverer(&app);
    for channel in CHANNELS {
        for _ in 0..DELIVERERS {
            let (deliverer, stop, wake) =
                (deliverer.clone(), stop.clone(), parts.store.departures());
            tasks.spawn(async move { deliver_by(channel, wake, &stop, &deliverer).await });
        }
    }
    if let Some(published) = parts.published.clone() {
        let (parts, stop) = (Arc::clone(&parts), stop.clone());
        tasks.spawn(async move { learn(&parts, &published, &stop).await });
    }
    let ending = stop.clone();
    tasks.spawn(async move { rounds(&handler, &ending).await });
    tasks.spawn(async move { prune(&parts, &stop).await });
    while tasks.join_next().await.is_some() {}
}

async fn identity(parts: &Parts, stop: &CancellationToken) -> Option<App> {
    loop {
        match parts.github.slug().await {
            Ok(slug) => {
                return Some(App {
                    slug: slug.to_owned(),
                });
            }
            Err(error) => {
                let error = crate::chain(&error);
                tracing::error!(error, "GitHub does not say who Rollcall is; trying again");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return None,
            () = pause(IDENTITY) => {}
        }
    }
}

async fn deliver_by(channel: &str, wake: Wake, stop: &CancellationToken, from: &Deliverer) {
    work(wake, stop, || deliver::next(from, channel)).await;
}

async fn work<F>(mut wake: Wake, ending: &CancellationToken, step: impl Fn() -> F)
where
    F: Future<Output = Result<Next, StoreError>>,
{
    while !ending.is_cancelled() {
        match step().await {
            Ok(Next::Worked) => continue,
            Ok(Next::Empty) => {}
            Err(error) => {
                tracing::error!(
                    error = crate::chain(&error),
                    "the database failed; trying again"
                );
            }
        }
        tokio::select! {
            () = ending.cancelled() => return,
            () = wake.notified() => {}
            () = pause(POLL) => {}
        }
    }
}

async fn round(handler: &Handler) {
    match reconcile::round(handler).await {
        Ok(0) => {}
        Ok(missed) => tracing::info!(missed, "GitHub delivers again what never arrived"),
        Err(error) => {
            let error = crate::chain(&error);
            tracing::warn!(
                error,
                "GitHub could not be compared with the record; trying again later"
            );
        }
    }
}

async fn rounds(handler: &Handler, stop: &CancellationToken) {
    loop {
        round(handler).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(RECONCILE) => {}
        }
    }
}

/// Keeps it known where GitHub sends webhooks from.
async fn learn(parts: &Parts, published: &Published, stop: &CancellationToken) {
    loop {
        let again = match parts.github.hook_networks().await {
            Ok(networks) => {
                // What this program cannot read is a kind of address that it cannot be reached from either.
                let networks = networks.iter().filter_map(|text| text.parse().ok());
                published.set(networks.collect());
                LEARN
            }
            Err(error) => {
                let error = crate::chain(&error);
                tracing::warn!(
                    error,
                    "GitHub does not say where its webhooks come from; trying again"
                );
                LEARN_AGAIN
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(again) => {}
        }
    }
}

/// Removes the bodies of deliveries that were handled long ago.
async fn prune(parts: &Parts, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let before = parts.clock.now().saturating_sub(parts.keep_bodies);
        let before = before.unwrap_or(Timestamp::MIN);
        match parts.store.prune_bodies(before, PRUNED).await {
            Ok(PRUNED) => continue,
            Ok(_) => {}
            Err(error) => {
                let error = crate::chain(&error);
                tracing::warn!(error, "old bodies could not be removed; trying again later");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = pause(PRUNE) => {}
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workers' loops are the one place that waits by the wall clock"
)]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
