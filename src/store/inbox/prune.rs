//! Bodies are not kept for ever. Keys are: what was seen before must stay known.

use jiff::Timestamp;

use super::super::dialect::Durability;
use super::super::row::micros;
use super::super::{Store, StoreError};

impl Store {
    /// Removes the bodies of arrivals that ended before the given time, the oldest first and at most `limit`; how many
    /// there were. What was given up keeps its body, and so does an order, which is asked for by its key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn prune_bodies(
        &self,
        ended_before: Timestamp,
        limit: u32,
    ) -> Result<u32, StoreError> {
        const OLD: &str = "SELECT id FROM inbox
            WHERE pruned = 0 AND finished_at IS NOT NULL AND finished_at < $1 AND source <> 'api'
            ORDER BY finished_at LIMIT $2";
        // Asked again, because it may have been queued once more in the meantime.
        const MARK: &str = "UPDATE inbox SET pruned = 1
            WHERE id = $1 AND pruned = 0 AND finished_at IS NOT NULL AND finished_at < $2";
        const REMOVE: &str = "DELETE FROM inbox_bodies WHERE id = $1";
        let before = micros(ended_before);
        let old: Vec<i64> = sqlx::query_scalar(OLD)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(self.database.reader())
            .await?;
        if old.is_empty() {
            return Ok(0);
        }
        let mut pruned = 0;
        let mut tx = self.database.begin(Durability::Light).await?;
        for id in old {
            let mark = sqlx::query(MARK).bind(id).bind(before);
            if mark.execute(&mut *tx).await?.rows_affected() == 1 {
                sqlx::query(REMOVE).bind(id).execute(&mut *tx).await?;
                pruned += 1;
            }
        }
        tx.commit().await?;
        Ok(pruned)
    }
}
