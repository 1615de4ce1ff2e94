//! What handling an arrival writes: rollout, ledger, effects and "handled", together or not at all.

use jiff::Timestamp;

use super::database::Tx;
use super::dialect::Durability;
use super::inbox::accept::{insert_arrivals, touch_arrivals};
use super::inbox::finish::finish;
use super::ledger::append_ledger;
use super::outbox::put::{put_effects, touch_effects};
use super::rollouts::save_rollout;
use super::streams::{self, INBOX, Lease, Touched};
use super::{Arrival, EffectRow, LedgerRow, RolloutRow, Store, StoreError};

/// Everything that handling one arrival writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// The leased arrival; it ends as handled.
    pub arrival: i64,
    /// The rollout after the decision, with the version that was read (0: a new one).
    pub rollout: Option<RolloutRow>,
    /// The ledger's new entries.
    pub ledger: Vec<LedgerRow>,
    /// What to perform. Of the same key, the order counts.
    pub effects: Vec<EffectRow>,
    /// What to handle next: fan-out.
    pub arrivals: Vec<Arrival>,
}

/// Whether it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// All of it, durably.
    Done,
    /// Nothing: the rollout has a newer version, another one took its target, or the arrival is no longer leased by this process.
    Conflict,
}

impl Store {
    /// Writes the outcome of an arrival in one transaction.
    ///
    /// # Errors
    /// The database failed: nothing was written.
    pub async fn commit(&self, commit: Commit, now: Timestamp) -> Result<Committed, StoreError> {
        let Ok(lease) = self.held.arrival(commit.arrival) else {
            return Ok(Committed::Conflict);
        };
        let mut tx = self.database.begin(Durability::Full).await?;
        if !write(&mut tx, &commit, &lease, now).await? {
            tx.rollback().await?;
            return Ok(Committed::Conflict);
        }
        tx.commit().await?;
        self.held.forget(commit.arrival, &lease);
        self.arrivals.ring();
        if !commit.effects.is_empty() {
            self.departures.ring();
        }
        Ok(Committed::Done)
    }
}

/// False: conflict. Streams come first, then the rollout, whose row is also the lock of its effects, so that two processes never
/// wait for each other. Effects keep the order in which they were decided: of those that are due together, the first goes out first.
async fn write(
    tx: &mut Tx,
    commit: &Commit,
    lease: &Lease,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut arrivals = commit.arrivals.clone();
    arrivals.sort_by(|a, b| a.key.cmp(&b.key));

    let mut touched = Touched::default();
    let rollout = commit.rollout.as_ref();
    let owner = rollout.map_or(lease.installation, |rollout| rollout.installation);
    touch_effects(&mut touched, &commit.effects, owner);
    touch_arrivals(&mut touched, &arrivals);
    touched.own(lease);
    if !touched.write(tx).await? {
        return Ok(false);
    }
    if let Some(rollout) = &commit.rollout
        && !save_rollout(tx, rollout).await?
    {
        return Ok(false);
    }
    append_ledger(tx, &commit.ledger).await?;
    put_effects(tx, &commit.effects).await?;
    insert_arrivals(tx, &arrivals).await?;
    finish(tx, commit.arrival, "handled", None, Some(now)).await?;
    streams::settle(tx, INBOX, &lease.stream).await?;
    Ok(true)
}
