//! What is tried from a state: to deploy, to take it back, to hear the same again, and the way on to completion.

use super::{
    acts::Act,
    form::{day, form},
    world::{Who, World},
};
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    approval::{Word, newest_words},
    event::What,
    phase::Phase,
    rollout::{End, Expedite, HoldCause, ItemState, Stage},
    template::ItemActor,
};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Somebody tries to deploy here, allowed or not: the laws of the step say whether it may start.
///
/// # Errors
/// The law that was broken.
pub fn start(world: &World) -> Result<(), String> {
    world.act(&Act::Say(Who::Ada, "/start-deploy")).map(|_| ())
}

/// Whoever deploys tries to take it back, whatever holds: the laws of the step say that it ends at once.
///
/// # Errors
/// The deployment went on.
pub fn roll_back(world: &World) -> Result<(), String> {
    if world.rollout.is_deploying() {
        world.act(&Act::Say(Who::Ada, "/rollback errors"))?;
    }
    Ok(())
}

/// The same act, with every delivery of it coming twice in a row.
///
/// # Errors
/// The law that was broken.
pub fn twice(world: &World, act: &Act) -> Result<(), String> {
    let mut world = world.clone();
    world.doubled = true;
    world.act(act).map(|_| ())
}

/// The newest comments come once more, after whatever has happened since.
///
/// # Errors
/// The law that was broken.
pub fn again(world: &World) -> Result<(), String> {
    for comment in world.brought.iter().rev().take(2) {
        world.clone().deliver(comment)?;
    }
    Ok(())
}

/// States from which completion was reached. Two worlds of one form go on in the same way, so a way that comes to one of them is known to
/// lead on.
#[derive(Default)]
pub struct Ways(Mutex<HashSet<u64>>);

impl Ways {
    fn knows(&self, form: u64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&form)
    }

    fn learn(&self, forms: Vec<u64>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(forms);
    }
}

/// A way on, as far as it was gone.
struct Way<'a> {
    world: World,
    passed: Vec<u64>,
    ways: &'a Ways,
}

/// Why a way is gone no further.
enum Stop {
    /// From here on it is known.
    Known,
    /// A law is broken, or there is no way.
    Broken(String),
}

impl Way<'_> {
    fn go(&mut self, act: &Act) -> Result<(), Stop> {
        let Some(after) = self.world.act(act).map_err(Stop::Broken)? else {
            return Ok(());
        };
        self.world = after;
        let form = form(&self.world);
        if self.ways.knows(form) {
            return Err(Stop::Known);
        }
        self.passed.push(form);
        Ok(())
    }
}

/// Brings the rollout to completion, by acts of people who may.
///
/// # Errors
/// It did not get there, or a law was broken on the way.
pub fn complete(world: &World, form: u64, ways: &Ways) -> Result<(), String> {
    if world.rollout.is_finished() || ways.knows(form) {
        return Ok(());
    }
    let mut way = Way {
        world: world.clone(),
        passed: vec![form],
        ways,
    };
    match to_completion(&mut way) {
        Err(Stop::Broken(broken)) => Err(broken),
        Ok(()) | Err(Stop::Known) => {
            ways.learn(way.passed);
            Ok(())
        }
    }
}

fn to_completion(way: &mut Way<'_>) -> Result<(), Stop> {
    release(way)?;
    if way.world.rollout.is_finished() {
        return Ok(());
    }
    if way.world.rollout.stage == Stage::Preparing {
        prepare(way)?;
        way.go(&Act::Say(Who::Ada, "/start-deploy"))?;
        if way.world.rollout.stage == Stage::Preparing {
            let items = way.world.rollout.items.iter();
            let states: Vec<_> = items.map(|item| (&item.id, &item.state)).collect();
            return Err(Stop::Broken(format!(
                "there is no way to a deployment: {states:?}"
            )));
        }
    }
    settle(way)?;
    match &way.world.rollout.stage {
        Stage::Finished(finish) if finish.end == End::Completed => Ok(()),
        stage => Err(Stop::Broken(format!(
            "there is no way to completion: {stage:?}"
        ))),
    }
}

