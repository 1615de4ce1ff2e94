//! `/start-deploy`, `/promote`, `/abort`, `/rollback`, `/hold`, `/resume`, `/cancel`.

use super::Answer;
use crate::domain::{
    announcement_kind::AnnouncementKind,
    decide::{advance, announce, gates, turn::Turn},
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::{End, Hold, HoldCause, Stage},
};

/// Opens the gate: everything is asked again at this moment.
pub(super) fn start(turn: &mut Turn<'_>) -> Answer {
    if turn.rollout.stage != Stage::Preparing {
        return Err(Refusal::AlreadyStarted);
    }
    if let Some(first) = gates::deploy_blockers(turn).into_iter().next() {
        return Err(first);
    }
    let digest = gates::digest(turn);
    turn.rollout.stage = Stage::Deploying {
        since: turn.facts.now,
        by: turn.actor_login(),
        digest: digest.0.clone(),
        target: turn.rollout.target(),
    };
    turn.record(Fact::DeploymentStarted {
        digest: digest.0.clone(),
    });
    announce::announce(turn, AnnouncementKind::Started, "");
    Ok(Reply::Started {
        digest: digest.short().to_owned(),
    })
}

/// The next step of the deployment.
pub(super) fn promote(turn: &mut Turn<'_>) -> Answer {
    deploying(turn)?;
    if let Some(hold) = turn.rollout.holds.values().next() {
        return Err(Refusal::OnHold {
            reason: hold.reason.clone(),
        });
    }
    turn.rollout.steps += 1;
    let step = turn.rollout.steps;
    turn.record(Fact::Promoted { step });
    Ok(Reply::Promoted { step })
}

/// Stops the deployment where it stands. Asks no gate and works while on hold.
pub(super) fn abort(turn: &mut Turn<'_>) -> Answer {
    deploying(turn)?;
    turn.hold(HoldCause::Aborted, "the deployment was aborted");
    Ok(Reply::Aborted)
}

/// The fastest way back. Asks no gate and works while on hold.
pub(super) fn roll_back(turn: &mut Turn<'_>, reason: &str) -> Answer {
    deploying(turn)?;
    let plan = gates::rollback_plan(&turn.rollout);
    advance::finish(turn, End::RolledBack, reason);
    Ok(Reply::RolledBack {
        reason: reason.to_owned(),
        plan,
    })
}

fn deploying(turn: &Turn<'_>) -> Result<(), Refusal> {
    if turn.rollout.is_deploying() {
        Ok(())
    } else {
        Err(Refusal::NotStarted)
    }
}

/// Stops everything. A second hold replaces the reason of the first.
pub(super) fn hold(turn: &mut Turn<'_>, reason: String) -> Reply {
    let hold = Hold {
        by: Some(turn.actor_login()),
        at: turn.facts.now,
        reason: reason.clone(),
    };
    turn.rollout.holds.insert(HoldCause::Command, hold);
    turn.record(Fact::Held {
        hold: "command".to_owned(),
        reason: reason.clone(),
    });
    Reply::Held { reason }
}

/// Continues. What GitHub holds (closed, suspended) is lifted where it was caused.
pub(super) fn resume(turn: &mut Turn<'_>) -> Answer {
    if turn.rollout.holds.is_empty() {
        return Err(Refusal::NotOnHold);
    }
    let by_command = [HoldCause::Command, HoldCause::Aborted];
    if !turn
        .rollout
        .holds
        .keys()
        .any(|cause| by_command.contains(cause))
    {
        let reason = turn
            .rollout
            .holds
            .values()
            .map(|hold| hold.reason.clone())
            .collect::<Vec<_>>()
            .join("; ");
        return Err(Refusal::HeldByGithub { reason });
    }
    for cause in by_command {
        turn.lift(cause);
    }
    Ok(Reply::Resumed {
        remaining: turn
            .rollout
            .holds
            .values()
            .map(|hold| hold.reason.clone())
            .collect(),
    })
}

/// Ends the rollout.
pub(super) fn cancel(turn: &mut Turn<'_>, reason: String) -> Reply {
    advance::finish(turn, End::Cancelled, &reason);
    Reply::Cancelled { reason }
}
