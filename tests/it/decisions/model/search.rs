//! The search: every state that can be reached in so many steps, each once, nearest first.

use super::{
    acts::{Act, all},
    form::form,
    rescue,
    world::World,
};
use rollcall::domain::rollout::{Rollout, Stage};
use std::collections::HashSet;

/// What a search has seen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// States, each counted once.
    pub states: usize,
    /// Steps from one state to another, each held to the laws.
    pub steps: usize,
    /// States in which a deployment runs; from each the way back was taken.
    pub deploying: usize,
    /// States that are an end.
    pub ends: usize,
    /// Whether no state was left whose acts were not tried.
    pub whole: bool,
}

/// Visits every state within `depth` acts of these.
///
/// # Errors
/// The law that was broken, and the acts that lead there.
pub fn search(
    from: Vec<World>,
    depth: usize,
    mut tell: impl FnMut(usize, &Seen),
) -> Result<Seen, String> {
    let acts = all();
    let mut seen = Seen::default();
    let mut known = HashSet::new();
    let mut edge: Vec<(World, Vec<u16>)> = Vec::new();
    for world in from {
        if known.insert(form(&world)) {
            arrive(&world, &mut seen)?;
            edge.push((world, Vec::new()));
        }
    }
    for level in 0..depth {
        tell(level, &seen);
        let mut next = Vec::new();
        for (world, path) in edge {
            for (index, act) in acts.iter().enumerate() {
                let told = |broken: String| explain(&broken, &acts, &path, act);
                let Some(after) = world.act(act).map_err(told)? else {
                    continue;
                };
                seen.steps += 1;
                if !known.insert(form(&after)) {
                    continue;
                }
                arrive(&after, &mut seen).map_err(told)?;
                let path = [path.as_slice(), &[u16::try_from(index).unwrap_or(u16::MAX)]].concat();
                next.push((after, path));
            }
        }
        edge = next;
    }
    seen.whole = edge.is_empty();
    tell(depth, &seen);
    Ok(seen)
}

/// What must hold of a state, whatever led there.
fn arrive(world: &World, seen: &mut Seen) -> Result<(), String> {
    seen.states += 1;
    let stored = serde_json::to_string(&world.rollout).map_err(|error| error.to_string())?;
    let loaded: Rollout = serde_json::from_str(&stored).map_err(|error| error.to_string())?;
    if loaded != world.rollout {
        return Err("what is stored is not what is loaded".to_owned());
    }
    match world.rollout.stage {
        Stage::Deploying { .. } => seen.deploying += 1,
        Stage::Finished(_) => seen.ends += 1,
        Stage::Preparing => {}
    }
    rescue::start(world)?;
    rescue::roll_back(world)?;
    rescue::complete(world)
}

fn explain(broken: &str, acts: &[Act], path: &[u16], last: &Act) -> String {
    let mut lines = vec![broken.to_owned(), "after".to_owned()];
    lines.extend(
        path.iter()
            .map(|index| format!("  {:?}", acts[usize::from(*index)])),
    );
    lines.push(format!("  {last:?}"));
    lines.join("\n")
}
