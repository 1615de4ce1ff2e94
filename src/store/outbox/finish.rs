//! How a try to perform an effect ends: performed, to be tried again, or given up.

use jiff::Timestamp;

use super::super::database::Tx;
use super::super::dialect::Durability;
use super::super::inbox::Arrival;
use super::super::inbox::accept::{insert_arrivals, touch_arrivals};
use super::super::row::{clean, micros};
use super::super::streams::{self, Lease, Touched};
use super::super::{Store, StoreError};
use super::unfinished::Finish;
use crate::domain::retry::Retry;

impl Store {
    /// Records that an effect was performed, under which name the other side knows it, and the receipts.
    ///
    /// When a newer payload was put meanwhile, the effect stays queued. It is recorded even when the lease was lost: it
    /// did happen.
    ///
    /// # Errors
    /// The database failed. It is recorded before this process leases another effect; when the process ends first, the
    /// effect will be performed again.
    pub async fn finish_effect(
        &self,
        id: i64,
        generation: i64,
        remote: Option<String>,
        arrivals: Vec<Arrival>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let finish = Finish {
            id,
            generation,
            remote,
            arrivals,
            now,
        };
        let written = self.write_finish(&finish).await;
        if matches!(&written, Err(error) if error.retry() != Retry::Never) {
            self.unfinished.keep(finish).await;
        }
        written
    }

    pub(super) async fn write_finish(&self, finish: &Finish) -> Result<(), StoreError> {
        const FINISH: &str = "UPDATE outbox SET
            performed_at = $3,
            remote = COALESCE($4, remote),
            reason = NULL,
            due = CASE WHEN generation = $2 OR due > $3 + quiet THEN due ELSE $3 + quiet END,
            attempts = CASE WHEN generation = $2 THEN attempts ELSE 0 END,
            state = CASE WHEN generation = $2 THEN 'done' ELSE state END
            WHERE id = $1";
        let (id, arrivals) = (finish.id, &finish.arrivals);
        let (mut tx, held) = self.end_effect(id, Durability::Full, arrivals).await?;
        sqlx::query(FINISH)
            .bind(id)
            .bind(finish.generation)
            .bind(micros(finish.now))
            .bind(finish.remote.as_deref())
            .execute(&mut *tx)
            .await?;
        insert_arrivals(&mut tx, arrivals).await?;
        self.settle_effect(tx, id, held).await
    }

    /// Puts an effect off; others of its stream may go before it.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn retry_effect(
        &self,
        id: i64,
        due: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        const RETRY: &str =
            "UPDATE outbox SET due = $2, reason = $3 WHERE id = $1 AND state = 'queued'";
        let (mut tx, held) = self.end_effect(id, Durability::Light, &[]).await?;
        let Some(lease) = held else {
            return Err(lost(id));
        };
        sqlx::query(RETRY)
            .bind(id)
            .bind(micros(due))
            .bind(clean(error))
            .execute(&mut *tx)
            .await?;
        self.settle_effect(tx, id, Some(lease)).await
    }

    /// Gives an effect back that was not even tried, because the other side wants a rest. That counts as no try, and the whole stream
    /// rests: what is behind it would be kept waiting as well.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn rest_stream_of(&self, id: i64, until: Timestamp) -> Result<(), StoreError> {
        const NOT_TRIED: &str =
            "UPDATE outbox SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0";
        let (mut tx, held) = self.end_effect(id, Durability::Light, &[]).await?;
        let Some(lease) = held else {
            return Err(lost(id));
        };
        sqlx::query(NOT_TRIED).bind(id).execute(&mut *tx).await?;
        streams::rest(&mut tx, &lease.queue, &lease.stream, micros(until)).await?;
        tx.commit().await?;
        self.held.forget(id, &lease);
        Ok(())
    }

    /// Gives an effect up: a dead letter, kept and visible. A newer payload put meanwhile gets a chance of its own.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn bury_effect(
        &self,
        id: i64,
        error: &str,
        arrivals: Vec<Arrival>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const BURY: &str = "UPDATE outbox SET
            reason = $3,
            due = CASE WHEN generation = $2 THEN due ELSE $4 END,
            attempts = CASE WHEN generation = $2 THEN attempts ELSE 0 END,
            state = CASE WHEN generation = $2 THEN 'dead' ELSE state END
            WHERE id = $1 AND state = 'queued'";
        let (mut tx, held) = self.end_effect(id, Durability::Full, &arrivals).await?;
        let Some(lease) = held else {
            return Err(lost(id));
        };
        sqlx::query(BURY)
            .bind(id)
            .bind(lease.generation)
            .bind(clean(error))
            .bind(micros(now))
            .execute(&mut *tx)
            .await?;
        insert_arrivals(&mut tx, &arrivals).await?;
        self.settle_effect(tx, id, Some(lease)).await
    }

    /// Begins the transaction that ends a try. None: the lease was lost.
    async fn end_effect(
        &self,
        id: i64,
        durability: Durability,
        arrivals: &[Arrival],
    ) -> Result<(Tx, Option<Lease>), StoreError> {
        let held = self.held.effect(id).ok();
        let mut tx = self.database.begin(durability).await?;
        let mut touched = Touched::default();
        touch_arrivals(&mut touched, arrivals);
        if let Some(lease) = held {
            touched.own(&lease);
            if touched.write(&mut tx).await? {
                return Ok((tx, Some(lease)));
            }
            self.held.forget(id, &lease);
            tx.rollback().await?;
            tx = self.database.begin(durability).await?;
        }
        let mut touched = Touched::default();
        touch_arrivals(&mut touched, arrivals);
        touched.write(&mut tx).await?;
        Ok((tx, None))
    }

    async fn settle_effect(
        &self,
        mut tx: Tx,
        id: i64,
        held: Option<Lease>,
    ) -> Result<(), StoreError> {
        if let Some(lease) = &held {
            streams::settle(&mut tx, &lease.queue, &lease.stream).await?;
        }
        tx.commit().await?;
        if let Some(lease) = &held {
            self.held.forget(id, lease);
        }
        self.arrivals.ring();
        self.departures.ring();
        Ok(())
    }
}

fn lost(id: i64) -> StoreError {
    StoreError::LeaseLost {
        queue: "outbox",
        id,
    }
}
