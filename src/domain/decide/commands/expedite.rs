//! `/expedite`, `/confirm-expedite`.

use super::Answer;
use crate::domain::{
    announcement_kind::AnnouncementKind,
    decide::{announce, glass, turn::Turn},
    ids::CommentId,
    ledger::Fact,
    policy::{BreakGlass, Opens},
    refusal::Refusal,
    reply::Reply,
    rollout::{Confirmed, Expedite, HoldCause, Stage},
};

/// Breaks the glass. A hold is not skipped, and neither is another deployment in the same place.
pub(super) fn expedite(turn: &mut Turn<'_>, comment: CommentId, reason: &str) -> Answer {
    let policy = may_break(turn)?;
    let Some(by) = turn.event.actor.clone() else {
        return Err(Refusal::RightsUnknown {
            why: "nobody is named as the cause".to_owned(),
        });
    };
    // The hour begins when it was said; one that arrives late has what is left of it.
    let confirm_by = turn
        .event
        .at
        .saturating_add(policy.within)
        .unwrap_or(jiff::Timestamp::MAX);
    let digest = glass::digest(turn);
    turn.record(Fact::GlassBroken {
        reason: reason.to_owned(),
        digest: digest.clone(),
        confirm_by,
    });
    turn.rollout.gates.expedites.push(Expedite {
        by,
        at: turn.event.at,
        comment,
        reason: reason.to_owned(),
        digest,
        windows: turn.rollout.gates.windows.len(),
        confirm_by,
        confirmed: None,
        started: None,
        ended: None,
    });
    announce::announce(turn, AnnouncementKind::Expedited, reason);
    Ok(Reply::GlassBroken {
        until: confirm_by,
        zone: turn.policy.zone.clone(),
        who: policy.confirm.describe(),
        at_once: policy.opens == Opens::AtOnce,
    })
}

/// Whether the glass can be broken, and by which rules. One that arrives after a newer one is most likely the same wish, which may be over.
fn may_break(turn: &Turn<'_>) -> Result<BreakGlass, Refusal> {
    let Some(policy) = turn.policy.break_glass.clone() else {
        return Err(glass::not_enabled());
    };
    turn.may(&policy.who)?;
    if turn.rollout.stage != Stage::Preparing {
        return Err(Refusal::AlreadyStarted);
    }
    if let Some(open) = turn.rollout.gates.glass() {
        let what = format!("`{}` broke the glass", open.by.login);
        return Err(Refusal::AlreadyDone { what });
    }
    let last = turn.rollout.gates.expedites.last();
    if last.is_some_and(|last| turn.event.at < last.at) {
        return Err(Refusal::AlreadyDone {
            what: "a newer `/expedite` was heard".to_owned(),
        });
    }
    turn.not_outdated()?;
    Ok(policy)
}

/// The second person's word.
pub(super) fn confirm(turn: &mut Turn<'_>, comment: CommentId, note: Option<String>) -> Answer {
    let Some(index) = glass::to_confirm(turn) else {
        return Err(Refusal::NothingToConfirm);
    };
    let open = turn.rollout.gates.expedites[index].clone();
    glass::may_second(turn, &open)?;
    let Some(by) = turn.event.actor.clone() else {
        return Err(Refusal::NothingToConfirm);
    };
    let glass = &mut turn.rollout.gates.expedites[index];
    glass.ended = None;
    glass.confirmed = Some(Confirmed {
        by,
        at: turn.event.at,
        comment,
    });
    turn.record(Fact::GlassConfirmed { note });
    turn.release(HoldCause::Unconfirmed);
    Ok(Reply::GlassConfirmed {
        started: open.started.is_some(),
    })
}
