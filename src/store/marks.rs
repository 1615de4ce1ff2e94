//! Watermarks: how far something got, by name.

use super::dialect::Durability;
use super::{Store, StoreError};

impl Store {
    /// The mark of this name, if it was ever saved.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load_mark(&self, name: &str) -> Result<Option<String>, StoreError> {
        const LOAD: &str = "SELECT value FROM marks WHERE name = $1";
        let value = sqlx::query_scalar(LOAD).bind(name);
        Ok(value.fetch_optional(self.database.reader()).await?)
    }

    /// Saves a mark; a power cut may bring the one before it back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_mark(&self, name: &str, value: &str) -> Result<(), StoreError> {
        const SAVE: &str = "INSERT INTO marks (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        let mut tx = self.database.begin(Durability::Light).await?;
        sqlx::query(SAVE)
            .bind(name)
            .bind(value)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
