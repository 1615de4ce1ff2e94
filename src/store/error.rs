//! What can go wrong in the store, and whether to try again.

use std::sync::Arc;
use std::time::Duration;

use super::dialect;
use crate::domain::retry::Retry;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names neither database.
    #[error("the database URL must begin with `sqlite:` or `postgres:`, not `{scheme}`")]
    Scheme {
        /// What stands before the first colon; the rest may hold a password.
        scheme: String,
    },
    /// The database answered with an error or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// There is no connection to the PostgreSQL server.
    #[error("PostgreSQL at `{server}` cannot be used")]
    Unreachable {
        /// Host and port, or the socket; never user and password.
        server: String,
        /// Why not.
        #[source]
        source: sqlx::Error,
    },
    /// The file of a SQLite database could not be made.
    #[error("`{file}` cannot be made")]
    Make {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The tables could not be brought up to date.
    #[error("the database could not be migrated")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this program cannot read.
    #[error("table `{table}`, row `{row}`, column `{column}` cannot be read")]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value of the row's first column.
        row: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The lease ran out, and somebody else may hold the row: nothing was written.
    #[error("row `{id}` of queue `{queue}` is no longer leased by this process")]
    LeaseLost {
        /// `inbox`, or a channel of the outbox.
        queue: &'static str,
        /// The row.
        id: i64,
    },
    /// The arrivals that were to be committed together were not.
    #[error("the arrival was not stored")]
    Group(#[source] Arc<StoreError>),
    /// Another process serves from this SQLite file.
    #[error("`{file}` is in use by another Rollcall, process {process}")]
    InUse {
        /// The database.
        file: String,
        /// The number of the process that has it.
        process: String,
    },
    /// The file that says who serves from a SQLite file cannot be used.
    #[error("`{file}` cannot be locked")]
    Lock {
        /// The file beside the database.
        file: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The store was closed while the call waited.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the same call may succeed later. Constraint violations and unreadable rows stay as they are; a full
    /// disk, a lost connection, a deadlock do not.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Database(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| dialect::is_lasting(&code)) =>
            {
                Retry::Never
            }
            Self::Database(_) => Retry::After(Duration::from_secs(1)),
            Self::Group(error) => error.retry(),
            _ => Retry::Never,
        }
    }

    /// Where an operator should look who started the program and got this.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable { source, .. } => Some(match source {
                sqlx::Error::Database(_) => {
                    "the server answers: are user, password and database right?"
                }
                sqlx::Error::Tls(_) => {
                    "`?sslmode=…` at the end says how the connection is protected"
                }
                _ => "is PostgreSQL running there, and can this machine reach it?",
            }),
            Self::InUse { .. } => Some(
                "a SQLite file serves one process; stop the other one, or use PostgreSQL, which several may share",
            ),
            Self::Make { .. } | Self::Lock { .. } => {
                Some("the folder must be there, and ours to write in")
            }
            _ => None,
        }
    }
}
