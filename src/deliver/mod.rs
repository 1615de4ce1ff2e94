//! One effect: perform it, and write down that it was performed, when to try again, or that it was given up.

mod echo;
mod moved;

use crate::{
    clock::Clock,
    current::Current,
    domain::{effect::Action, retry::Retry},
    github::GithubApp,
    handle::Next,
    notify::Notifier,
    store::{LeasedEffect, Store, StoreError},
};
use futures_util::FutureExt as _;
use jiff::Timestamp;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

/// How long one effect may take before another worker may try it.
const LEASE: Duration = Duration::from_secs(180);
/// An effect under way for longer is taken for lost before its lease ends, so that no second worker performs it beside the first.
const PATIENCE: Duration = Duration::from_secs(150);
const _: () = assert!(PATIENCE.as_secs() < LEASE.as_secs());
/// With the back-off below this is two days.
const TRIES: u32 = 300;
/// What stays as it is most likely is given up after two minutes.
const BRIEF_TRIES: u32 = 8;
/// After so many tries people are told why an announcement has not arrived yet.
const TELL_AFTER: u32 = 3;
/// A rest of this length is worth a line in the log.
const LONG_REST: Duration = Duration::from_secs(10);
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(600);

/// The ways out.
pub const CHANNELS: [&str; 4] = ["github", "telegram", "email", "clock"];

/// Everything delivering works with.
#[derive(Clone)]
pub struct Deliverer {
    /// The database.
    pub store: Store,
    /// GitHub.
    pub github: Arc<GithubApp>,
    /// Mail and Telegram.
    pub notifier: Current<Notifier>,
    /// Login of Rollcall's own account.
    pub login: String,
    /// The time.
    pub clock: Clock,
    /// Name of this worker, unique among all processes.
    pub worker: String,
}

/// 1 s, 2 s, 4 s, … at most ten minutes.
#[must_use]
pub fn back_off(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(10);
    Duration::from_secs(1 << doublings).min(LONGEST)
}

/// Why an effect was not performed.
enum Failure {
    /// Trying again helps, not before this has passed.
    Later(Duration, Cause),
    /// It may help for a few minutes.
    Briefly(Duration, Cause),
    /// It does not.
    Never(Cause),
    /// It was not even tried: the other side wants a rest for so long.
    Paced(Duration),
}

/// One cause for two readers.
struct Cause {
    /// For the issue: the first sentence. What lies below it may name servers and people's addresses.
    told: String,
    /// For the operator: everything.
    whole: String,
}

/// Performs the effect of this channel that is due first and that nobody else is performing.
///
/// # Errors
/// The database could not be asked.
pub async fn next(deliverer: &Deliverer, channel: &str) -> Result<Next, StoreError> {
    let now = deliverer.clock.now();
    let Some(effect) = deliverer
        .store
        .lease_effect(channel, now, LEASE, &deliverer.worker)
        .await?
    else {
        return Ok(Next::Empty);
    };
    let _work = deliverer.store.work_on_effect(effect.id);
    let action: Action = match serde_json::from_str(&effect.payload) {
        Ok(action) => action,
        Err(error) => {
            tracing::error!(effect.id = effect.key, %error, "an effect is stored in a form that cannot be read");
            deliverer
                .store
                .bury_effect(effect.id, &error.to_string(), Vec::new(), now)
                .await?;
            return Ok(Next::Worked);
        }
    };
    let performance = Box::pin(perform(deliverer, &effect, &action));
    match bounded(PATIENCE, performance).await {
        Ok(remote) => done(deliverer, &effect, &action, remote).await?,
        Err(Failure::Paced(wait)) => rest(deliverer, &effect, wait).await?,
        Err(Failure::Later(least, error)) if effect.attempts < TRIES => {
            retry(deliverer, &effect, &action, (least, &error)).await?;
        }
        Err(Failure::Briefly(least, error)) if effect.attempts < BRIEF_TRIES => {
            retry(deliverer, &effect, &action, (least, &error)).await?;
        }
        Err(Failure::Later(_, error) | Failure::Briefly(_, error) | Failure::Never(error)) => {
            give_up(deliverer, &effect, &action, &error).await?;
        }
    }
    Ok(Next::Worked)
}

/// A performance that panics or comes to no end fails like any other, and takes no worker with it.
async fn bounded<F>(patience: Duration, performance: F) -> Result<Option<String>, Failure>
where
    F: Future<Output = Result<Option<String>, Failure>>,
{
    let performance = AssertUnwindSafe(performance).catch_unwind();
    match tokio::time::timeout(patience, performance).await {
        Ok(Ok(performed)) => performed,
        Ok(Err(_)) => Err(panicked()),
        Err(_) => Err(endless(patience)),
    }
}

