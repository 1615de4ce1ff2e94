//! Leasing an arrival, and routing one whose stream was not known when it came.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::super::database::Tx;
use super::super::dialect::Durability;
use super::super::row::{length, micros};
use super::super::streams::{self, INBOX, Lease, Touched};
use super::super::{Store, StoreError};
use super::finish::finish;
use super::{LeasedArrival, Routed};

impl Store {
    /// The oldest arrival of a stream that nobody else is working on, if there is one. Installations take turns, and
    /// none has more than its share of this process: see [`Store::share_among_installations`].
    ///
    /// Arrivals of an installation that nobody has routed yet are a stream too: one worker at a time routes them, in
    /// order, and so they join their streams in order.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read: it is parked then, and the next call goes on.
    pub async fn lease_arrival(
        &self,
        now: Timestamp,
        lease_for: Duration,
        worker: &str,
    ) -> Result<Option<LeasedArrival>, StoreError> {
        let turns = self.turns.of(INBOX);
        let Some(mut turn) = turns.take().await else {
            return Ok(None);
        };
        let now = micros(now);
        self.heed(INBOX, now).await?;
        self.make_up_for_failures().await?;
        while let Some(next) = self.next_in_turn(INBOX, (&turns, turn.last), now).await? {
            turn.last = next.1;
            let until = now.saturating_add(length(lease_for));
            let lease = Lease::of(INBOX, next, worker, until);
            let mut tx = self.database.begin(Durability::Light).await?;
            if !streams::take(&mut tx, &lease, now).await? {
                continue;
            }
            let head = lease_head(&mut tx, &lease.stream, now).await?;
            let leased = head.as_ref().map(LeasedArrival::try_from).transpose();
            if let Ok(Some(leased)) = leased {
                tx.commit().await?;
                self.held.put(leased.id, lease);
                return Ok(Some(leased));
            }
            // A row of a newer program, say, must not hold up what this one can read.
            if let (Some(row), Err(error)) = (&head, &leased) {
                let id = row.try_get("id")?;
                finish(&mut tx, id, "parked", Some(&error.to_string()), None).await?;
            }
            streams::settle(&mut tx, INBOX, &lease.stream).await?;
            tx.commit().await?;
            leased?;
        }
        turn.nothing_found();
        Ok(None)
    }

    /// Goes on working on an arrival: once half of its lease is over, the lease lasts for as long again from now.
    ///
    /// # Errors
    /// The database failed, or the lease was lost: somebody else may be working on the arrival.
    pub async fn keep_arrival(
        &self,
        id: i64,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError> {
        let lease = self.held.arrival(id)?;
        let until = micros(now).saturating_add(length(lease_for));
        if until.saturating_sub(lease.until) < length(lease_for) / 2 {
            return Ok(());
        }
        let mut tx = self.database.begin(Durability::Light).await?;
        if !streams::prolong(&mut tx, &lease, until).await? {
            self.held.forget(id, &lease);
            return Err(StoreError::LeaseLost { queue: INBOX, id });
        }
        tx.commit().await?;
        self.held.prolong(id, &lease, until);
        Ok(())
    }

    /// Says which stream a leased arrival belongs to. Needs no network, so that routing never waits.
    ///
    /// # Errors
    /// The database failed, or the lease was lost.
    pub async fn route(
        &self,
        id: i64,
        stream: &str,
        installation: Option<i64>,
        worker: &str,
        now: Timestamp,
    ) -> Result<Routed, StoreError> {
        const ROUTE: &str = "UPDATE inbox SET stream = $2, installation = $3 WHERE id = $1";
        let lease = self.held.arrival(id)?;
        let mut tx = self.database.begin(Durability::Light).await?;
        let mut touched = Touched::default();
        let owner = installation.unwrap_or(lease.installation);
        touched.add(INBOX, stream, micros(now), owner);
        touched.own(&lease);
        if !touched.write(&mut tx).await? {
            self.held.forget(id, &lease);
            return Err(StoreError::LeaseLost { queue: INBOX, id });
        }
        sqlx::query(ROUTE)
            .bind(id)
            .bind(stream)
            .bind(installation)
            .execute(&mut *tx)
            .await?;
        if lease.stream != stream {
            streams::settle(&mut tx, INBOX, &lease.stream).await?;
        }
        let next = Lease {
            stream: stream.to_owned(),
            worker: worker.to_owned(),
            installation: owner,
            ..lease.clone()
        };
        let mine = is_head(&mut tx, stream, id).await? && keep(&mut tx, &next).await?;
        if !mine {
            unlease(&mut tx, id).await?;
        }
        tx.commit().await?;
        self.held.forget(id, &lease);
        self.arrivals.ring();
        if !mine {
            return Ok(Routed::Later);
        }
        self.held.put(id, next);
        Ok(Routed::Mine)
    }
}

async fn lease_head(tx: &mut Tx, stream: &str, now: i64) -> Result<Option<AnyRow>, StoreError> {
    const LEASE: &str = "UPDATE inbox SET attempts = attempts + 1
        WHERE id = (SELECT id FROM inbox WHERE stream = $1 AND state = 'queued' ORDER BY id LIMIT 1)
        AND ready_at <= $2
        RETURNING id, key, source, kind, received_at, installation_target, stream, attempts,
            (SELECT body FROM inbox_bodies WHERE inbox_bodies.id = inbox.id) AS body";
    let head = sqlx::query(LEASE).bind(stream).bind(now);
    Ok(head.fetch_optional(&mut **tx).await?)
}

/// Takes the lease of a stream that nobody holds.
async fn keep(tx: &mut Tx, lease: &Lease) -> Result<bool, StoreError> {
    const KEEP: &str = "UPDATE streams SET worker = $3, due = $4 WHERE queue = $1 AND name = $2 AND worker IS NULL";
    let kept = sqlx::query(KEEP)
        .bind(INBOX)
        .bind(lease.stream.as_str())
        .bind(lease.worker.as_str())
        .bind(lease.until);
    Ok(kept.execute(&mut **tx).await?.rows_affected() == 1)
}

async fn is_head(tx: &mut Tx, stream: &str, id: i64) -> Result<bool, StoreError> {
    const HEAD: &str =
        "SELECT id FROM inbox WHERE stream = $1 AND state = 'queued' ORDER BY id LIMIT 1";
    let head: Option<i64> = sqlx::query_scalar(HEAD)
        .bind(stream)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(head == Some(id))
}

/// Routing is not an attempt to handle.
async fn unlease(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    const UNLEASE: &str = "UPDATE inbox SET attempts = attempts - 1 WHERE id = $1";
    sqlx::query(UNLEASE).bind(id).execute(&mut **tx).await?;
    Ok(())
}
