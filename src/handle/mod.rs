//! One arrival: parse it, read the facts it needs, decide, and write what follows in one transaction.

mod comments;
mod error;
mod facts;
mod others;
mod parked;
mod parse;
mod patience;
mod rows;
mod whose;

pub use error::HandleError;
pub(crate) use others::open_rollouts;
pub use rows::arrival_of;

use crate::webhook::order::Order;
use crate::{
    clock::Clock,
    config::Grant,
    domain::{
        decide::{Decision, decide, needs},
        event::{Event, What},
        facts::App,
        retry::Retry,
    },
    github::GithubApp,
    store::{Commit, Committed, LeasedArrival, Outcome, Routed, Store, StoreError},
};
use futures_util::FutureExt as _;
use jiff::Timestamp;
use others::{fan_out, is_about_one, neighbours};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use whose::Found;

/// How long one arrival may take before another worker may try it.
const LEASE: Duration = Duration::from_secs(120);
/// An arrival that failed this often is put aside for a person to look at.
const TRIES: u32 = 40;

/// Everything handling works with.
#[derive(Clone)]
pub struct Handler {
    /// The database.
    pub store: Store,
    /// GitHub.
    pub github: Arc<GithubApp>,
    /// Rollcall's own account.
    pub app: App,
    /// The operator's audiences.
    pub audiences: Arc<[Grant]>,
    /// The time.
    pub clock: Clock,
    /// Name of this worker, unique among all processes.
    pub worker: String,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// There was something to do, and there may be more.
    Worked,
    /// There was nothing to do.
    Empty,
}

/// Handles the oldest arrival that nobody else is handling.
///
/// # Errors
/// The database could not be asked. What goes wrong with the arrival itself is written down with it.
pub async fn next(handler: &Handler) -> Result<Next, StoreError> {
    let now = handler.clock.now();
    let Some(arrival) = handler
        .store
        .lease_arrival(now, LEASE, &handler.worker)
        .await?
    else {
        return Ok(Next::Empty);
    };
    let _work = handler.store.work_on_arrival(arrival.id);
    // A mistake of Rollcall's own ends the work on this arrival, and no worker.
    match AssertUnwindSafe(handle(handler, &arrival))
        .catch_unwind()
        .await
    {
        Ok(worked) => worked,
        Err(_) => settle(handler, &arrival, Err(HandleError::Panicked)).await,
    }
}

async fn handle(handler: &Handler, arrival: &LeasedArrival) -> Result<Next, StoreError> {
    let now = handler.clock.now();
    let events = match parse::parse(arrival) {
        parse::Parsed::Events(events) => events,
        parse::Parsed::Order(order) => return ordered(handler, arrival, *order).await,
        parse::Parsed::Finished(outcome) => {
            tracing::debug!(delivery.id = arrival.key, ?outcome, "nothing to handle");
            handler
                .store
                .finish_arrival(arrival.id, outcome, now)
                .await?;
            return Ok(Next::Worked);
        }
    };
    if arrival.stream.is_none()
        && let Some(event) = events.first()
    {
        let installation = i64::try_from(event.place.installation.0).ok();
        let routed = handler
            .store
            .route(
                arrival.id,
                &event.stream(),
                installation,
                &handler.worker,
                now,
            )
            .await?;
        if routed == Routed::Later {
            return Ok(Next::Worked);
        }
    }
    settle(handler, arrival, Ok(events)).await
}

/// An order names its repository; GitHub says which number and installation that is.
async fn ordered(
    handler: &Handler,
    arrival: &LeasedArrival,
    order: Order,
) -> Result<Next, StoreError> {
    let place = match handler.github.find_place(&order.repository).await {
        Ok(Some(place)) => place,
        Ok(None) => {
            let reason = format!("Rollcall is not installed on `{}`", order.repository);
            handler
                .store
                .finish_arrival(arrival.id, Outcome::Ignored(reason), handler.clock.now())
                .await?;
            return Ok(Next::Worked);
        }
        Err(error) => return settle(handler, arrival, Err(error.into())).await,
    };
    let key = order.request.key.clone();
    let what = What::RolloutRequested(order.request);
    let event = Event {
        key,
        at: handler.clock.now(),
        place,
        rollout: None,
        actor: None,
        what,
    };
    settle(handler, arrival, Ok(vec![event])).await
}

