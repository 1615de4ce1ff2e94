//! The leases that this process holds. A lost one is worked on again when it runs out: nothing depends on this map but
//! the right to finish.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::StoreError;
use super::streams::{INBOX, Lease};

/// Leases by queue (true: the inbox) and row.
type Leases = HashMap<(bool, i64), Lease>;

#[derive(Debug, Default)]
pub(super) struct Held {
    leases: Mutex<Leases>,
    /// Nobody works under them any more, but the database has not heard of it.
    abandoned: Mutex<Vec<Lease>>,
}

impl Held {
    pub(super) fn put(&self, id: i64, lease: Lease) {
        self.all().insert((lease.queue == INBOX, id), lease);
    }

    pub(super) fn arrival(&self, id: i64) -> Result<Lease, StoreError> {
        self.find(true, id)
            .ok_or(StoreError::LeaseLost { queue: INBOX, id })
    }

    pub(super) fn effect(&self, id: i64) -> Result<Lease, StoreError> {
        self.find(false, id).ok_or(StoreError::LeaseLost {
            queue: "outbox",
            id,
        })
    }

    /// The database has made a lease longer.
    pub(super) fn prolong(&self, id: i64, lease: &Lease, until: i64) {
        if let Some(held) = self.all().get_mut(&(lease.queue == INBOX, id))
            && held == lease
        {
            held.until = until;
        }
    }

    /// Forgets a lease once the database has ended it. A newer lease of the same row stays.
    pub(super) fn forget(&self, id: i64, lease: &Lease) {
        let key = (lease.queue == INBOX, id);
        let mut all = self.all();
        if all.get(&key) == Some(lease) {
            all.remove(&key);
        }
    }

    /// The installations that have at least so many rows of a queue under work.
    pub(super) fn installations_with(&self, queue: &str, leases: usize, now: i64) -> BTreeSet<i64> {
        let mut counts = HashMap::<i64, usize>::new();
        for lease in self.all().values() {
            if lease.queue == queue && lease.until > now {
                *counts.entry(lease.installation).or_default() += 1;
            }
        }
        let full = counts.into_iter().filter(|(_, count)| *count >= leases);
        full.map(|(installation, _)| installation).collect()
    }

    pub(super) fn forget_worker(&self, worker: &str) {
        self.all().retain(|_, lease| lease.worker != worker);
    }

    /// By what the lease of a row is known.
    pub(super) fn known_by(&self, inbox: bool, id: i64) -> Option<i64> {
        self.find(inbox, id).map(|lease| lease.first_until)
    }

    /// The work on a row ended. If its lease still stands, the database has not heard of it. A newer lease of the same
    /// row stays.
    pub(super) fn abandon(&self, inbox: bool, id: i64, known_by: i64) {
        let mut all = self.all();
        if all
            .get(&(inbox, id))
            .is_some_and(|lease| lease.first_until == known_by)
        {
            self.abandoned().extend(all.remove(&(inbox, id)));
        }
    }

    pub(super) fn next_abandoned(&self) -> Option<Lease> {
        self.abandoned().pop()
    }

    pub(super) fn abandon_again(&self, lease: Lease) {
        self.abandoned().push(lease);
    }

    fn abandoned(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.abandoned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, inbox: bool, id: i64) -> Option<Lease> {
        self.all().get(&(inbox, id)).cloned()
    }

    fn all(&self) -> MutexGuard<'_, Leases> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
