//! One arrival: parse it, read the facts it needs, decide, and write what follows in one transaction.

mod error;
mod facts;
mod parse;
mod rows;

pub use error::HandleError;
pub use rows::arrival_of;

use crate::webhook::order::Order;
use crate::{
    clock::Clock,
    config::Grant,
    domain::{
        decide::{Decision, decide, needs, request_of},
        event::{Event, What},
        facts::App,
        render::marker,
        retry::Retry,
        rollout::Rollout,
    },
    github::GithubApp,
    store::{
        Commit, Committed, LeasedArrival, Outcome, RolloutRow, Routed, Scope, Source, Store,
        StoreError,
    },
};
use jiff::Timestamp;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

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
    let events = match parse::parse(&arrival) {
        parse::Parsed::Events(events) => events,
        parse::Parsed::Order(order) => return ordered(handler, &arrival, *order).await,
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
    settle(handler, &arrival, Ok(events)).await
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
    let outcome = match events {
        Ok(events) => carry_out(handler, arrival, events).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        put_off(handler, arrival, &error).await?;
    }
    Ok(Next::Worked)
}

async fn put_off(
    handler: &Handler,
    arrival: &LeasedArrival,
    error: &HandleError,
) -> Result<(), StoreError> {
    let text = crate::chain(error);
    if arrival.attempts >= TRIES || matches!(error, HandleError::Panicked) {
        tracing::error!(
            delivery.id = arrival.key,
            error = text,
            "an arrival is put aside"
        );
        return handler.store.park_arrival(arrival.id, &text).await;
    }
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
            Retry::After(least) => least,
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
    events: Vec<Event>,
) -> Result<(), HandleError> {
    match events.as_slice() {
        [event] if is_about_one(event) => one(handler, arrival, event).await,
        events => fan_out(handler, arrival, events).await,
    }
}

/// Whether the event is about one issue or one rollout, not about a whole repository or installation.
fn is_about_one(event: &Event) -> bool {
    event.place.issue.is_some()
        || event.rollout.is_some()
        || matches!(event.what, What::RolloutRequested(_))
}

async fn fan_out(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
) -> Result<(), HandleError> {
    let now = handler.clock.now();
    let mut arrivals = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if is_about_one(event) {
            // One delivery that says several things of an issue: each is handled by itself, in their order.
            let event = Event {
                key: format!("{}#{index}", event.key),
                ..event.clone()
            };
            arrivals.push(arrival_of(&event, Source::Rollcall, now));
            continue;
        }
        for rollout in open_rollouts(handler, scope_of(event)).await? {
            let place = rollout.place.clone();
            let key = format!("{}:{}", event.key, rollout.id);
            let event = Event {
                key,
                rollout: Some(rollout.id),
                place,
                ..event.clone()
            };
            arrivals.push(arrival_of(&event, Source::Rollcall, now));
        }
    }
    let commit = Commit {
        arrival: arrival.id,
        arrivals,
        ..Commit::default()
    };
    match handler.store.commit(commit, now).await? {
        Committed::Done => Ok(()),
        Committed::Conflict => Err(HandleError::Contended),
    }
}

/// The rollouts that an event about more than one issue concerns.
fn scope_of(event: &Event) -> Scope {
    match event.what {
        What::InstallationSuspended | What::InstallationResumed | What::InstallationRemoved => {
            Scope::Installation(rows::signed(event.place.installation.0))
        }
        _ => Scope::Repository(rows::signed(event.place.repository.id.0)),
    }
}

/// All open rollouts of a repository or an installation.
pub(crate) async fn open_rollouts(
    handler: &Handler,
    scope: Scope,
) -> Result<Vec<Rollout>, HandleError> {
    const PAGE: u32 = 100;
    let mut rollouts = Vec::new();
    let mut after = String::new();
    loop {
        let page = handler.store.list_open(scope, &after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(rollouts);
        };
        after.clone_from(&last.id);
        for row in &page {
            rollouts.push(rows::rollout_of(row)?);
        }
    }
}