/// Writes what follows, or when to try again.
async fn settle(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: Result<Vec<Event>, HandleError>,
) -> Result<Next, StoreError> {
    let (events, outcome) = match events {
        Ok(events) => {
            // What it was about is known here, so that the people of its rollout hear of it.
            let carried = AssertUnwindSafe(carry_out(handler, arrival, &events));
            let outcome = carried.catch_unwind().await;
            (events, outcome.unwrap_or(Err(HandleError::Panicked)))
        }
        Err(error) => (Vec::new(), Err(error)),
    };
    if let Err(error) = outcome {
        put_off(handler, arrival, &events, &error).await?;
    }
    Ok(Next::Worked)
}

async fn put_off(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
    error: &HandleError,
) -> Result<(), StoreError> {
    let text = crate::chain(error);
    if arrival.attempts >= TRIES || matches!(error, HandleError::Panicked) {
        tracing::error!(
            delivery.id = arrival.key,
            error = text,
            "an arrival is put aside"
        );
        let notices = parked::notices(handler, arrival, events, error).await?;
        let store = &handler.store;
        return store.park_arrival(arrival.id, &text, notices).await;
    }
    Box::pin(parked::tell_of_wait(handler, arrival, events, error)).await?;
    let wait = wait(error, arrival.attempts);
    tracing::warn!(
        delivery.id = arrival.key,
        error = text,
        ?wait,
        "an arrival is tried again later"
    );
    let at = handler
        .clock
        .now()
        .saturating_add(wait)
        .unwrap_or(Timestamp::MAX);
    handler.store.release_arrival(arrival.id, at, &text).await
}

fn wait(error: &HandleError, attempts: u32) -> Duration {
    let least = match error {
        HandleError::Github(error) => match error.retry() {
            Retry::After(least) | Retry::Briefly(least) => least,
            Retry::Never => Duration::ZERO,
        },
        HandleError::Contended => return Duration::from_millis(50),
        _ => Duration::ZERO,
    };
    least.max(crate::deliver::back_off(attempts))
}

async fn carry_out(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
) -> Result<(), HandleError> {
    match events {
        [event] if is_about_one(event) => one(handler, arrival, event).await,
        events => fan_out(handler, arrival, events).await,
    }
}

async fn one(handler: &Handler, arrival: &LeasedArrival, event: &Event) -> Result<(), HandleError> {
    let now = handler.clock.now();
    let (version, before) = match whose::find(handler, event).await? {
        Found::Rollout(version, rollout) => (version, Some(*rollout)),
        Found::Nothing => (0, None),
        Found::Not(outcome) => return finish(handler, arrival, outcome).await,
    };
    let needs = needs(before.as_ref(), event);
    // Apart, because it holds a call to GitHub within a call: too much for the stack of a worker in a build without optimisation.
    let read = Box::pin(facts::read(
        handler,
        arrival,
        before.as_ref(),
        event,
        &needs,
    ));
    let facts = read.await?;
    let decision = decide(before.as_ref(), event, &facts);
    if is_nothing(&decision) {
        let outcome = decision.refused.map_or(Outcome::Handled, Outcome::Ignored);
        return finish(handler, arrival, outcome).await;
    }
    tracing::info!(
        delivery.id = arrival.key,
        rollout = before
            .as_ref()
            .or(decision.rollout.as_ref())
            .map(|rollout| rollout.id.0.as_str()),
        effects = decision.effects.len(),
        "decided"
    );
    let commit = Commit {
        arrivals: neighbours(handler, before.as_ref(), event, &decision).await?,
        ..rows::commit(arrival.id, version, decision, now)
    };
    match handler.store.commit(commit, now).await? {
        Committed::Done => Ok(()),
        Committed::Conflict => Err(HandleError::Contended),
    }
}

async fn finish(
    handler: &Handler,
    arrival: &LeasedArrival,
    outcome: Outcome,
) -> Result<(), HandleError> {
    let now = handler.clock.now();
    Ok(handler
        .store
        .finish_arrival(arrival.id, outcome, now)
        .await?)
}

fn is_nothing(decision: &Decision) -> bool {
    decision.rollout.is_none() && decision.ledger.is_empty() && decision.effects.is_empty()
}
