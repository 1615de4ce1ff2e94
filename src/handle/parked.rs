//! An arrival that waits for GitHub or is put aside: the rollouts that it is about hear of it, so that people see it on the issue.

use super::{
    HandleError, Handler, arrival_of,
    others::{is_about_one, open_rollouts, scope_of},
    whose::{self, concerned},
};
use crate::{
    domain::{
        event::{Event, What},
        render::parked::summary,
        rollout::{Parked, Rollout},
    },
    store::{Arrival, LeasedArrival, Source, StoreError},
};
use jiff::{SignedDuration, Timestamp};

/// What has waited for so long is named on its issue.
const LONG: SignedDuration = SignedDuration::from_mins(1);

/// Says on the issue what waits for GitHub for longer than a minute. It is news only: when it is lost, nothing else is.
///
/// # Errors
/// The database failed.
pub(super) async fn tell_of_wait(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
    error: &HandleError,
) -> Result<(), StoreError> {
    let waited = handler.clock.now().duration_since(arrival.received_at);
    if !matches!(error, HandleError::Github(_)) || waited < LONG {
        return Ok(());
    }
    for notice in told(handler, arrival, events, (error, true)).await? {
        handler.store.accept(notice).await?;
    }
    Ok(())
}

/// What is written together with "put aside". Nothing of it asks GitHub, which may be what failed.
///
/// # Errors
/// The database failed.
pub(super) async fn notices(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
    error: &HandleError,
) -> Result<Vec<Arrival>, StoreError> {
    told(handler, arrival, events, (error, false)).await
}

async fn told(
    handler: &Handler,
    arrival: &LeasedArrival,
    events: &[Event],
    (error, waits): (&HandleError, bool),
) -> Result<Vec<Arrival>, StoreError> {
    let now = handler.clock.now();
    let mut notices: Vec<Arrival> = Vec::new();
    for event in events {
        let rollouts = match about(handler, event).await {
            Ok(rollouts) => rollouts,
            Err(HandleError::Store(error)) => return Err(error),
            Err(error) => {
                let error = crate::chain(&error);
                tracing::error!(delivery.id = arrival.key, error, "no rollout can be told");
                Vec::new()
            }
        };
        for rollout in rollouts {
            let notice = notice(&arrival.key, event, (error, waits), &rollout, now);
            if notices.iter().all(|other| other.key != notice.key) {
                notices.push(notice);
            }
        }
    }
    Ok(notices)
}

async fn about(handler: &Handler, event: &Event) -> Result<Vec<Rollout>, HandleError> {
    // That the notice itself could not be handled shows in the log and in the count: a notice of it would fare no better.
    if matches!(event.what, What::ArrivalParked(_)) {
        return Ok(Vec::new());
    }
    if is_about_one(event) {
        return Ok(concerned(handler, event).await?.into_iter().collect());
    }
    let rollouts = open_rollouts(handler, scope_of(event)).await?;
    let hears = |rollout: &Rollout| whose::told(event, rollout).is_some();
    Ok(rollouts.into_iter().filter(hears).collect())
}

fn notice(
    arrival: &str,
    event: &Event,
    (error, waits): (&HandleError, bool),
    rollout: &Rollout,
    now: Timestamp,
) -> Arrival {
    let parked = Parked {
        arrival: arrival.to_owned(),
        summary: summary(&event.what).to_owned(),
        by: event.actor.as_ref().map(|person| person.login.clone()),
        at: event.at,
        reason: error.told(),
        waits,
    };
    let event = Event {
        // Put aside again, it is told again.
        key: format!("parked:{arrival}:{}:{}", rollout.id, now.as_microsecond()),
        at: now,
        place: rollout.place.clone(),
        rollout: Some(rollout.id.clone()),
        actor: None,
        what: What::ArrivalParked(parked),
    };
    Arrival {
        // Not behind what waits on the issue: that may fail for hours for the same reason.
        stream: Some(format!("rollout:{}", rollout.id)),
        ..arrival_of(&event, Source::Rollcall, now)
    }
}
