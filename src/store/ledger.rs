//! The ledger: who did what, and when. Rows are added, never changed.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::database::Tx;
use super::row::{Fields, micros};
use super::{Store, StoreError};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// The rollout it is about.
    pub rollout: String,
    /// Its place in the rollout's ledger. A second entry in the same place is refused.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// JSON.
    pub entry: String,
    /// Over this entry and the hash before it.
    pub hash: String,
}

impl TryFrom<&AnyRow> for LedgerRow {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let row = Fields::of("ledger", row);
        Ok(Self {
            seq: row.take("seq")?,
            rollout: row.take("rollout")?,
            at: row.time("at")?,
            entry: row.take("entry")?,
            hash: row.take("hash")?,
        })
    }
}

impl Store {
    /// A rollout's whole ledger, in order.
    ///
    /// # Errors
    /// The database failed, or a row cannot be read.
    pub async fn load_ledger(&self, rollout: &str) -> Result<Vec<LedgerRow>, StoreError> {
        const LEDGER: &str =
            "SELECT seq, rollout, at, entry, hash FROM ledger WHERE rollout = $1 ORDER BY seq";
        let rows = sqlx::query(LEDGER)
            .bind(rollout)
            .fetch_all(self.database.reader())
            .await?;
        rows.iter().map(LedgerRow::try_from).collect()
    }
}

pub(super) async fn append_ledger(tx: &mut Tx, rows: &[LedgerRow]) -> Result<(), StoreError> {
    const APPEND: &str =
        "INSERT INTO ledger (rollout, seq, at, entry, hash) VALUES ($1, $2, $3, $4, $5)";
    for row in rows {
        sqlx::query(APPEND)
            .bind(row.rollout.as_str())
            .bind(row.seq)
            .bind(micros(row.at))
            .bind(row.entry.as_str())
            .bind(row.hash.as_str())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
