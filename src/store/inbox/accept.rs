//! Accepting: durable before it returns, and together with all that arrive at the same time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::slice;
use std::sync::{Arc, LazyLock};

use sqlx::AssertSqlSafe;
use tokio::sync::{mpsc, oneshot};

use super::super::database::{Database, Tx};
use super::super::dialect::Durability;
use super::super::row::{Fields, micros};
use super::super::streams::{INBOX, Touched, UNROUTED};
use super::super::wake::Bell;
use super::super::{Store, StoreError};
use super::{Accepted, Arrival};
use crate::domain::retry::Retry;

/// How many arrivals one transaction takes at most.
pub(in super::super) const GROUP: usize = 256;

/// An arrival and whom to answer.
pub(in super::super) struct Acceptance {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Accepted, StoreError>>,
}

impl Store {
    /// Stores an arrival; it survives a power cut when this returns.
    ///
    /// Arrivals that come while a commit runs share the next one, so that the disk bounds how many are accepted in a
    /// second, and not one flush for each.
    ///
    /// # Errors
    /// The database failed: nothing was stored, and the sender must not be told otherwise.
    pub async fn accept(&self, arrival: Arrival) -> Result<Accepted, StoreError> {
        let (answer, accepted) = oneshot::channel();
        let acceptance = Acceptance { arrival, answer };
        self.acceptances
            .send(acceptance)
            .await
            .map_err(|_| StoreError::Closed)?;
        accepted.await.map_err(|_| StoreError::Closed)?
    }

    /// Which of these keys were never accepted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unknown_keys(&self, keys: &[String]) -> Result<Vec<String>, StoreError> {
        const KNOWN: &str = "SELECT id FROM inbox WHERE key = $1";
        let mut unknown = Vec::new();
        for key in keys {
            let known = sqlx::query(KNOWN).bind(key.as_str());
            if known
                .fetch_optional(self.database.reader())
                .await?
                .is_none()
            {
                unknown.push(key.clone());
            }
        }
        Ok(unknown)
    }
}

/// Commits what queued up while the last commit ran, until the last `Store` is gone.
pub(in super::super) async fn accept_groups(
    database: Database,
    bell: Bell,
    mut queue: mpsc::Receiver<Acceptance>,
) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let (arrivals, answers): (Vec<_>, Vec<_>) = group
            .drain(..)
            .map(|acceptance| (acceptance.arrival, acceptance.answer))
            .unzip();
        let outcomes = accept_all(&database, &arrivals).await;
        bell.ring();
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // Whoever asked may be gone: the arrival is stored all the same, and found under its key.
            drop(answer.send(outcome));
        }
    }
}

/// One outcome for each arrival. One that no database would take must not take its neighbours along.
async fn accept_all(
    database: &Database,
    arrivals: &[Arrival],
) -> Vec<Result<Accepted, StoreError>> {
    let error = match accept_group(database, arrivals).await {
        Ok(accepted) => return accepted.into_iter().map(Ok).collect(),
        Err(error) => Arc::new(error),
    };
    let mut outcomes = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let alone = slice::from_ref(arrival);
        outcomes.push(match error.retry() {
            Retry::Never if arrivals.len() > 1 => {
                accept_group(database, alone).await.map(|one| one[0])
            }
            _ => Err(StoreError::Group(Arc::clone(&error))),
        });
    }
    outcomes
}

async fn accept_group(
    database: &Database,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>, StoreError> {
    let mut tx = database.begin(Durability::Full).await?;
    let mut touched = Touched::default();
    touch_arrivals(&mut touched, arrivals);
    touched.write(&mut tx).await?;
    let accepted = insert_arrivals(&mut tx, arrivals).await?;
    tx.commit().await?;
    Ok(accepted)
}

/// Notes the streams that these arrivals join.
pub(in super::super) fn touch_arrivals(touched: &mut Touched, arrivals: &[Arrival]) {
    for arrival in arrivals {
        let installation = arrival.installation.unwrap_or_default();
        let due = micros(arrival.received_at);
        touched.add(INBOX, &stream_of(arrival), due, installation);
    }
}

/// Until it is routed, an arrival waits among those of its installation, so that it is held up by nobody else's.
fn stream_of(arrival: &Arrival) -> Cow<'_, str> {
    match (&arrival.stream, arrival.installation) {
        (Some(stream), _) => Cow::Borrowed(stream),
        (None, Some(installation)) => Cow::Owned(format!("{UNROUTED}{installation}")),
        (None, None) => Cow::Borrowed(UNROUTED),
    }
}

