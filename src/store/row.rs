//! From a database row to a type, with an error that says where it went wrong.

use std::fmt::Display;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, ColumnIndex, Decode, Row as _, Type};

use super::StoreError;

/// A row of a named table. Its first column is what errors call the row by.
pub(super) struct Fields<'r> {
    table: &'static str,
    row: &'r AnyRow,
}

impl<'r> Fields<'r> {
    pub(super) fn of(table: &'static str, row: &'r AnyRow) -> Self {
        Self { table, row }
    }

    /// The column as the type asked for: `i64`, `String`, `Vec<u8>`, or an `Option` of one.
    pub(super) fn take<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Any> + Type<Any>,
        &'static str: ColumnIndex<AnyRow>,
    {
        self.row
            .try_get(column)
            .map_err(|error| self.unreadable(column, error))
    }

    /// A column of microseconds since the epoch.
    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        let micros: i64 = self.take(column)?;
        Timestamp::from_microsecond(micros).map_err(|error| self.unreadable(column, error))
    }

    /// A column that counts.
    pub(super) fn count(&self, column: &'static str) -> Result<u32, StoreError> {
        let count: i64 = self.take(column)?;
        u32::try_from(count).map_err(|error| self.unreadable(column, error))
    }

    /// A column of text that must be one of a type's names.
    pub(super) fn named<T: TryFrom<String, Error = String>>(
        &self,
        column: &'static str,
    ) -> Result<T, StoreError> {
        let text: String = self.take(column)?;
        T::try_from(text).map_err(|error| self.unreadable(column, error))
    }

    fn unreadable(
        &self,
        column: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> StoreError {
        let row = match self.row.try_get::<i64, _>(0) {
            Ok(id) => shown(id),
            Err(_) => self.row.try_get::<String, _>(0).unwrap_or_else(shown),
        };
        StoreError::Row {
            table: self.table,
            column,
            row,
            source: source.into(),
        }
    }
}

fn shown(value: impl Display) -> String {
    value.to_string()
}

/// How a time is written: microseconds since the epoch.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// How a length of time is written. A length beyond 292,000 years is cut to that.
pub(super) fn length(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 2)
}

/// A text that both databases take: PostgreSQL refuses NUL.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
