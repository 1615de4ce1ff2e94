//! What waits and what was given up: for `/readyz`, metrics and the operator.

use super::row::Fields;
use super::set_back::WAKE_UPS;
use super::{Store, StoreError};

/// How many rows are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Arrivals that are not handled yet.
    pub inbox_queued: u64,
    /// Arrivals given up; `rollcall replay` brings them back.
    pub inbox_parked: u64,
    /// Arrivals that could not be parsed.
    pub inbox_unreadable: u64,
    /// Effects that wait to be performed, or to be tried again.
    pub outbox_queued: u64,
    /// Wake-ups for times to come, such as a window or a deadline.
    pub outbox_timers: u64,
    /// Effects given up.
    pub outbox_dead: u64,
}

/// Something that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Its unique key.
    pub key: String,
    /// The arrival's kind, or the effect's channel.
    pub kind: String,
    /// The effect's rollout; empty for none, and for arrivals.
    pub rollout: String,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Counts what waits and what was given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        const COUNTS: &str = "SELECT
            (SELECT COUNT(*) FROM inbox WHERE state = 'queued') AS inbox_queued,
            (SELECT COUNT(*) FROM inbox WHERE state IN ('parked', 'unreadable') AND state = 'parked') AS inbox_parked,
            (SELECT COUNT(*) FROM inbox WHERE state IN ('parked', 'unreadable') AND state = 'unreadable') AS inbox_unreadable,
            (SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND channel <> $1) AS outbox_queued,
            (SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND channel = $1) AS outbox_timers,
            (SELECT COUNT(*) FROM outbox WHERE state = 'dead') AS outbox_dead";
        let row = sqlx::query(COUNTS)
            .bind(WAKE_UPS)
            .fetch_one(self.database.reader())
            .await?;
        let row = Fields::of("inbox", &row);
        Ok(Counts {
            inbox_queued: row.count("inbox_queued")?.into(),
            inbox_parked: row.count("inbox_parked")?.into(),
            inbox_unreadable: row.count("inbox_unreadable")?.into(),
            outbox_queued: row.count("outbox_queued")?.into(),
            outbox_timers: row.count("outbox_timers")?.into(),
            outbox_dead: row.count("outbox_dead")?.into(),
        })
    }

    /// The oldest arrivals that were given up or could not be parsed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_parked(&self, limit: u32) -> Result<Vec<Undone>, StoreError> {
        const PARKED: &str =
            "SELECT key, kind, '' AS rollout, COALESCE(reason, '') AS reason FROM inbox
            WHERE state IN ('parked', 'unreadable') ORDER BY id LIMIT $1";
        self.list_undone("inbox", PARKED, limit).await
    }

    /// The oldest effects that were given up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_dead(&self, limit: u32) -> Result<Vec<Undone>, StoreError> {
        const DEAD: &str =
            "SELECT key, channel AS kind, rollout, COALESCE(reason, '') AS reason FROM outbox
            WHERE state = 'dead' ORDER BY id LIMIT $1";
        self.list_undone("outbox", DEAD, limit).await
    }

    async fn list_undone(
        &self,
        table: &'static str,
        statement: &'static str,
        limit: u32,
    ) -> Result<Vec<Undone>, StoreError> {
        let rows = sqlx::query(statement)
            .bind(i64::from(limit))
            .fetch_all(self.database.reader())
            .await?;
        rows.iter()
            .map(|row| {
                let row = Fields::of(table, row);
                Ok(Undone {
                    key: row.take("key")?,
                    kind: row.take("kind")?,
                    rollout: row.take("rollout")?,
                    reason: row.take("reason")?,
                })
            })
            .collect()
    }
}
