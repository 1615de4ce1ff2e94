//! Whose turn it is in the inbox, in this process. Lost with it: somebody is then served twice in a row, no more.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// One worker at a time looks for work. So they find different work, instead of all running for the same.
#[derive(Debug)]
pub(super) struct Turns {
    /// How many looks have begun.
    begun: AtomicU64,
    /// How many arrivals of one installation may be under work.
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

    pub(super) fn share(&self) -> usize {
        self.share.load(Ordering::Relaxed)
    }

    pub(super) fn set_share(&self, share: usize) {
        self.share.store(share, Ordering::Relaxed);
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
