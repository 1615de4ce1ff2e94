//! The way on: from every state that is not an end, those who may can bring the rollout to completion.

use super::{
    acts::Act,
    form::day,
    world::{Who, World},
};
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    event::What,
    rollout::{End, HoldCause, ItemState, Stage},
    template::ItemActor,
};

/// Somebody tries to deploy here, allowed or not: the laws of the step say whether it may start.
///
/// # Errors
/// The law that was broken.
pub fn start(world: &World) -> Result<(), String> {
    for who in [Who::Ada, Who::Grace] {
        world.act(&Act::Say(who, "/start-deploy"))?;
    }
    Ok(())
}

/// Whoever deploys can take it back, at once, whatever holds.
///
/// # Errors
/// The deployment went on.
pub fn roll_back(world: &World) -> Result<(), String> {
    if !world.rollout.is_deploying() {
        return Ok(());
    }
    for who in [Who::Ada, Who::Grace] {
        let after = world.act(&Act::Say(who, "/rollback errors"))?;
        let end = after.map(|world| world.rollout.stage);
        if !matches!(&end, Some(Stage::Finished(finish)) if finish.end == End::RolledBack) {
            return Err(format!("{who:?} could not roll back: {end:?}"));
        }
    }
    Ok(())
}

/// Brings the rollout to completion, by acts of people who may.
///
/// # Errors
/// It did not get there, or a law was broken on the way.
pub fn complete(world: &World) -> Result<(), String> {
    if world.rollout.is_finished() {
        return Ok(());
    }
    let mut world = world.clone();
    release(&mut world)?;
    if world.rollout.is_finished() {
        return Ok(());
    }
    if world.rollout.stage == Stage::Preparing {
        prepare(&mut world)?;
        go(&mut world, &Act::Say(Who::Ada, "/start-deploy"))?;
        if world.rollout.stage == Stage::Preparing {
            let why = world
                .rollout
                .items
                .iter()
                .map(|item| (&item.id, &item.state));
            return Err(format!(
                "there is no way to a deployment: {:?}",
                why.collect::<Vec<_>>()
            ));
        }
    }
    settle(&mut world)?;
    match &world.rollout.stage {
        Stage::Finished(finish) if finish.end == End::Completed => Ok(()),
        stage => Err(format!("there is no way to completion: {stage:?}")),
    }
}

fn go(world: &mut World, act: &Act) -> Result<(), String> {
    if let Some(after) = world.act(act)? {
        *world = after;
    }
    Ok(())
}

/// Whatever holds the rollout is undone.
fn release(world: &mut World) -> Result<(), String> {
    (world.sam_lost, world.stepped_back) = (false, false);
    go(world, &Act::Arrive)?;
    for what in [What::InstallationResumed, What::RepositoryFound] {
        go(world, &Act::Around(Who::Grace, what))?;
    }
    go(world, &Act::Open(Who::Ada, true))?;
    if world.rollout.holds.contains_key(&HoldCause::Closed) {
        world.clock += SignedDuration::from_mins(10);
        go(world, &Act::Around(Who::Grace, What::Reconciled))?;
    }
    go(world, &Act::Say(Who::Ada, "/confirm-expedite"))?;
    let deadline = What::DeadlinePassed {
        name: "gates".to_owned(),
    };
    go(world, &Act::Around(Who::Grace, deadline))?;
    if !world.rollout.holds.is_empty() {
        go(world, &Act::Say(Who::Ada, "/resume"))?;
    }
    Ok(())
}

/// Everything before the deployment, as it stands in the help.
fn prepare(world: &mut World) -> Result<(), String> {
    let window = if day(world.clock) < 4 {
        "/schedule 2026-11-12 22:00 UTC for 2h downtime 10m"
    } else {
        "/schedule 2026-11-20 22:00 UTC for 2h downtime 10m"
    };
    go(world, &Act::Say(Who::Ada, window))?;
    for who in Who::ALL {
        go(world, &Act::Say(who, "/withdraw"))?;
    }
    settle(world)?;
    // Approvals lapse: they are given when the window opens.
    world.clock = start_of_window(world);
    for who in [Who::Grace, Who::Sam] {
        go(world, &Act::Say(who, "/approve-deploy"))?;
    }
    Ok(())
}

/// Ticks what is open; what cannot be ticked any more is left out by a maintainer.
fn settle(world: &mut World) -> Result<(), String> {
    const SKIPS: [&str; 4] = [
        "/skip schedule-rollout known",
        "/skip rollback-plan known",
        "/skip stakeholder-announcement known",
        "/skip stakeholder-update known",
    ];
    let deploying = world.rollout.is_deploying();
    let mine = |world: &World| {
        let items = world.rollout.items.iter();
        let open = items.filter(|item| {
            item.by == ItemActor::Person
                && item.state == ItemState::Open
                && (deploying || item.phase < rollcall::domain::phase::Phase::Deployment)
        });
        open.map(|item| item.id.clone()).collect::<Vec<_>>()
    };
    for item in mine(world) {
        let known = [
            "schedule-rollout",
            "rollback-plan",
            "stakeholder-announcement",
            "stakeholder-update",
        ];
        let index = known
            .iter()
            .position(|known| *known == item)
            .expect("a known item");
        go(world, &Act::Tick(Who::Ada, known[index], true))?;
        if mine(world).contains(&item) {
            go(world, &Act::Say(Who::Grace, SKIPS[index]))?;
        }
    }
    Ok(())
}

fn start_of_window(world: &World) -> Timestamp {
    let start = world.rollout.window.as_ref().map(|window| window.start);
    let soon = start.unwrap_or(world.clock) + SignedDuration::from_mins(5);
    soon.max(world.clock)
}
