//! Events about more than one rollout: of a repository or an installation, or of a target that several want.

use super::{HandleError, Handler, arrival_of, rows, whose::told};
use crate::{
    domain::{
        decide::Decision,
        event::{Event, TARGET_CHANGED, What},
        rollout::Rollout,
    },
    store::{Arrival, Commit, Committed, LeasedArrival, Scope, Source},
};

/// Whether the event is about one issue or one rollout, not about a whole repository or installation.
pub(super) fn is_about_one(event: &Event) -> bool {
    event.place.issue.is_some()
        || event.rollout.is_some()
        || matches!(event.what, What::RolloutRequested(_))
}

pub(super) async fn fan_out(
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
        let rollouts = open_rollouts(handler, scope_of(event)).await?;
        let told = rollouts.iter().filter_map(|rollout| told(event, rollout));
        arrivals.extend(told.map(|event| arrival_of(&event, Source::Rollcall, now)));
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
pub(super) fn scope_of(event: &Event) -> Scope {
    match event.what {
        What::InstallationSuspended
        | What::InstallationResumed
        | What::InstallationRemoved
        | What::OwnerRenamed { .. } => {
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

/// When a target is taken or free again, the rollouts that would deploy to it look again: their status says who is in the way.
pub(super) async fn neighbours(
    handler: &Handler,
    before: Option<&Rollout>,
    event: &Event,
    decision: &Decision,
) -> Result<Vec<Arrival>, HandleError> {
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
    let now = handler.clock.now();
    let events = looking.map(|other| Event {
        key: format!("{}:target:{}", event.key, other.id),
        at: now,
        place: other.place,
        rollout: Some(other.id),
        actor: None,
        what: What::DeadlinePassed {
            name: TARGET_CHANGED.to_owned(),
        },
    });
    Ok(events
        .map(|event| arrival_of(&event, Source::Rollcall, now))
        .collect())
}
