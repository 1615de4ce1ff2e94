//! The connections: one that writes and a few that read on SQLite, a pool on PostgreSQL.

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Transaction};

use super::dialect::{Dialect, Durability};
use super::{StoreError, place};

/// A transaction that writes.
pub(super) type Tx = Transaction<'static, Any>;

#[derive(Debug, Clone)]
pub(super) struct Database {
    dialect: Dialect,
    writer: AnyPool,
    reader: AnyPool,
}

impl Database {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let dialect = Dialect::of(url).ok_or_else(|| StoreError::Scheme {
            scheme: url.split_once(':').unwrap_or_default().0.to_owned(),
        })?;
        match dialect {
            Dialect::Sqlite => place::make_file(url)?,
            Dialect::Postgres => place::knock(url).await?,
        }
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions = dialect.connect_url(url).parse()?;
        let options = options.disable_statement_logging();
        // Writers of one SQLite file queue here, in order, and not in SQLite's own back-off.
        let writers = match dialect {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 10,
        };
        let writer = pool(dialect, writers).connect_with(options.clone()).await?;
        dialect.migrate(&writer).await?;
        // Each connection to `:memory:` would be a database of its own.
        let reader = match dialect {
            Dialect::Sqlite if !url.contains(":memory:") => {
                pool(dialect, 3).connect_lazy_with(options)
            }
            _ => writer.clone(),
        };
        Ok(Self {
            dialect,
            writer,
            reader,
        })
    }

    pub(super) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// For statements that only read, each by itself.
    pub(super) fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// How durable the record of a try to perform an effect is.
    pub(super) fn try_durability(&self) -> Durability {
        self.dialect.try_durability()
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin(&self, durability: Durability) -> Result<Tx, StoreError> {
        let statement = self.dialect.begin(durability);
        Ok(self.writer.begin_with(statement).await?)
    }
}

fn pool(dialect: Dialect, connections: u32) -> AnyPoolOptions {
    let settings = dialect.on_connect();
    AnyPoolOptions::new()
        .max_connections(connections)
        // GitHub waits for ten seconds: it shall hear in time that its delivery was not stored.
        .acquire_timeout(Duration::from_secs(8))
        // A dropped in-memory database is lost; a dropped file has to be opened again for nothing.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(dialect == Dialect::Postgres)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                // SQLite ends a transaction by itself when the disk is full, and sqlx then counts wrongly for ever.
                if connection.is_in_transaction() {
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(settings).await.map(drop) })
        })
}
