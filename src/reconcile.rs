//! What webhooks did not bring: deliveries that failed are asked for again, open rollouts are compared with GitHub.

use crate::{
    domain::event::{Event, What},
    handle::{HandleError, Handler, arrival_of, open_rollouts},
    store::{Scope, Source},
};
use jiff::{SignedDuration, Timestamp};

/// How far back GitHub can deliver again: three days on github.com.
const REACH: SignedDuration = SignedDuration::from_hours(72);
/// Deliveries younger than this may still be on their way.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// Processes that look at the same time look once.
const ROUND: i64 = 240;
/// Name of the mark: everything older has been looked at.
const MARK: &str = "deliveries looked at until";

/// Asks GitHub to deliver again what never arrived. Returns how many.
///
/// # Errors
/// GitHub or the database failed; the next round starts where this one did.
pub async fn redeliver(handler: &Handler) -> Result<usize, HandleError> {
    let now = handler.clock.now();
    let oldest = now.saturating_sub(REACH).unwrap_or(Timestamp::MIN);
    let mark = handler
        .store
        .load_mark(MARK)
        .await?
        .and_then(|mark| mark.parse::<Timestamp>().ok());
    // A delivery may be listed late: look a little behind the mark.
    let since = mark
        .map_or(oldest, |mark| {
            mark.saturating_sub(SETTLING * 4).unwrap_or(oldest)
        })
        .max(oldest);
    let missed = handler.github.failed_deliveries(since).await?;
    let settled = now.saturating_sub(SETTLING).unwrap_or(now);
    let guids: Vec<String> = missed
        .iter()
        .filter(|missed| missed.delivered_at <= settled)
        .map(|missed| missed.guid.clone())
        .collect();
    let unknown = handler.store.unknown_keys(&guids).await?;
    for missed in missed
        .iter()
        .filter(|missed| unknown.contains(&missed.guid))
    {
        tracing::info!(
            delivery.id = missed.guid,
            event = missed.event,
            "asking GitHub to deliver again"
        );
        handler.github.redeliver(missed.id).await?;
    }
    // What was asked for again stays in view until it has arrived.
    let first_open = missed
        .iter()
        .filter(|missed| unknown.contains(&missed.guid))
        .map(|missed| missed.delivered_at)
        .min();
    let until = first_open.map_or(settled, |first| first.min(settled));
    handler.store.save_mark(MARK, &until.to_string()).await?;
    Ok(unknown.len())
}

/// Puts a look at GitHub into the inbox for every open rollout.
///
/// # Errors
/// The database failed.
pub async fn look(handler: &Handler) -> Result<(), HandleError> {
    let now = handler.clock.now();
    for rollout in open_rollouts(handler, Scope::All).await? {
        if rollout.place.issue.is_none() {
            continue;
        }
        let round = now.as_second() / ROUND;
        let event = Event {
            key: format!("reconcile:{}:{round}", rollout.id),
            at: now,
            place: rollout.place.clone(),
            rollout: Some(rollout.id.clone()),
            actor: None,
            what: What::Reconciled,
        };
        handler
            .store
            .accept(arrival_of(&event, Source::Rollcall, now))
            .await?;
    }
    Ok(())
}
