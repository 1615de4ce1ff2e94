//! Accepting: durable before it returns, and together with all that arrive at the same time.

use std::slice;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::super::database::{Database, Tx};
use super::super::dialect::Durability;
use super::super::row::micros;
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
        let stream = arrival.stream.as_deref().unwrap_or(UNROUTED);
        touched.add(INBOX, stream, micros(arrival.received_at));
    }
}

/// Adds the arrivals whose keys are new. Their streams were touched before.
pub(in super::super) async fn insert_arrivals(
    tx: &mut Tx,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>, StoreError> {
    let mut accepted = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        accepted.push(insert_arrival(tx, arrival).await?);
    }
    Ok(accepted)
}

async fn insert_arrival(tx: &mut Tx, arrival: &Arrival) -> Result<Accepted, StoreError> {
    const ARRIVAL: &str = "INSERT INTO inbox
        (key, source, kind, received_at, installation_target, stream, state, ready_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, 'queued', $4, 0)
        ON CONFLICT (key) DO NOTHING RETURNING id";
    const BODY: &str = "INSERT INTO inbox_bodies (id, body) VALUES ($1, $2)";
    let id: Option<i64> = sqlx::query_scalar(ARRIVAL)
        .bind(arrival.key.as_str())
        .bind(arrival.source.name())
        .bind(arrival.kind.as_str())
        .bind(micros(arrival.received_at))
        .bind(arrival.installation_target.as_deref())
        .bind(arrival.stream.as_deref().unwrap_or(UNROUTED))
        .fetch_optional(&mut **tx)
        .await?;
    let Some(id) = id else {
        return Ok(Accepted::Seen);
    };
    sqlx::query(BODY)
        .bind(id)
        .bind(arrival.body.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(Accepted::New)
}
