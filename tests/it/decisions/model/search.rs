//! The search: every state that can be reached in so many steps, each once, nearest first. All cores take part.

use super::{
    acts::{Act, all},
    form::form,
    laws,
    rescue::{self, Ways},
    world::World,
};
use rollcall::domain::rollout::Stage;
use std::{
    collections::HashSet,
    ops::AddAssign,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What a search has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.states += other.states;
        self.steps += other.steps;
        self.deploying += other.deploying;
        self.ends += other.ends;
    }
}

/// A state on the edge of what is known: the station, and the acts that lead from it. Worlds are large, and made again from these.
struct Found {
    station: usize,
    path: Vec<u16>,
}

/// What all threads share.
struct Search {
    stations: Vec<(&'static str, World)>,
    acts: Vec<Act>,
    known: Mutex<HashSet<u64>>,
    ways: Ways,
    /// Whether the states that are found now are the last: their own acts will not be tried.
    last: bool,
}

/// Visits every state within `depth` acts of these, on so many threads.
///
/// # Errors
/// The law that was broken, and the acts that lead there.
pub fn search(
    from: Vec<(&'static str, World)>,
    depth: usize,
    threads: usize,
    mut tell: impl FnMut(usize, &Seen),
) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let mut search = Search {
        stations: from,
        acts: all(),
        known: Mutex::default(),
        ways: Ways::default(),
        last: depth == 0,
    };
    let mut edge = Vec::new();
    for (station, (name, world)) in search.stations.iter().enumerate() {
        let form = form(world);
        if search.is_new(form) {
            let told = |broken| format!("{broken}\nat the station `{name}`");
            seen += search.arrive(world, form).map_err(told)?;
            let path = Vec::new();
            edge.push(Found { station, path });
        }
    }
    for level in 0..depth {
        tell(level, &seen);
        search.last = level + 1 == depth;
        let (more, next) = search.widen(&edge, threads)?;
        seen += more;
        seen.whole = more.states == 0;
        edge = next;
    }
    tell(depth, &seen);
    Ok(seen)
}

impl Search {
    /// Takes every act from every state on the edge.
    fn widen(&self, edge: &[Found], threads: usize) -> Result<(Seen, Vec<Found>), String> {
        let turn = AtomicUsize::new(0);
        let work = || -> Result<(Seen, Vec<Found>), String> {
            let (mut seen, mut next) = (Seen::default(), Vec::new());
            while let Some(found) = edge.get(turn.fetch_add(1, Ordering::Relaxed)) {
                let more = self.leave(found, &mut next);
                seen += more.inspect_err(|_| turn.store(edge.len(), Ordering::Relaxed))?;
            }
            Ok((seen, next))
        };
        let parts: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect()
        });
        let (mut seen, mut edge) = (Seen::default(), Vec::new());
        for part in parts {
            let part = part.map_err(|_| "a thread panicked".to_owned())?;
            let (more, next) = part?;
            seen += more;
            edge.extend(next);
        }
        Ok((seen, edge))
    }

    /// Takes every act from one state.
    fn leave(&self, from: &Found, next: &mut Vec<Found>) -> Result<Seen, String> {
        let mut seen = Seen::default();
        let before = self.world(from)?;
        for (index, act) in self.acts.iter().enumerate() {
            let told = |broken: String| self.explain(&broken, from, act);
            let Some(world) = before.act(act).map_err(told)? else {
                continue;
            };
            seen.steps += 1;
            let form = form(&world);
            if !self.is_new(form) {
                continue;
            }
            rescue::twice(&before, act).map_err(told)?;
            seen += self.arrive(&world, form).map_err(told)?;
            if !self.last {
                let last = u16::try_from(index).unwrap_or(u16::MAX);
                next.push(Found {
                    station: from.station,
                    path: from.path.iter().copied().chain([last]).collect(),
                });
            }
        }
        Ok(seen)
    }

    /// The world at the end of the path.
    fn world(&self, found: &Found) -> Result<World, String> {
        let mut world = self.stations[found.station].1.clone();
        for act in self.acts_to(found) {
            world = world.act(act)?.ok_or("a path cannot be gone twice")?;
        }
        Ok(world)
    }

    fn acts_to(&self, found: &Found) -> impl Iterator<Item = &Act> {
        let path = found.path.iter();
        path.map(|index| &self.acts[usize::from(*index)])
    }

    fn is_new(&self, form: u64) -> bool {
        let known = self.known.lock();
        known.unwrap_or_else(PoisonError::into_inner).insert(form)
    }

    /// What must hold of a state, whatever led there.
    fn arrive(&self, world: &World, form: u64) -> Result<Seen, String> {
        laws::stored(&world.rollout)?;
        rescue::again(world)?;
        if self.last {
            rescue::start(world)?;
            rescue::roll_back(world)?;
        }
        rescue::complete(world, form, &self.ways)?;
        Ok(Seen {
            states: 1,
            deploying: usize::from(world.rollout.is_deploying()),
            ends: usize::from(matches!(world.rollout.stage, Stage::Finished(_))),
            ..Seen::default()
        })
    }

    fn explain(&self, broken: &str, from: &Found, last: &Act) -> String {
        let acts = self.acts_to(from).chain([last]);
        let acts: Vec<String> = acts.map(|act| format!("  {act:?}")).collect();
        let (station, acts) = (self.stations[from.station].0, acts.join("\n"));
        format!("{broken}\nat the station `{station}`, after\n{acts}")
    }
}
