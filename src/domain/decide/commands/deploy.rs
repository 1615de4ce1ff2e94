//! `/start-deploy`, `/promote`, `/abort`, `/rollback`, `/hold`, `/resume`, `/cancel`.

use super::Answer;
use crate::domain::{
    announcement_kind::AnnouncementKind,
    decide::{advance, announce, body, comments, gates, glass, turn::Turn},
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::{End, Hold, HoldCause, ItemState, Stage},
    template::Gate,
};

/// Opens the gate: everything is asked again at this moment.
pub(super) fn start(turn: &mut Turn<'_>) -> Answer {
    if turn.rollout.stage != Stage::Preparing {
        return Err(Refusal::AlreadyStarted);
    }
    comments::at_the_gate(turn)?;
    at_the_gate(turn)?;
    // The issue may say something else by now than what the glass was broken for.
    glass::watch(turn);
    if let Some(first) = gates::deploy_blockers(turn).into_iter().next() {
        return Err(first);
    }
    if !gates::ordinary(turn, &gates::quorum(turn)).is_empty() {
        on_break_glass(turn);
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

/// The deployment starts on a break-glass: that is written down, and the quorum that it skips is not waited for afterwards.
fn on_break_glass(turn: &mut Turn<'_>) {
    let at = turn.facts.now;
    let Some(glass) = turn.rollout.gates.expedites.last_mut() else {
        return;
    };
    glass.started = Some(at);
    let (by, reason) = (glass.by.clone(), format!("break-glass: {}", glass.reason));
    let mut waived = Vec::new();
    for item in &mut turn.rollout.items {
        if item.gate == Some(Gate::Approval) && !item.is_settled() {
            let (by, reason) = (by.clone(), reason.clone());
            item.state = ItemState::Waived { by, at, reason };
            waived.push(item.id.clone());
        }
    }
    for item in waived {
        let reason = reason.clone();
        turn.record(Fact::Waived { item, reason });
    }
}

/// The issue as it stands at this moment, whatever webhooks are still on their way: closed is closed, and the versions are those it says.
fn at_the_gate(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    gates::newest_told(turn)?;
    let Some(newest) = &turn.facts.newest else {
        return Ok(());
    };
    if !newest.open {
        return Err(Refusal::OnHold {
            reason: "the issue is closed".to_owned(),
        });
    }
    body::structure(turn, &newest.body, None);
    let missing = turn.rollout.fields.missing();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Refusal::DetailsMissing { missing })
    }
}

/// The next step of the deployment. One that arrives after a newer one is most likely the same wish, said again because nobody answered.
pub(super) fn promote(turn: &mut Turn<'_>) -> Answer {
    deploying(turn)?;
    turn.supersedes("promote", "a newer `/promote` was heard")?;
    turn.rollout.steps += 1;
    let step = turn.rollout.steps;
    turn.record(Fact::Promoted { step });
    Ok(Reply::Promoted { step })
}

/// Stops the deployment where it stands, or keeps it from starting. Asks no gate and works while on hold.
pub(super) fn abort(turn: &mut Turn<'_>) -> Answer {
    not_resumed_since(turn)?;
    if turn.rollout.is_deploying() {
        turn.hold(HoldCause::Aborted, "the deployment was aborted");
        return Ok(Reply::Aborted);
    }
    // Somebody may be starting it at this very moment.
    let reason = "the deployment was aborted before its start".to_owned();
    turn.hold(HoldCause::Aborted, &reason);
    Ok(Reply::Held { reason })
}

/// A stop that arrives after a newer `/resume` stops nothing: whoever resumed had it before their eyes.
fn not_resumed_since(turn: &Turn<'_>) -> Result<(), Refusal> {
    let resumed = turn.rollout.set_at.get("resume");
    if resumed.is_some_and(|resumed| turn.event.at < *resumed) {
        return Err(Refusal::AlreadyDone {
            what: "a newer `/resume` was heard".to_owned(),
        });
    }
    Ok(())
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

/// Stops everything. A second hold replaces the reason of the first; one that arrives after a newer `/resume` holds nothing.
pub(super) fn hold(turn: &mut Turn<'_>, reason: String) -> Answer {
    not_resumed_since(turn)?;
    let since = turn.rollout.holds.get(&HoldCause::Command);
    let hold = Hold {
        by: Some(turn.actor_login()),
        at: since.map_or(turn.event.at, |since| since.at.max(turn.event.at)),
        reason: reason.clone(),
    };
    turn.rollout.holds.insert(HoldCause::Command, hold);
    turn.record(Fact::Held {
        hold: "command".to_owned(),
        reason: reason.clone(),
    });
    Ok(Reply::Held { reason })
}

/// Continues. What GitHub holds (closed, suspended) is lifted where it was caused; what a break-glass left takes a second person.
pub(super) fn resume(turn: &mut Turn<'_>) -> Answer {
    let resumed = turn.rollout.set_at.entry("resume".to_owned());
    let newest = resumed.or_insert(turn.event.at);
    *newest = (*newest).max(turn.event.at);
    if turn.rollout.holds.is_empty() {
        return Err(Refusal::NotOnHold);
    }
    let mut by_command = vec![HoldCause::Command, HoldCause::Aborted, HoldCause::Overdue];
    let second = second_person(turn);
    if second.is_ok() {
        by_command.push(HoldCause::Unconfirmed);
    }
    if !turn
        .rollout
        .holds
        .keys()
        .any(|cause| by_command.contains(cause))
    {
        second?;
        let reason = turn
            .rollout
            .holds
            .values()
            .map(|hold| hold.reason.clone())
            .collect::<Vec<_>>()
            .join("; ");
        return Err(Refusal::HeldByGithub { reason });
    }
    if !by_command.iter().any(|cause| turn.may_lift(*cause)) {
        return Err(Refusal::AlreadyDone {
            what: "it was put on hold after this comment".to_owned(),
        });
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

/// Whether this person may lift the hold of a break-glass that nobody confirmed.
fn second_person(turn: &Turn<'_>) -> Result<(), Refusal> {
    let held = turn.rollout.holds.contains_key(&HoldCause::Unconfirmed);
    match turn.rollout.gates.expedites.last().filter(|_| held) {
        Some(glass) => glass::may_second(turn, glass),
        None => Ok(()),
    }
}

/// Ends the rollout.
pub(super) fn cancel(turn: &mut Turn<'_>, reason: String) -> Reply {
    advance::finish(turn, End::Cancelled, &reason);
    Reply::Cancelled { reason }
}