async fn one(handler: &Handler, arrival: &LeasedArrival, event: &Event) -> Result<(), HandleError> {
    let now = handler.clock.now();
    let Some(found) = find(handler, event).await? else {
        handler
            .store
            .finish_arrival(arrival.id, Outcome::Handled, now)
            .await?;
        return Ok(());
    };
    let (version, before) = match &found {
        Found::Row(row) => (row.version, Some(rows::rollout_of(row)?)),
        Found::Nothing => (0, None),
    };
    let facts = facts::read(
        handler,
        arrival,
        before.as_ref(),
        event,
        &needs(before.as_ref(), event),
    )
    .await?;
    let decision = catch_unwind(AssertUnwindSafe(|| decide(before.as_ref(), event, &facts)))
        .map_err(|_| HandleError::Panicked)?;
    if is_nothing(&decision) {
        handler
            .store
            .finish_arrival(arrival.id, Outcome::Handled, now)
            .await?;
        return Ok(());
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
    let neighbours = neighbours(handler, before.as_ref(), event, &decision).await?;
    let commit = Commit {
        arrivals: neighbours
            .iter()
            .map(|event| arrival_of(event, Source::Rollcall, now))
            .collect(),
        ..rows::commit(arrival.id, version, decision, now)
    };
    match handler.store.commit(commit, now).await? {
        Committed::Done => Ok(()),
        Committed::Conflict => Err(HandleError::Contended),
    }
}

/// When a target is taken or free again, the rollouts that would deploy to it look again: their status says who is in the way.
async fn neighbours(
    handler: &Handler,
    before: Option<&Rollout>,
    event: &Event,
    decision: &Decision,
) -> Result<Vec<Event>, HandleError> {
    let (Some(before), Some(after)) = (before, &decision.rollout) else {
        return Ok(Vec::new());
    };
    let (old, new) = (before.occupies(), after.occupies());
    let Some(target) = new.or(old).filter(|_| old != new) else {
        return Ok(Vec::new());
    };
    let repository = Scope::Repository(rows::signed(before.place.repository.id.0));
    let others = open_rollouts(handler, repository).await?;
    let looking = others
        .into_iter()
        .filter(|other| other.id != before.id && other.target() == target);
    Ok(looking
        .map(|other| Event {
            key: format!("{}:target:{}", event.key, other.id),
            at: handler.clock.now(),
            place: other.place,
            rollout: Some(other.id),
            actor: None,
            what: What::DeadlinePassed {
                name: "target".to_owned(),
            },
        })
        .collect())
}

fn is_nothing(decision: &Decision) -> bool {
    decision.rollout.is_none() && decision.ledger.is_empty() && decision.effects.is_empty()
}

enum Found {
    Row(RolloutRow),
    Nothing,
}

/// The rollout that an event is about; none when the request that it makes has been granted before.
async fn find(handler: &Handler, event: &Event) -> Result<Option<Found>, StoreError> {
    let store = &handler.store;
    let own = event
        .actor
        .as_ref()
        .is_some_and(|person| handler.app.is(person));
    if let Some(id) = &event.rollout {
        return Ok(store.load_rollout(&id.0).await?.map(Found::Row));
    }
    if let Some(issue) = event.place.issue {
        let repository = rows::signed(event.place.repository.id.0);
        if let Some(row) = store
            .load_rollout_by_issue(repository, rows::signed(issue))
            .await?
        {
            return Ok(Some(Found::Row(row)));
        }
    }
    if let What::IssueOpened { body, .. } = &event.what
        && own
        && let Some(id) = marker::rollout_in(body)
    {
        return Ok(store.load_rollout(&id.0).await?.map(Found::Row));
    }
    if let Some((request, _)) = request_of(event, own)
        && store.load_rollout_by_request(&request.key).await?.is_some()
    {
        return Ok(None);
    }
    Ok(Some(Found::Nothing))
}
