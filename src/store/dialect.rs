//! Where SQLite and PostgreSQL truly differ. Everything else is one text for both.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor as _, SqlSafeStr as _};

use super::StoreError;

/// The two databases that Rollcall runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The disk. For what is acknowledged, decided or sent.
    Full,
    /// The operating system. Survives the end of the process, not a power cut: for leases and routing, which are
    /// merely done again.
    Light,
}

const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "begin", include_str!("../../migrations/0001_begin.sql")),
    (
        2,
        "targets",
        include_str!("../../migrations/0002_targets.sql"),
    ),
    (3, "turns", include_str!("../../migrations/0003_turns.sql")),
    (
        4,
        "pruned",
        include_str!("../../migrations/0004_pruned.sql"),
    ),
];

impl Dialect {
    /// The dialect a database URL asks for, by its scheme.
    pub(super) fn of(url: &str) -> Option<Self> {
        match url.split(':').next() {
            Some("sqlite") => Some(Self::Sqlite),
            Some("postgres" | "postgresql") => Some(Self::Postgres),
            _ => None,
        }
    }

    /// The URL to connect with: SQLite does not create its file unless told.
    pub(super) fn connect_url(self, url: &str) -> Cow<'_, str> {
        match self {
            Self::Sqlite if !url.contains('?') && !url.contains(":memory:") => {
                Cow::Owned(format!("{url}?mode=rwc"))
            }
            _ => Cow::Borrowed(url),
        }
    }

    /// What every new connection is told. SQLite keeps these settings per connection; a PostgreSQL server has its own.
    pub(super) fn on_connect(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON"
            }
            Self::Postgres => "SET default_transaction_isolation TO 'read committed'",
        }
    }

    /// Begins a transaction that writes.
    ///
    /// SQLite must take the write lock at once: one that reads first and writes later fails when another process
    /// wrote in between, without waiting. It has no durability per transaction, so each sets what it needs, and no
    /// transaction depends on what the one before it left behind.
    pub(super) fn begin(self, durability: Durability) -> &'static str {
        match (self, durability) {
            (Self::Sqlite, Durability::Full) => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            (Self::Sqlite, Durability::Light) => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
            (Self::Postgres, Durability::Full) => "BEGIN",
            (Self::Postgres, Durability::Light) => "BEGIN; SET LOCAL synchronous_commit TO off",
        }
    }

    /// Brings the tables up to date, one process at a time.
    ///
    /// On PostgreSQL the migrator takes a lock of its own; on SQLite it has none, so the transaction around it is one.
    pub(super) async fn migrate(self, pool: &AnyPool) -> Result<(), StoreError> {
        let migrations = self.migrations();
        if self == Self::Postgres {
            return Ok(migrations.run(pool).await?);
        }
        let mut tx = pool.begin_with(self.begin(Durability::Full)).await?;
        migrations.run(&mut *tx).await?;
        if let Some(statement) = self.on_open() {
            tx.execute(statement).await?;
        }
        Ok(tx.commit().await?)
    }

    /// How durable the record of a try is. After a power cut, too, a second try must know that it is one.
    ///
    /// SQLite saves itself the flush (one of three between a tick and the first call it causes): a power cut ends this
    /// process as well, and [`Dialect::on_open`] makes up for it. A PostgreSQL server may lose power alone.
    pub(super) fn try_durability(self) -> Durability {
        match self {
            Self::Sqlite => Durability::Light,
            Self::Postgres => Durability::Full,
        }
    }

    /// What is done once when the database is opened: every effect that waits may have been tried.
    pub(super) fn on_open(self) -> Option<&'static str> {
        const SUSPECT: &str =
            "UPDATE outbox SET attempts = 1 WHERE state = 'queued' AND attempts = 0";
        (self == Self::Sqlite).then_some(SUSPECT)
    }

    /// The migrations in this dialect. `{{id}}` is an ascending number that the database makes: SQLite has no
    /// identity columns, and PostgreSQL's `INTEGER` has 32 bits and no default.
    fn migrations(self) -> Migrator {
        let id = match self {
            Self::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Self::Postgres => "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        };
        let all = MIGRATIONS.iter().map(|(version, name, text)| {
            let sql = sqlx::AssertSqlSafe(text.replace("{{id}}", id)).into_sql_str();
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
        });
        Migrator::with_migrations(all.collect())
    }
}

/// Whether the database would answer the same statement with the same error for ever.
///
/// PostgreSQL names errors by `SQLSTATE` (five characters; 22 data, 23 constraint, 42 syntax), SQLite by a number whose
/// lowest byte is the kind (1 error, 18 too big, 19 constraint, 20 mismatch, 25 range).
pub(super) fn is_lasting(code: &str) -> bool {
    if code.len() == 5 {
        return ["22", "23", "42"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    code.parse()
        .is_ok_and(|number: i64| matches!(number & 0xff, 1 | 18 | 19 | 20 | 25))
}
