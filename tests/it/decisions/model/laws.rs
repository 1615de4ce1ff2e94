//! What must hold of every step, whatever happened before.

use super::{
    brakes,
    form::meaning,
    witness::{Content, Witness},
    world::World,
};
use jiff::SignedDuration;
use rollcall::domain::{
    approval::{Vote, Word},
    decide::Decision,
    effect::{Effect, Mode},
    event::{Event, What},
    ledger::{Entry, Fact},
    person::Permission,
    phase::Phase,
    rollout::{End, Expedite, Item, ItemState, Rollout, Stage},
    template::Gate,
};

/// How long before the window stakeholders hear of it, by default.
const NOTICE: SignedDuration = SignedDuration::from_hours(24);

/// One step: what was decided on an event.
pub struct Step<'a> {
    /// The rollout before.
    pub before: &'a Rollout,
    /// What happened.
    pub event: &'a Event,
    /// What follows.
    pub decision: &'a Decision,
    /// The world around it, before anything of the decision is done.
    pub world: &'a World,
    /// The event is no comment that was heard, changed or deleted before.
    pub fresh: bool,
}

impl Step<'_> {
    /// The rollout afterwards.
    pub fn after(&self) -> &Rollout {
        self.decision.rollout.as_ref().unwrap_or(self.before)
    }
}

/// All laws of a step.
///
/// # Errors
/// The first law that is broken, in words.
pub fn hold(step: &Step<'_>) -> Result<(), String> {
    chain(step)?;
    start(step)?;
    stages(step)?;
    told_once(step)?;
    brakes::brakes(step)?;
    brakes::held(step)?;
    brakes::once(step)?;
    bystanders(step)
}

/// What is stored is what is loaded.
///
/// # Errors
/// It is not.
pub fn stored(rollout: &Rollout) -> Result<(), String> {
    let stored = serde_json::to_string(rollout).map_err(|error| error.to_string())?;
    loaded(rollout, &stored)
}

/// What was stored is this rollout.
///
/// # Errors
/// It is another one, or none.
pub fn loaded(rollout: &Rollout, stored: &str) -> Result<(), String> {
    let loaded: Rollout = serde_json::from_str(stored).map_err(|error| error.to_string())?;
    if loaded == *rollout {
        Ok(())
    } else {
        Err("what is stored is not what is loaded".to_owned())
    }
}

/// The record goes on where it ended, without gaps, and the rollout knows its end.
///
/// # Errors
/// Where the record is broken.
pub fn chain(step: &Step<'_>) -> Result<(), String> {
    let mut last = (step.before.ledger_length, step.before.ledger_head.clone());
    for (entry, hash) in &step.decision.ledger {
        if entry.seq != last.0 + 1 || entry.previous != last.1 || entry.hash() != *hash {
            return Err(format!("the record is broken at {entry:?}"));
        }
        last = (entry.seq, hash.clone());
    }
    let after = step.after();
    if last != (after.ledger_length, after.ledger_head.clone()) {
        return Err("the rollout does not know the end of its record".to_owned());
    }
    Ok(())
}

/// Nothing is deployed without a valid quorum on exactly what the issue says, an open window, and all that comes before it; or without a
/// break-glass for exactly that, confirmed by a second person or, where it may start at once, less than an hour old. Never on hold.
///
/// # Errors
/// What the start lacked.
pub fn start(step: &Step<'_>) -> Result<(), String> {
    let started =
        |(entry, _): &&(Entry, String)| matches!(entry.fact, Fact::DeploymentStarted { .. });
    let starts = step.decision.ledger.iter().filter(started).count();
    let was_not = step.before.stage == Stage::Preparing;
    let is = was_not && matches!(step.after().stage, Stage::Deploying { .. });
    if starts != usize::from(is) && !matches!(step.after().stage, Stage::Finished(_)) {
        return Err(format!(
            "{starts} starts on record, but the stage says {is}"
        ));
    }
    if starts == 0 {
        return Ok(());
    }
    let (after, world) = (step.after(), step.world);
    let content = Content::of(&world.body, after);
    if (!step.before.holds.is_empty() && !after.holds.is_empty()) || !world.open {
        return Err("deployed while on hold".to_owned());
    }
    if world.witness.is_glass_broken(&content, world) {
        return Ok(());
    }
    let approvers = world.witness.approvers(&content, world);
    if approvers.len() < 2 {
        return Err(format!("deployed with the approval of {approvers:?} only"));
    }
    let rejecters = world.witness.rejecters(world);
    if !rejecters.is_empty() {
        return Err(format!("deployed against the word of {rejecters:?}"));
    }
    if !after
        .window
        .as_ref()
        .is_some_and(|window| window.is_open(world.now()))
    {
        return Err("deployed outside the window".to_owned());
    }
    told_in_time(after)?;
    for phase in [Phase::Planning, Phase::Testing, Phase::PreDeployment] {
        let open: Vec<_> = after
            .items
            .iter()
            .filter(|item| item.phase == phase && item.required && !item.is_settled())
            .map(|item| &item.id)
            .collect();
        if !open.is_empty() {
            return Err(format!("deployed while {open:?} is open"));
        }
    }
    Ok(())
}