/// Adds the arrivals whose keys are new. Their streams were touched before.
///
/// Many rows go in one statement, because a statement costs more than a row.
pub(in super::super) async fn insert_arrivals(
    tx: &mut Tx,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>, StoreError> {
    let mut accepted = Vec::with_capacity(arrivals.len());
    let mut rest = arrivals;
    while !rest.is_empty() {
        let statements = Statements::for_rows(rest.len());
        let (now, later) = rest.split_at(statements.rows.min(rest.len()));
        accepted.extend(insert_chunk(tx, statements, now).await?);
        rest = later;
    }
    Ok(accepted)
}

async fn insert_chunk(
    tx: &mut Tx,
    statements: &'static Statements,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>, StoreError> {
    let mut insert = sqlx::query(AssertSqlSafe(statements.arrivals.as_str()));
    // What is left of the statement is filled with a key that is known by then, and so with nothing.
    let padded = (0..statements.rows).map(|row| &arrivals[row.min(arrivals.len() - 1)]);
    for arrival in padded {
        insert = insert
            .bind(arrival.key.as_str())
            .bind(arrival.source.name())
            .bind(arrival.kind.as_str())
            .bind(micros(arrival.received_at))
            .bind(arrival.installation_target.as_deref())
            .bind(arrival.installation)
            .bind(stream_of(arrival).into_owned());
    }
    let mut new = HashMap::with_capacity(arrivals.len());
    for row in insert.fetch_all(&mut **tx).await? {
        let row = Fields::of("inbox", &row);
        new.insert(row.take::<String>("key")?, row.take::<i64>("id")?);
    }
    let mut bodies = Vec::with_capacity(new.len());
    let mut accepted = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        accepted.push(match new.remove(&arrival.key) {
            Some(id) => {
                bodies.push((id, arrival.body.as_slice()));
                Accepted::New
            }
            None => Accepted::Seen,
        });
    }
    insert_bodies(tx, statements, &bodies).await?;
    Ok(accepted)
}

async fn insert_bodies(
    tx: &mut Tx,
    statements: &'static Statements,
    bodies: &[(i64, &[u8])],
) -> Result<(), StoreError> {
    let Some((known, _)) = bodies.first() else {
        return Ok(());
    };
    let mut insert = sqlx::query(AssertSqlSafe(statements.bodies.as_str()));
    for row in 0..statements.rows {
        let (id, body) = bodies.get(row).copied().unwrap_or((*known, &[]));
        insert = insert.bind(id).bind(body);
    }
    insert.execute(&mut **tx).await?;
    Ok(())
}

/// The statements that insert a fixed number of rows.
struct Statements {
    rows: usize,
    arrivals: String,
    bodies: String,
}

impl Statements {
    fn new(rows: usize) -> Self {
        let values =
            |row: &dyn Fn(usize) -> String| (0..rows).map(row).collect::<Vec<_>>().join(", ");
        let arrival = |row: usize| {
            let [key, source, kind, at, target, installation, stream] =
                std::array::from_fn(|n| 7 * row + n + 1);
            format!(
                "(${key}, ${source}, ${kind}, ${at}, ${target}, ${installation}, ${stream}, 'queued', ${at}, 0)"
            )
        };
        let body = |row: usize| format!("(${}, ${})", 2 * row + 1, 2 * row + 2);
        Self {
            rows,
            arrivals: format!(
                "INSERT INTO inbox (key, source, kind, received_at, installation_target, installation, stream, \
                 state, ready_at, attempts) VALUES {} ON CONFLICT (key) DO NOTHING RETURNING id, key",
                values(&arrival)
            ),
            bodies: format!(
                "INSERT INTO inbox_bodies (id, body) VALUES {} ON CONFLICT (id) DO NOTHING",
                values(&body)
            ),
        }
    }

    /// The largest that so many rows fill at least by half.
    fn for_rows(rows: usize) -> &'static Self {
        static SIZES: LazyLock<[Statements; 3]> = LazyLock::new(|| [64, 8, 1].map(Statements::new));
        let [large, middle, single] = &*SIZES;
        match rows {
            0..2 => single,
            2..32 => middle,
            _ => large,
        }
    }
}
