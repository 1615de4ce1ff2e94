//! What webhooks did not bring: deliveries that failed are asked for again, open rollouts are compared with GitHub.

use crate::{
    domain::{
        event::{Event, What},
        ids::InstallationId,
        rollout::{HoldCause, Rollout},
    },
    github::Whereabouts,
    handle::{HandleError, Handler, arrival_of, open_rollouts},
    store::{Scope, Source},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How far back GitHub can deliver again: three days on github.com.
const REACH: SignedDuration = SignedDuration::from_hours(72);
/// Deliveries younger than this may still be on their way.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// Processes that look at the same time look once.
const ROUND: i64 = 240;
/// Name of the mark: everything older has been looked at.
const MARK: &str = "deliveries looked at until";
/// Name of the mark: the last round left the look to the next.
const WAITS: &str = "the look waits";

/// Asks GitHub to deliver again what never arrived. Returns how many.
///
/// # Errors
/// GitHub or the database failed; the next round starts where this one did.
async fn redeliver(handler: &Handler) -> Result<usize, HandleError> {
    let now = handler.clock.now();
    let oldest = now.saturating_sub(REACH).unwrap_or(Timestamp::MIN);
    let mark = handler
        .store
        .load_mark(MARK)
        .await?
        .and_then(|mark| mark.parse::<Timestamp>().ok())
        // A mark that lies ahead was made by a clock that was wrong then, or is now: nothing behind it is known.
        .filter(|mark| *mark <= now);
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

/// One round: what was missed is asked for again; then open rollouts are compared with GitHub, bodies and comments. Returns how many
/// deliveries were missed.
///
/// Ticks whose deliveries were just asked for explain themselves when they arrive, so the look waits for the next round, but not longer:
/// a delivery that never gets through must not keep Rollcall from looking.
///
/// # Errors
/// GitHub or the database failed; the next round starts where this one did.
pub async fn round(handler: &Handler) -> Result<usize, HandleError> {
    let missed = redeliver(handler).await?;
    let waits = handler.store.load_mark(WAITS).await?.as_deref() == Some("yes");
    let wait = missed > 0 && !waits;
    if wait != waits {
        let mark = if wait { "yes" } else { "no" };
        handler.store.save_mark(WAITS, mark).await?;
    }
    if !wait {
        look(handler).await?;
    }
    Ok(missed)
}

/// Puts a look at GitHub into the inbox for every open rollout.
///
/// # Errors
/// The database failed.
async fn look(handler: &Handler) -> Result<(), HandleError> {
    let mut resumed = BTreeMap::new();
    for rollout in open_rollouts(handler, Scope::All).await? {
        if rollout.place.issue.is_none() {
            continue;
        }
        let what = if rollout.is_reachable() {
            What::Reconciled
        } else if is_resumed(handler, &rollout, &mut resumed).await {
            What::InstallationResumed
        } else {
            continue;
        };
        accept(handler, rollout, what).await?;
    }
    Ok(())
}

/// Whether a suspended installation works again: the webhook that says so is made once, and may be lost. GitHub is asked once for each
/// installation.
async fn is_resumed(
    handler: &Handler,
    rollout: &Rollout,
    known: &mut BTreeMap<InstallationId, bool>,
) -> bool {
    if !rollout.holds.contains_key(&HoldCause::Suspended) {
        return false;
    }
    let installation = rollout.place.installation;
    if let Some(known) = known.get(&installation) {
        return *known;
    }
    let read = handler.github.read_newest(&rollout.place).await;
    let works = matches!(read, Ok(Whereabouts::Here(_) | Whereabouts::Moved { .. }));
    known.insert(installation, works);
    works
}

async fn accept(handler: &Handler, rollout: Rollout, what: What) -> Result<(), HandleError> {
    let now = handler.clock.now();
    let event = Event {
        key: format!("reconcile:{}:{}", rollout.id, now.as_second() / ROUND),
        at: now,
        place: rollout.place,
        rollout: Some(rollout.id),
        actor: None,
        what,
    };
    let arrival = arrival_of(&event, Source::Rollcall, now);
    handler.store.accept(arrival).await?;
    Ok(())
}