/// Stakeholders heard of the window so long before it as the policy asks by default, unless somebody left the announcement out.
fn told_in_time(rollout: &Rollout) -> Result<(), String> {
    let late = |item: &Item| match (&item.state, &rollout.window) {
        (ItemState::Done { at, .. }, Some(window)) => {
            item.gate == Some(Gate::Announcement) && *at + NOTICE > window.start
        }
        _ => false,
    };
    if rollout.items.iter().any(late) {
        return Err("deployed without notice".to_owned());
    }
    Ok(())
}

/// Stages go forward only, and nothing ends by itself while it is on hold or an emergency waits for its second person.
///
/// # Errors
/// What became what.
pub fn stages(step: &Step<'_>) -> Result<(), String> {
    let rank = |stage: &Stage| match stage {
        Stage::Preparing => 0,
        Stage::Deploying { .. } => 1,
        Stage::Finished(_) => 2,
    };
    let after = step.after();
    let (from, to) = (rank(&step.before.stage), rank(&after.stage));
    if to < from || (from == 2 && step.before.stage != after.stage) {
        return Err(format!("{:?} became {:?}", step.before.stage, after.stage));
    }
    if let Stage::Finished(finish) = &after.stage
        && from < 2
        && finish.by.is_none()
        && (!after.holds.is_empty() || !after.is_all_done())
    {
        return Err("completed while something was open or on hold".to_owned());
    }
    let by_itself = matches!(&after.stage, Stage::Finished(finish) if finish.end == End::Completed);
    if by_itself && from < 2 && after.gates.glass().is_some_and(Expedite::is_open) {
        return Err("completed while an emergency waits for its second person".to_owned());
    }
    Ok(())
}

/// Nobody is told the same news twice.
///
/// # Errors
/// What was told twice.
pub fn told_once(step: &Step<'_>) -> Result<(), String> {
    let mut sent = step.world.witness.sent.clone();
    for news in Witness::news(&step.decision.effects, step.event) {
        if !sent.insert(news.clone()) {
            return Err(format!("told twice: {news:?}"));
        }
    }
    Ok(())
}

/// What people say or do who may only read moves nothing. (Whoever closes an issue or deletes a comment was let by GitHub.)
///
/// # Errors
/// Who moved what.
pub fn bystanders(step: &Step<'_>) -> Result<(), String> {
    let Some(actor) = &step.event.actor else {
        return Ok(());
    };
    let acts = matches!(
        step.event.what,
        What::CommentCreated { .. } | What::BodyEdited { .. }
    );
    if actor.bot || !acts || step.world.permission(actor.id) >= Permission::Write {
        return Ok(());
    }
    let (before, after) = (
        moved(step.before, step.world),
        moved(step.after(), step.world),
    );
    if before == after {
        Ok(())
    } else {
        Err(format!(
            "{} may only read, and moved\n{before}\nto\n{after}",
            actor.login
        ))
    }
}

/// What only those may move who may write: everything but what the body says, which GitHub lets people edit or not. An approval of
/// somebody who has lost the right is void at whichever event that is seen.
fn moved(rollout: &Rollout, world: &World) -> String {
    let said = |vote: &Vote| match vote.word {
        Word::Approve if world.permission(vote.person.id) < Permission::Write => Word::Withdraw,
        other => other,
    };
    let votes: Vec<_> = rollout
        .votes
        .iter()
        .map(|vote| (vote.comment, said(vote), vote.digest.short()))
        .collect();
    let items: Vec<_> = rollout
        .items
        .iter()
        .filter(|item| !item.extra)
        .map(|item| (&item.id, &item.state, &item.owner, &item.evidence))
        .filter(|(id, ..)| *id != "final-review")
        .collect();
    format!(
        "{:?} {items:?} {votes:?} {:?} {:?}",
        rollout.stage, rollout.window, rollout.holds
    )
}

/// Deciding the same event once more changes nothing that counts, and asks for nothing that was not asked for before.
///
/// # Errors
/// What changed, in words.
pub fn nothing_new(
    rollout: &Rollout,
    event: &Event,
    asked: &[Effect],
    again: &Decision,
) -> Result<(), String> {
    let after = again.rollout.as_ref().unwrap_or(rollout);
    let (before, after) = (meaning(rollout), meaning(after));
    if before != after {
        return Err(format!(
            "a second time {:?} moved\n{before}\nto\n{after}",
            event.what
        ));
    }
    let new = |effect: &&Effect| {
        effect.mode == Mode::Once && !asked.iter().any(|known| known.key == effect.key)
    };
    if let Some(effect) = again.effects.iter().find(new) {
        return Err(format!(
            "a second time {:?} asked for {}",
            event.what, effect.key
        ));
    }
    let counts = |(entry, _): &&(Entry, String)| !says_again(&entry.fact);
    match again.ledger.iter().find(counts) {
        Some((entry, _)) => Err(format!(
            "a second time {:?} recorded {:?}",
            event.what, entry.fact
        )),
        None => Ok(()),
    }
}

/// What may stand in the record once more: that something was refused, came late, changed beneath an item, or was given up.
fn says_again(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::FlipRefused { .. }
            | Fact::FlipSuperseded { .. }
            | Fact::TaskChanged { .. }
            | Fact::GivenUp { .. }
    )
}
