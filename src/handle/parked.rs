//! An arrival that is put aside: the rollouts that it is about hear of it, so that people see it on the issue.

use super::{
    HandleError, Handler, arrival_of,
    others::{is_about_one, open_rollouts, scope_of},
    whose::{concerned, told},
};
use crate::{
    domain::{
        event::{Event, What},
        render::parked::summary,
        rollout::{Parked, Rollout},
    },
    store::{Arrival, LeasedArrival, Source, StoreError},
};
use jiff::Timestamp;

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
            let notice = notice(&arrival.key, event, error, &rollout, now);
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
    let hears = |rollout: &Rollout| told(event, rollout).is_some();
    Ok(rollouts.into_iter().filter(hears).collect())
}

fn notice(
    arrival: &str,
    event: &Event,
    error: &HandleError,
    rollout: &Rollout,
    now: Timestamp,
) -> Arrival {
    let parked = Parked {
        arrival: arrival.to_owned(),
        summary: summary(&event.what).to_owned(),
        by: event.actor.as_ref().map(|person| person.login.clone()),
        at: event.at,
        reason: error.told(),
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
