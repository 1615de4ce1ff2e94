//! When the clock is set back, what was due before must not wait until the same hour comes again.
//!
//! Wake-ups are the exception: they are about the time of day, and fire when it comes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::dialect::Durability;
use super::streams::INBOX;
use super::{Database, Store, StoreError};

/// Clocks of several machines differ by less than this, in microseconds.
const TOLERANCE: i64 = 10_000_000;
/// The queue of the wake-ups.
pub(super) const WAKE_UPS: &str = "clock";

/// The latest time that this process has seen in each queue. Losing it costs nothing: the next process begins with what the
/// database has seen.
#[derive(Debug)]
pub(super) struct Latest {
    begin: i64,
    seen: Mutex<HashMap<String, i64>>,
}

impl Latest {
    pub(super) async fn load(database: &Database) -> Result<Self, StoreError> {
        const NEWEST: &str = "SELECT received_at FROM inbox WHERE id = (SELECT MAX(id) FROM inbox)";
        let newest = sqlx::query_scalar(NEWEST)
            .fetch_optional(database.reader())
            .await?;
        Ok(Self {
            begin: newest.unwrap_or(i64::MIN),
            seen: Mutex::default(),
        })
    }

    /// By how much the clock was set back since this queue was looked at last. Says so once.
    fn look(&self, queue: &str, now: i64) -> Option<i64> {
        let mut seen = self.seen();
        let latest = seen.entry(queue.to_owned()).or_insert(self.begin);
        let by = latest.saturating_sub(now);
        if by <= TOLERANCE {
            *latest = now.max(*latest);
            return None;
        }
        *latest = now;
        Some(by)
    }

    fn forget(&self, queue: &str, latest: i64) {
        self.seen().insert(queue.to_owned(), latest);
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Notices that the clock was set back, and brings forward by as much what waits in this queue. Waits between tries keep
    /// their length.
    pub(super) async fn heed(&self, queue: &str, now: i64) -> Result<(), StoreError> {
        let Some(by) = self.latest.look(queue, now) else {
            return Ok(());
        };
        if queue == WAKE_UPS {
            return Ok(());
        }
        let seconds = by / 1_000_000;
        tracing::warn!(queue, seconds, "the clock was set back");
        let brought = self.bring_forward(queue, now, by).await;
        if brought.is_err() {
            self.latest.forget(queue, now.saturating_add(by));
        }
        brought
    }

    async fn bring_forward(&self, queue: &str, now: i64, by: i64) -> Result<(), StoreError> {
        const STREAMS: &str = "UPDATE streams
            SET due = CASE WHEN due - $2 > $1 THEN due - $2 ELSE $1 END
            WHERE queue = $3 AND due > $1 AND worker IS NULL";
        const ARRIVALS: &str = "UPDATE inbox
            SET ready_at = CASE WHEN ready_at - $2 > $1 THEN ready_at - $2 ELSE $1 END
            WHERE state = 'queued' AND ready_at > $1 AND $3 = 'inbox'";
        const EFFECTS: &str = "UPDATE outbox
            SET due = CASE WHEN due - $2 > $1 THEN due - $2 ELSE $1 END
            WHERE channel = $3 AND state = 'queued' AND due > $1";
        let rows = if queue == INBOX { ARRIVALS } else { EFFECTS };
        let mut tx = self.database.begin(Durability::Light).await?;
        for statement in [STREAMS, rows] {
            sqlx::query(statement)
                .bind(now)
                .bind(by)
                .bind(queue)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
