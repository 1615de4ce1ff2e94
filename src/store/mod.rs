//! Everything durable, and the only SQL.
//!
//! One text runs on SQLite and on PostgreSQL; what differs is in `dialect`. The store knows rows, not what they mean:
//! payloads are strings made by others, times are handed in.
//!
//! ```text
//! accept ─► inbox ─► lease_arrival ─► route ─► (decide) ─► commit ─► rollouts + ledger + outbox ─► lease_effect ─► finish_effect
//! ```

mod abandoned;
/// The one transaction of a handled arrival.
pub mod commit;
mod counts;
mod database;
mod dialect;
mod error;
mod held;
/// What came in.
pub mod inbox;
/// Who did what: append-only.
pub mod ledger;
mod marks;
/// What goes out.
pub mod outbox;
mod place;
/// The rollouts, each with its version.
pub mod rollouts;
mod row;
mod set_back;
mod sole;
mod streams;
mod turns;
mod wake;

use std::sync::Arc;

use sqlx::Executor as _;
use tokio::sync::mpsc;

pub use abandoned::Work;
pub use commit::{Commit, Committed};
pub use counts::{Counts, Undone};
pub use error::StoreError;
pub use inbox::fate::Fate;
pub use inbox::{Accepted, Arrival, LeasedArrival, Outcome, Replayed, Routed, Source};
pub use ledger::LedgerRow;
pub use outbox::{EffectRow, LeasedEffect, PutMode};
pub use place::file_of;
pub use rollouts::{RolloutRow, Scope};
pub use sole::Sole;
pub use wake::Wake;

use database::Database;
use dialect::Durability;
use held::Held;
use inbox::accept::{Acceptance, accept_groups};
use outbox::unfinished::Unfinished;
use set_back::Latest;
use turns::TurnsByQueue;
use wake::Bell;

/// A database that is open and up to date. Clones share it.
#[derive(Clone)]
pub struct Store {
    database: Database,
    held: Arc<Held>,
    turns: Arc<TurnsByQueue>,
    unfinished: Arc<Unfinished>,
    latest: Arc<Latest>,
    acceptances: mpsc::Sender<Acceptance>,
    arrivals: Bell,
    departures: Bell,
}

impl Store {
    /// Opens a database and brings its tables up to date.
    ///
    /// `sqlite:PATH` (made when it is not there), `sqlite::memory:` or `postgres://…`. Several processes may open the
    /// same one.
    ///
    /// # Errors
    /// An unknown scheme, a database that cannot be reached or written, tables of a newer program.
    pub async fn open(database_url: &str) -> Result<Self, StoreError> {
        let database = Database::open(database_url).await?;
        let latest = Latest::load(&database).await?;
        let arrivals = Bell::new();
        let (acceptances, queue) = mpsc::channel(inbox::accept::GROUP);
        tokio::spawn(accept_groups(database.clone(), arrivals.clone(), queue));
        Ok(Self {
            database,
            held: Arc::default(),
            turns: Arc::default(),
            unfinished: Arc::default(),
            latest: Arc::new(latest),
            acceptances,
            arrivals,
            departures: Bell::new(),
        })
    }

    /// Closes every connection, after the work that uses them. Later calls fail.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.database.reader().execute("SELECT 1").await?;
        Ok(())
    }

    /// Wakes when rows of the inbox were written by this process.
    #[must_use]
    pub fn arrivals(&self) -> Wake {
        self.arrivals.listen()
    }

    /// Wakes when rows of the outbox were written by this process.
    #[must_use]
    pub fn departures(&self) -> Wake {
        self.departures.listen()
    }

    /// Ends every lease of a worker at once: at shutdown, and at start for a name that is used again.
    ///
    /// # Errors
    /// The database failed; the leases run out by themselves.
    pub async fn release_leases(&self, worker: &str) -> Result<(), StoreError> {
        const RELEASE: &str = "UPDATE streams SET worker = NULL, due = 0 WHERE worker = $1";
        self.finish_rest().await?;
        let mut tx = self.database.begin(Durability::Light).await?;
        sqlx::query(RELEASE).bind(worker).execute(&mut *tx).await?;
        tx.commit().await?;
        self.held.forget_worker(worker);
        self.arrivals.ring();
        self.departures.ring();
        Ok(())
    }
}
