//! How the work on an arrival ends: handled, put off, given up, or asked for again.

use jiff::Timestamp;

use super::super::database::Tx;
use super::super::dialect::Durability;
use super::super::row::{clean, micros};
use super::super::streams::{self, INBOX, Lease, Touched};
use super::super::{Store, StoreError};
use super::accept::{insert_arrivals, touch_arrivals};
use super::{Arrival, Outcome, Replayed};

impl Store {
    /// Ends the work on an arrival that changed no rollout. One that did ends in [`Store::commit`].
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn finish_arrival(
        &self,
        id: i64,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (state, reason) = match outcome {
            Outcome::Handled => ("handled", None),
            Outcome::Ignored(reason) => ("ignored", Some(reason)),
            Outcome::Unreadable(reason) => ("unreadable", Some(reason)),
        };
        let (mut tx, lease) = self.end_lease(id).await?;
        finish(&mut tx, id, state, reason.as_deref(), Some(now)).await?;
        self.settle_arrival(tx, id, lease).await
    }

    /// Puts an arrival off, and all that came after it in its stream: GitHub could not be reached, say.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn release_arrival(
        &self,
        id: i64,
        retry_at: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        // An arrival that nobody could route waits in a stream of its own: it must not hold up the others.
        const RELEASE: &str = "UPDATE inbox SET ready_at = $2, reason = $3,
            stream = CASE WHEN substr(stream, 1, 1) = '?' THEN '?:' || key ELSE stream END
            WHERE id = $1 RETURNING stream";
        let (mut tx, lease) = self.end_lease(id).await?;
        let stream: String = sqlx::query_scalar(RELEASE)
            .bind(id)
            .bind(micros(retry_at))
            .bind(clean(error))
            .fetch_one(&mut *tx)
            .await?;
        if stream != lease.stream {
            let due = micros(retry_at);
            streams::touch_stream(&mut tx, INBOX, &stream, due, lease.installation).await?;
        }
        self.settle_arrival(tx, id, lease).await
    }

    /// Gives an arrival up. It is kept and counted, and its stream goes on; [`Store::replay`] brings it back. The notices are
    /// written with it or not at all.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn park_arrival(
        &self,
        id: i64,
        error: &str,
        mut notices: Vec<Arrival>,
    ) -> Result<(), StoreError> {
        notices.sort_by(|a, b| a.key.cmp(&b.key));
        let (mut tx, lease) = self.end_lease_with(id, &notices).await?;
        insert_arrivals(&mut tx, &notices).await?;
        finish(&mut tx, id, "parked", Some(error), None).await?;
        self.settle_arrival(tx, id, lease).await
    }

    /// Queues an arrival again, whatever became of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replay(&self, key: &str, now: Timestamp) -> Result<Replayed, StoreError> {
        const STREAM: &str = "SELECT stream, COALESCE(installation, 0) AS installation, pruned FROM inbox WHERE key = $1";
        const REPLAY: &str = "UPDATE inbox
            SET state = 'queued', ready_at = $2, attempts = 0, reason = NULL, finished_at = NULL
            WHERE key = $1 AND state <> 'queued' AND pruned = 0";
        let mut tx = self.database.begin(Durability::Full).await?;
        let found: Option<(String, i64, i64)> = sqlx::query_as(STREAM)
            .bind(key)
            .fetch_optional(&mut *tx)
            .await?;
        let Some((stream, installation, pruned)) = found else {
            return Ok(Replayed::Unknown);
        };
        if pruned != 0 {
            return Ok(Replayed::Gone);
        }
        streams::touch_stream(&mut tx, INBOX, &stream, micros(now), installation).await?;
        sqlx::query(REPLAY)
            .bind(key)
            .bind(micros(now))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.arrivals.ring();
        Ok(Replayed::Yes)
    }

    async fn end_lease(&self, id: i64) -> Result<(Tx, Lease), StoreError> {
        self.end_lease_with(id, &[]).await
    }

    /// Ends a lease in a transaction that adds these arrivals.
    async fn end_lease_with(
        &self,
        id: i64,
        arrivals: &[Arrival],
    ) -> Result<(Tx, Lease), StoreError> {
        let lease = self.held.arrival(id)?;
        let mut tx = self.database.begin(Durability::Light).await?;
        let mut touched = Touched::default();
        touch_arrivals(&mut touched, arrivals);
        touched.own(&lease);
        if touched.write(&mut tx).await? {
            return Ok((tx, lease));
        }
        self.held.forget(id, &lease);
        Err(StoreError::LeaseLost { queue: INBOX, id })
    }

    async fn settle_arrival(&self, mut tx: Tx, id: i64, lease: Lease) -> Result<(), StoreError> {
        streams::settle(&mut tx, INBOX, &lease.stream).await?;
        tx.commit().await?;
        self.held.forget(id, &lease);
        self.arrivals.ring();
        Ok(())
    }
}

/// Writes how an arrival ended. Its lease was given back before.
pub(in super::super) async fn finish(
    tx: &mut Tx,
    id: i64,
    state: &str,
    reason: Option<&str>,
    now: Option<Timestamp>,
) -> Result<(), StoreError> {
    const FINISH: &str = "UPDATE inbox SET state = $2, reason = $3, finished_at = $4 WHERE id = $1";
    sqlx::query(FINISH)
        .bind(id)
        .bind(state)
        .bind(reason.map(clean))
        .bind(now.map(micros))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
