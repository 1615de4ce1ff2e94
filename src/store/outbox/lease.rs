//! Leasing an effect.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::super::database::Tx;
use super::super::row::{length, micros};
use super::super::streams::{self, Lease};
use super::super::{Store, StoreError};
use super::LeasedEffect;

impl Store {
    /// The effect of a channel that has been due for the longest time in a stream that nobody else is working on. Installations take
    /// turns, and none has more than its share of this process: see [`Store::share_among_installations`].
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn lease_effect(
        &self,
        channel: &str,
        now: Timestamp,
        lease_for: Duration,
        worker: &str,
    ) -> Result<Option<LeasedEffect>, StoreError> {
        let turns = self.turns.of(channel);
        let Some(mut turn) = turns.take().await else {
            return Ok(None);
        };
        let now = micros(now);
        self.heed(channel, now).await?;
        self.make_up_for_failures().await?;
        while let Some(next) = self.next_in_turn(channel, (&turns, turn.last), now).await? {
            turn.last = next.1;
            let until = now.saturating_add(length(lease_for));
            let lease = Lease::of(channel, next, worker, until);
            let mut tx = self.database.begin(self.database.try_durability()).await?;
            if !streams::take(&mut tx, &lease, now).await? {
                continue;
            }
            let head = lease_head(&mut tx, &lease, now).await?;
            if head.is_none() {
                streams::settle(&mut tx, channel, &lease.stream).await?;
            }
            tx.commit().await?;
            if let Some(row) = head {
                let leased = LeasedEffect::try_from(&row)?;
                let generation = leased.generation;
                let lease = Lease {
                    generation,
                    ..lease
                };
                self.held.put(leased.id, lease);
                return Ok(Some(leased));
            }
        }
        turn.nothing_found();
        Ok(None)
    }

    /// When a channel has to be looked at next: the earliest time at which an effect is due or a lease ends.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_departure(&self, channel: &str) -> Result<Option<Timestamp>, StoreError> {
        const NEXT: &str = "SELECT due FROM streams WHERE queue = $1 ORDER BY due LIMIT 1";
        let due: Option<i64> = sqlx::query_scalar(NEXT)
            .bind(channel)
            .fetch_optional(self.database.reader())
            .await?;
        Ok(due.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
    }

    /// What the other side called the effect with this key when it was last performed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remote_of(&self, key: &str) -> Result<Option<String>, StoreError> {
        const REMOTE: &str = "SELECT remote FROM outbox WHERE key = $1";
        let remote: Option<Option<String>> = sqlx::query_scalar(REMOTE)
            .bind(key)
            .fetch_optional(self.database.reader())
            .await?;
        Ok(remote.flatten())
    }

    /// Whether an effect with this key was ever put.
    ///
    /// # Errors
    /// The database failed.
    pub async fn knows_effect(&self, key: &str) -> Result<bool, StoreError> {
        const KNOWN: &str = "SELECT id FROM outbox WHERE key = $1";
        let known: Option<i64> = sqlx::query_scalar(KNOWN)
            .bind(key)
            .fetch_optional(self.database.reader())
            .await?;
        Ok(known.is_some())
    }
}

async fn lease_head(tx: &mut Tx, lease: &Lease, now: i64) -> Result<Option<AnyRow>, StoreError> {
    const LEASE: &str = "UPDATE outbox SET attempts = attempts + 1
        WHERE id = (SELECT id FROM outbox
            WHERE channel = $1 AND stream = $2 AND state = 'queued' ORDER BY due, id LIMIT 1)
        AND due <= $3 AND state = 'queued'
        RETURNING id, key, attempts, generation, payload, stream, rollout, remote";
    let head = sqlx::query(LEASE)
        .bind(lease.queue.as_str())
        .bind(lease.stream.as_str())
        .bind(now);
    Ok(head.fetch_optional(&mut **tx).await?)
}
