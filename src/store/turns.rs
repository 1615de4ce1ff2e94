//! Whose turn it is in a queue, in this process. Lost with it: somebody is then served twice in a row, no more.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::{Mutex, MutexGuard};

use super::streams;
use super::{Store, StoreError};

/// The turns of every queue that was looked at.
#[derive(Debug, Default)]
pub(super) struct TurnsByQueue(std::sync::Mutex<BTreeMap<String, Arc<Turns>>>);

impl TurnsByQueue {
    pub(super) fn of(&self, queue: &str) -> Arc<Turns> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(queue.to_owned()).or_default())
    }
}

/// One worker at a time looks for work. So they find different work, instead of all running for the same.
#[derive(Debug)]
pub(super) struct Turns {
    /// How many looks have begun.
    begun: AtomicU64,
    /// How many rows of one installation may be under work.
    share: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    /// The installation that was served last.
    pub(super) last: i64,
    /// The newest look that found nothing.
    empty: u64,
}

/// The right to look for work.
pub(super) struct Turn<'a> {
    look: u64,
    state: MutexGuard<'a, State>,
}

impl Default for Turns {
    fn default() -> Self {
        let state = State {
            last: i64::MIN,
            empty: 0,
        };
        Self {
            begun: AtomicU64::new(0),
            share: AtomicUsize::new(usize::MAX),
            state: Mutex::new(state),
        }
    }
}

impl Turns {
    /// Waits for its turn. None: meanwhile another has looked and found nothing, so there is nothing here either.
    pub(super) async fn take(&self) -> Option<Turn<'_>> {
        let asked = self.begun.load(Ordering::SeqCst);
        let state = self.state.lock().await;
        if state.empty > asked {
            return None;
        }
        let look = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        Some(Turn { look, state })
    }
}

impl Turn<'_> {
    /// Whoever asked before this look began need not look again.
    pub(super) fn nothing_found(&mut self) {
        self.state.empty = self.look;
    }
}

impl Deref for Turn<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Store {
    /// From now on this process works on at most so many rows of one installation in this queue (`inbox`, or a channel of the outbox) at
    /// the same time. What one installation brings about, and however long the other side takes over it, leaves the other workers to the
    /// others.
    pub fn share_among_installations(&self, queue: &str, share: usize) {
        let turns = self.turns.of(queue);
        turns.share.store(share, Ordering::Relaxed);
    }

    /// A stream that is due, and whose it is. Looks at every installation once, beginning after the one that was served last.
    pub(super) async fn next_in_turn(
        &self,
        queue: &str,
        (turns, last): (&Turns, i64),
        now: i64,
    ) -> Result<Option<(String, i64)>, StoreError> {
        // Timers are many and seldom due: this is found without looking at each of them.
        if !streams::is_any_due(&self.database, queue, now).await? {
            return Ok(None);
        }
        let share = turns.share.load(Ordering::Relaxed);
        let full = self.held.installations_with(queue, share, now);
        let (mut after, mut is_second_round) = (last, false);
        loop {
            match streams::next_stream_after(&self.database, queue, after, now).await? {
                Some((_, installation)) if is_second_round && installation > last => {
                    return Ok(None);
                }
                Some((_, installation)) if full.contains(&installation) => after = installation,
                Some(next) => return Ok(Some(next)),
                None if is_second_round => return Ok(None),
                None => (after, is_second_round) = (i64::MIN, true),
            }
        }
    }
}
