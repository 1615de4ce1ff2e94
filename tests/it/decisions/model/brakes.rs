//! What stops a rollout: the words that are obeyed before anything else, and the holds that hold.

use super::laws::Step;
use rollcall::domain::{
    event::What,
    person::Permission,
    rollout::{End, HoldCause, Rollout, Stage},
    template::Gate,
};

/// `/hold`, `/abort` and, while a deployment runs, `/rollback` are obeyed at once, whatever else is the case: on hold or not, in every
/// stage before the end. Only a `/hold` that is older than a `/resume` heard before holds nothing.
///
/// # Errors
/// Who said what, and was not obeyed.
pub fn brakes(step: &Step<'_>) -> Result<(), String> {
    let (What::CommentCreated { body, .. }, Some(actor)) = (&step.event.what, &step.event.actor)
    else {
        return Ok(());
    };
    let may = !actor.bot && step.world.permission(actor.id) >= Permission::Write;
    if !may || !step.fresh || step.before.is_finished() {
        return Ok(());
    }
    let after = step.after();
    let resumed = step.world.witness.resumed > Some(step.event.at);
    let obeyed = match body.as_str() {
        "/hold wait" => resumed || after.holds.contains_key(&HoldCause::Command),
        "/abort" => after.holds.contains_key(&HoldCause::Aborted),
        "/rollback errors" if step.before.is_deploying() => is_rolled_back(&after.stage),
        _ => return Ok(()),
    };
    if obeyed {
        Ok(())
    } else {
        Err(format!("{} said {body} and was not obeyed", actor.login))
    }
}

/// Whether this is the end that `/rollback` brings.
fn is_rolled_back(stage: &Stage) -> bool {
    matches!(stage, Stage::Finished(finish) if finish.end == End::RolledBack)
}

/// While the same hold stands before and after, nothing goes forward: no start, no next step of the deployment, no completion, no item
/// that is settled. (Backwards it may go: to a rollback, to a cancellation, to an item that is open again. And a window may be set, which
/// settles the item that asks for one.)
///
/// # Errors
/// What went forward.
pub fn held(step: &Step<'_>) -> Result<(), String> {
    let (before, after) = (step.before, step.after());
    let stands = before
        .holds
        .iter()
        .any(|(cause, hold)| after.holds.get(cause).is_some_and(|now| now.at == hold.at));
    if !stands || before.is_finished() {
        return Ok(());
    }
    let settled: Vec<_> = after
        .items
        .iter()
        .filter(|item| item.is_settled() && is_open(before, &item.id))
        .filter(|item| item.gate != Some(Gate::Schedule) || before.window == after.window)
        .map(|item| &item.id)
        .collect();
    if !settled.is_empty() {
        return Err(format!("{settled:?} was settled while on hold"));
    }
    if after.steps != before.steps {
        return Err("promoted while on hold".to_owned());
    }
    let by_itself = matches!(&after.stage, Stage::Finished(finish) if finish.end == End::Completed);
    let started = !before.is_deploying() && after.is_deploying();
    if by_itself || started {
        return Err(format!("went on to {:?} while on hold", after.stage));
    }
    Ok(())
}

fn is_open(rollout: &Rollout, id: &str) -> bool {
    let mut items = rollout.items.iter();
    items.any(|item| item.id == id && !item.is_settled())
}

/// A comment is heard once: when it comes again, it casts no vote, sets no window, holds nothing, promotes nothing, ends nothing, writes
/// down nothing. (What the clock and the issue do by themselves may happen at its arrival as at any other.)
///
/// # Errors
/// What it did.
pub fn once(step: &Step<'_>) -> Result<(), String> {
    let is_comment = matches!(step.event.what, What::CommentCreated { .. });
    if !is_comment || step.fresh {
        return Ok(());
    }
    let (before, after) = (said(step.before), said(step.after()));
    if before == after {
        Ok(())
    } else {
        Err(format!(
            "a comment that was heard before moved\n{before}\nto\n{after}"
        ))
    }
}

/// What words bring about, and nothing else does.
fn said(rollout: &Rollout) -> String {
    let by_word = [HoldCause::Command, HoldCause::Aborted];
    let holds: Vec<_> = rollout
        .holds
        .iter()
        .filter(|(cause, _)| by_word.contains(cause))
        .collect();
    let ended = match &rollout.stage {
        Stage::Finished(finish) => finish.by.clone(),
        Stage::Preparing | Stage::Deploying { .. } => None,
    };
    let expedites: Vec<_> = rollout
        .gates
        .expedites
        .iter()
        .map(|glass| (glass.comment, &glass.confirmed))
        .collect();
    format!(
        "{} votes, step {}, {:?}, {holds:?}, {} in the log, {:?}, {expedites:?}, {} told, {ended:?}, {}",
        rollout.votes.len(),
        rollout.steps,
        rollout.window,
        rollout.log.len(),
        rollout.feedback,
        rollout.announced.len(),
        rollout.is_deploying(),
    )
}
