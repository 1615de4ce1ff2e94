//! Where searches begin: the open issue, and places further on that are many steps away from it.

use super::{
    acts::Act,
    form::DAYS,
    world::{Who, World, gates_only},
};

const WINDOW: &str = "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m";

fn acts(stages: usize) -> Vec<Act> {
    let prepared = vec![
        Act::Say(Who::Ada, WINDOW),
        Act::Tick(Who::Ada, "rollback-plan", true),
        Act::Tick(Who::Ada, "stakeholder-announcement", true),
    ];
    let approved = vec![
        Act::Say(Who::Grace, "/approve-deploy"),
        Act::Say(Who::Sam, "/approve-deploy"),
    ];
    let in_window = vec![Act::Day(2)];
    let deploying = vec![Act::Say(Who::Ada, "/start-deploy")];
    [prepared, approved, in_window, deploying]
        .into_iter()
        .take(stages)
        .flatten()
        .collect()
}

/// The open issue; everything ticked; approved; approved and the window open; deploying.
///
/// # Errors
/// A law was broken on the way there.
pub fn starts() -> Result<Vec<(&'static str, World)>, String> {
    let names = [
        "just opened",
        "ticked",
        "approved",
        "in its window",
        "deploying",
    ];
    let mut starts = Vec::new();
    for (stages, name) in names.into_iter().enumerate() {
        let mut world = World::open(DAYS[0].parse().expect("a time"), gates_only());
        for act in acts(stages) {
            world = world
                .act(&act)?
                .ok_or_else(|| format!("{act:?} is not possible"))?;
        }
        if world.rollout.is_deploying() != (stages == 4) {
            return Err(format!("`{name}` was not reached"));
        }
        starts.push((name, world));
    }
    Ok(starts)
}