/// Whatever holds the rollout is undone. What is over by then (uninstalled, given up) needs no way on.
fn release(way: &mut Way<'_>) -> Result<(), Stop> {
    (way.world.sam_lost, way.world.stepped_back) = (false, false);
    way.go(&Act::Arrive)?;
    for (cause, what) in [
        (HoldCause::Suspended, What::InstallationResumed),
        (HoldCause::RepositoryLost, What::RepositoryFound),
    ] {
        if way.world.rollout.holds.contains_key(&cause) {
            way.go(&Act::Around(Who::Grace, what))?;
        }
    }
    way.go(&Act::Open(Who::Ada, true))?;
    if way.world.rollout.holds.contains_key(&HoldCause::Closed) {
        way.world.clock += SignedDuration::from_mins(10);
        way.go(&Act::Around(Who::Grace, What::Reconciled))?;
    }
    let glass = way.world.rollout.gates.glass();
    if glass.is_some_and(Expedite::is_open) {
        way.go(&Act::Say(Who::Ada, "/confirm-expedite"))?;
    }
    let deadline = What::DeadlinePassed {
        name: "gates".to_owned(),
    };
    way.go(&Act::Around(Who::Grace, deadline))?;
    if !way.world.rollout.holds.is_empty() {
        way.go(&Act::Say(Who::Ada, "/resume"))?;
    }
    Ok(())
}

/// Everything before the deployment, as it stands in the help.
fn prepare(way: &mut Way<'_>) -> Result<(), Stop> {
    let window = if day(way.world.clock) < 4 {
        "/schedule 2026-11-12 22:00 UTC for 2h downtime 10m"
    } else {
        "/schedule 2026-11-20 22:00 UTC for 2h downtime 10m"
    };
    way.go(&Act::Say(Who::Ada, window))?;
    for who in Who::ALL {
        let words = newest_words(&way.world.rollout.votes).into_iter();
        let mut own = words.filter(|vote| vote.person.id == who.person().id);
        if own.any(|vote| vote.word != Word::Withdraw) {
            way.go(&Act::Say(who, "/withdraw"))?;
        }
    }
    // Whoever changed what would be deployed does not count: the opener stands behind the way back.
    let others = |world: &World| {
        let mut changers = world.rollout.changers.values();
        changers.any(|changer| changer.by != Some(Who::Ada.person()))
    };
    if others(&way.world) {
        way.go(&Act::Say(
            Who::Ada,
            "/evidence rollback-plan kubectl rollout undo",
        ))?;
    }
    settle(way)?;
    // Approvals lapse: they are given when the window opens.
    way.world.clock = start_of_window(&way.world);
    for who in [Who::Grace, Who::Sam] {
        way.go(&Act::Say(who, "/approve-deploy"))?;
    }
    Ok(())
}

/// The items that people settle, and how a maintainer leaves each out.
const SETTLED: [(&str, &str); 4] = [
    ("schedule-rollout", "/skip schedule-rollout known"),
    ("rollback-plan", "/skip rollback-plan known"),
    (
        "stakeholder-announcement",
        "/skip stakeholder-announcement known",
    ),
    ("stakeholder-update", "/skip stakeholder-update known"),
];

/// Ticks what is open; what cannot be ticked any more is left out by a maintainer.
fn settle(way: &mut Way<'_>) -> Result<(), Stop> {
    let deploying = way.world.rollout.is_deploying();
    let is_open = |world: &World, id: &str| {
        world.rollout.item(id).is_some_and(|item| {
            item.by == ItemActor::Person
                && item.state == ItemState::Open
                && (deploying || item.phase < Phase::Deployment)
        })
    };
    for (id, skip) in SETTLED {
        if is_open(&way.world, id) {
            way.go(&Act::Tick(Who::Ada, id, true))?;
        }
        if is_open(&way.world, id) {
            way.go(&Act::Say(Who::Grace, skip))?;
        }
    }
    Ok(())
}

fn start_of_window(world: &World) -> Timestamp {
    let start = world.rollout.window.as_ref().map(|window| window.start);
    let soon = start.unwrap_or(world.clock) + SignedDuration::from_mins(5);
    soon.max(world.clock)
}