async fn perform(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
) -> Result<Option<String>, Failure> {
    match action {
        Action::WakeUp { .. } => Ok(None),
        Action::SendTelegram { .. } | Action::SendEmail { .. } => deliverer
            .notifier
            .read()
            .perform(&effect.key, moved::follow(deliverer, action).await.as_ref())
            .await
            .map_err(|error| failure(error.retry(), &error)),
        _ => deliverer
            .github
            .perform(
                &effect.key,
                action,
                effect.attempts,
                effect.remote.as_deref(),
            )
            .await
            .map_err(|error| match error.paced() {
                Some(wait) => Failure::Paced(wait),
                None => failure(error.retry(), &error),
            }),
    }
}

fn failure(retry: Retry, error: &dyn std::error::Error) -> Failure {
    let cause = Cause {
        told: error.to_string(),
        whole: crate::chain(error),
    };
    match retry {
        Retry::After(least) => Failure::Later(least, cause),
        Retry::Briefly(least) => Failure::Briefly(least, cause),
        Retry::Never => Failure::Never(cause),
    }
}

/// A mistake of Rollcall's own, which another try would repeat.
fn panicked() -> Failure {
    let told = "performing it panicked".to_owned();
    let whole = told.clone();
    Failure::Never(Cause { told, whole })
}

/// It may have been performed; the next try looks.
fn endless(patience: Duration) -> Failure {
    let told = format!("it came to no end within {} seconds", patience.as_secs());
    let whole = told.clone();
    Failure::Later(Duration::ZERO, Cause { told, whole })
}

async fn done(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
    remote: Option<String>,
) -> Result<(), StoreError> {
    let now = deliverer.clock.now();
    tracing::debug!(
        effect.id = effect.key,
        rollout = effect.rollout,
        "performed"
    );
    let arrivals = echo::of_success(deliverer, effect, action, remote.as_deref(), now);
    let arrivals = echo::behind_its_issue(deliverer, effect, arrivals).await?;
    deliverer
        .store
        .finish_effect(effect.id, effect.generation, remote.clone(), arrivals, now)
        .await?;
    moved::remember(deliverer, action, remote.as_deref()).await
}

async fn retry(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
    (least, cause): (Duration, &Cause),
) -> Result<(), StoreError> {
    let wait = least.max(back_off(effect.attempts));
    tracing::warn!(
        effect.id = effect.key,
        rollout = effect.rollout,
        error = cause.whole,
        ?wait,
        "an effect is tried again later"
    );
    let now = deliverer.clock.now();
    if effect.attempts >= TELL_AFTER
        && let Some(arrival) = echo::of_delay(effect, action, &cause.told, now)
    {
        for arrival in echo::behind_its_issue(deliverer, effect, vec![arrival]).await? {
            deliverer.store.accept(arrival).await?;
        }
    }
    let at = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    deliverer
        .store
        .retry_effect(effect.id, at, &cause.whole)
        .await
}

async fn rest(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    wait: Duration,
) -> Result<(), StoreError> {
    if wait >= LONG_REST {
        let stream = &effect.stream;
        tracing::info!(stream, ?wait, "GitHub wants a rest");
    }
    let until = deliverer.clock.now().saturating_add(wait);
    let until = until.unwrap_or(Timestamp::MAX);
    deliverer.store.rest_stream_of(effect.id, until).await
}

async fn give_up(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
    cause: &Cause,
) -> Result<(), StoreError> {
    let now = deliverer.clock.now();
    tracing::error!(
        effect.id = effect.key,
        rollout = effect.rollout,
        error = cause.whole,
        "an effect is given up"
    );
    let arrivals = echo::of_failure(effect, action, &cause.told, now);
    let arrivals = echo::behind_its_issue(deliverer, effect, arrivals).await?;
    deliverer
        .store
        .bury_effect(effect.id, &cause.whole, arrivals, now)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_performance_that_panics_is_given_up_and_no_worker_ends_with_it() {
        let performed = bounded(PATIENCE, async { panic!("a mistake of Rollcall's own") }).await;
        assert!(matches!(performed, Err(Failure::Never(cause)) if cause.told.contains("panicked")));
    }

    #[tokio::test]
    async fn a_performance_without_an_end_is_tried_again() {
        let performed = bounded(Duration::ZERO, std::future::pending()).await;
        assert!(
            matches!(performed, Err(Failure::Later(_, cause)) if cause.told.contains("no end"))
        );
    }
}
