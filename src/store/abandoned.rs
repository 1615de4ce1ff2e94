//! Work that broke off: the database failed, say, and so the lease could not be given back either.
//!
//! It would run out by itself, but for minutes all of its stream would wait. As long as this process lives it remembers,
//! and gives such leases back before it takes others.

use std::sync::Arc;

use super::dialect::Durability;
use super::held::Held;
use super::streams::{self, Lease};
use super::{Store, StoreError};

/// The work on a leased row. However it ends, its lease ends with it.
#[derive(Debug)]
pub struct Work {
    held: Arc<Held>,
    inbox: bool,
    id: i64,
    /// By what its lease is known.
    known_by: Option<i64>,
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(known_by) = self.known_by {
            self.held.abandon(self.inbox, self.id, known_by);
        }
    }
}

impl Store {
    /// The work on an arrival that was just leased. To be kept until it ended.
    #[must_use]
    pub fn work_on_arrival(&self, id: i64) -> Work {
        self.work_on(true, id)
    }

    /// The work on an effect that was just leased. To be kept until it ended.
    #[must_use]
    pub fn work_on_effect(&self, id: i64) -> Work {
        self.work_on(false, id)
    }

    fn work_on(&self, inbox: bool, id: i64) -> Work {
        Work {
            held: Arc::clone(&self.held),
            inbox,
            id,
            known_by: self.held.known_by(inbox, id),
        }
    }

    /// Writes down what was performed and gives back what was abandoned, in this order: nobody shall perform it again.
    pub(super) async fn make_up_for_failures(&self) -> Result<(), StoreError> {
        self.finish_rest().await?;
        while let Some(lease) = self.held.next_abandoned() {
            if let Err(error) = self.give_back(&lease).await {
                self.held.abandon_again(lease);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn give_back(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut tx = self.database.begin(Durability::Light).await?;
        // One that ran out meanwhile may be another's.
        if streams::give_back(&mut tx, &lease.queue, &lease.stream, lease.until).await? {
            streams::settle(&mut tx, &lease.queue, &lease.stream).await?;
        }
        Ok(tx.commit().await?)
    }
}
