//! What became of an arrival, for whoever sent it.

use super::super::row::Fields;
use super::super::{Store, StoreError};

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It waits, perhaps after a try that failed; why it failed.
    Waiting(Option<String>),
    /// All it asked for is done or on its way.
    Handled,
    /// It was given up, asked for nothing, or could not be parsed; why.
    Refused(String),
}

impl Store {
    /// The bytes of the arrival with this key; none when there is no such arrival, or they are no longer kept.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load_body(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        const BODY: &str =
            "SELECT inbox_bodies.body FROM inbox JOIN inbox_bodies ON inbox_bodies.id = inbox.id
            WHERE inbox.key = $1";
        let body = sqlx::query_scalar(BODY).bind(key);
        Ok(body.fetch_optional(self.database.reader()).await?)
    }

    /// What became of the arrival with this key; none when there is no such arrival.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_fate(&self, key: &str) -> Result<Option<Fate>, StoreError> {
        const FATE: &str = "SELECT id, state, reason FROM inbox WHERE key = $1";
        let row = sqlx::query(FATE)
            .bind(key)
            .fetch_optional(self.database.reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let row = Fields::of("inbox", &row);
        let (state, reason): (String, Option<String>) = (row.take("state")?, row.take("reason")?);
        Ok(Some(match state.as_str() {
            "queued" => Fate::Waiting(reason),
            "handled" => Fate::Handled,
            _ => Fate::Refused(reason.unwrap_or_default()),
        }))
    }
}
