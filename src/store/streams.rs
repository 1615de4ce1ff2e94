//! Who may work on which stream. At most one row of a stream is leased at a time, in every process together.
//!
//! Every transaction that adds rows to a stream, takes one or finishes one writes the row of the stream *first*, and
//! streams in ascending order. On PostgreSQL that row is thereby the stream's lock, and the statements after it see all
//! that was committed before: no row is forgotten between "nothing waits here" and "something was added". A stream
//! whose `due` is too early is only looked at in vain once; it is never too late.

use std::collections::BTreeMap;

use super::database::Tx;
use super::{Database, StoreError};

/// How the streams of rows begin that nobody has routed yet: one for each installation, as far as it is known.
pub(super) const UNROUTED: &str = "?";

/// `inbox`, or a channel of the outbox.
pub(super) type Queue = &'static str;

/// The name of the inbox among the queues.
pub(super) const INBOX: Queue = "inbox";

/// What this process holds. Lost with the process: the lease then runs out and the row is worked on again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) queue: String,
    pub(super) stream: String,
    pub(super) worker: String,
    /// Whose stream it is; 0: nobody's.
    pub(super) installation: i64,
    /// When it ends; no two leases of a stream end at the same time, so it also tells them apart.
    pub(super) until: i64,
    /// When it was to end at first; by this the work under it is known, however often it was prolonged.
    pub(super) first_until: i64,
    /// Of the effect's payload when it was leased; 0 in the inbox.
    pub(super) generation: i64,
}

impl Lease {
    /// A lease that may be taken: of this stream of a queue, and whose that is.
    pub(super) fn of(
        queue: &str,
        (stream, installation): (String, i64),
        worker: &str,
        until: i64,
    ) -> Self {
        Self {
            queue: queue.to_owned(),
            stream,
            worker: worker.to_owned(),
            installation,
            until,
            first_until: until,
            generation: 0,
        }
    }
}

/// The streams a transaction is about to write, in the one order that cannot deadlock.
#[derive(Default)]
pub(super) struct Touched(BTreeMap<(String, String), Touch>);

enum Touch {
    Own(i64),
    Other { due: i64, installation: i64 },
}

impl Touched {
    /// The stream whose lease ends with this transaction.
    pub(super) fn own(&mut self, lease: &Lease) {
        let name = (lease.queue.clone(), lease.stream.clone());
        self.0.insert(name, Touch::Own(lease.until));
    }

    /// A stream of an installation (0: nobody's) that gets a row which is due at the given time.
    pub(super) fn add(&mut self, queue: &str, stream: &str, due: i64, installation: i64) {
        let name = (queue.to_owned(), stream.to_owned());
        let new = Touch::Other { due, installation };
        if let Touch::Other { due: earliest, .. } = self.0.entry(name).or_insert(new) {
            *earliest = due.min(*earliest);
        }
    }

    /// Writes them. False: the own lease was lost.
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        for ((queue, stream), touch) in &self.0 {
            match touch {
                Touch::Other { due, installation } => {
                    touch_stream(tx, queue, stream, *due, *installation).await?;
                }
                Touch::Own(until) => {
                    if !give_back(tx, queue, stream, *until).await? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// Makes sure that a stream is looked at when the row now added to it is due. Returns who holds the stream.
pub(super) async fn touch_stream(
    tx: &mut Tx,
    queue: &str,
    stream: &str,
    due: i64,
    installation: i64,
) -> Result<Option<String>, StoreError> {
    const TOUCH: &str = "INSERT INTO streams (queue, name, due, installation) VALUES ($1, $2, $3, $4)
        ON CONFLICT (queue, name) DO UPDATE SET due = CASE
            WHEN streams.worker IS NULL AND excluded.due < streams.due THEN excluded.due ELSE streams.due END
        RETURNING worker";
    let holder = sqlx::query_scalar(TOUCH)
        .bind(queue)
        .bind(stream)
        .bind(due)
        .bind(installation);
    Ok(holder.fetch_one(&mut **tx).await?)
}

/// Whether anything waits for somebody to take it.
pub(super) async fn is_any_due(
    database: &Database,
    queue: &str,
    now: i64,
) -> Result<bool, StoreError> {
    const DUE: &str = "SELECT due FROM streams WHERE queue = $1 AND due <= $2 LIMIT 1";
    let due: Option<i64> = sqlx::query_scalar(DUE)
        .bind(queue)
        .bind(now)
        .fetch_optional(database.reader())
        .await?;
    Ok(due.is_some())
}

/// The stream that has been due for the longest time, of the first installation after the given one.
pub(super) async fn next_stream_after(
    database: &Database,
    queue: &str,
    installation: i64,
    now: i64,
) -> Result<Option<(String, i64)>, StoreError> {
    const NEXT: &str = "SELECT name, installation FROM streams
        WHERE queue = $1 AND installation > $2 AND due <= $3 ORDER BY installation, due LIMIT 1";
    let next = sqlx::query_as(NEXT)
        .bind(queue)
        .bind(installation)
        .bind(now);
    Ok(next.fetch_optional(database.reader()).await?)
}

/// Takes a due stream. False: another worker was faster.
pub(super) async fn take(tx: &mut Tx, lease: &Lease, now: i64) -> Result<bool, StoreError> {
    const TAKE: &str =
        "UPDATE streams SET worker = $1, due = $2 WHERE queue = $3 AND name = $4 AND due <= $5";
    let taken = sqlx::query(TAKE)
        .bind(lease.worker.as_str())
        .bind(lease.until)
        .bind(lease.queue.as_str())
        .bind(lease.stream.as_str())
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Ends a lease. False: it was lost.
pub(super) async fn give_back(
    tx: &mut Tx,
    queue: &str,
    stream: &str,
    until: i64,
) -> Result<bool, StoreError> {
    const GIVE_BACK: &str = "UPDATE streams SET worker = NULL
        WHERE queue = $1 AND name = $2 AND due = $3 AND worker IS NOT NULL";
    let given = sqlx::query(GIVE_BACK)
        .bind(queue)
        .bind(stream)
        .bind(until)
        .execute(&mut **tx)
        .await?;
    Ok(given.rows_affected() == 1)
}

/// Makes a lease last longer. False: it was lost.
pub(super) async fn prolong(tx: &mut Tx, lease: &Lease, until: i64) -> Result<bool, StoreError> {
    const PROLONG: &str = "UPDATE streams SET due = $4
        WHERE queue = $1 AND name = $2 AND due = $3 AND worker IS NOT NULL";
    let prolonged = sqlx::query(PROLONG)
        .bind(lease.queue.as_str())
        .bind(lease.stream.as_str())
        .bind(lease.until)
        .bind(until)
        .execute(&mut **tx)
        .await?;
    Ok(prolonged.rows_affected() == 1)
}

/// After a stream was given back: nobody looks at it before this time, whatever waits in it.
pub(super) async fn rest(
    tx: &mut Tx,
    queue: &str,
    stream: &str,
    until: i64,
) -> Result<(), StoreError> {
    const REST: &str = "UPDATE streams SET due = $3 WHERE queue = $1 AND name = $2";
    let rest = sqlx::query(REST).bind(queue).bind(stream).bind(until);
    rest.execute(&mut **tx).await?;
    Ok(())
}

/// After a stream was given back and its rows were changed: sets when it is due, or removes it when nothing waits.
pub(super) async fn settle(tx: &mut Tx, queue: &str, stream: &str) -> Result<(), StoreError> {
    const INBOX_HEAD: &str = "SELECT ready_at FROM inbox
        WHERE stream = $1 AND state = 'queued' ORDER BY id LIMIT 1";
    const OUTBOX_HEAD: &str = "SELECT due FROM outbox
        WHERE channel = $2 AND stream = $1 AND state = 'queued' ORDER BY due, id LIMIT 1";
    const DUE: &str = "UPDATE streams SET worker = NULL, due = $3 WHERE queue = $1 AND name = $2";
    const EMPTY: &str = "DELETE FROM streams WHERE queue = $1 AND name = $2";

    let head = if queue == INBOX {
        sqlx::query_scalar(INBOX_HEAD).bind(stream)
    } else {
        sqlx::query_scalar(OUTBOX_HEAD).bind(stream).bind(queue)
    };
    let head: Option<i64> = head.fetch_optional(&mut **tx).await?;
    let change = match head {
        Some(due) => sqlx::query(DUE).bind(queue).bind(stream).bind(due),
        None => sqlx::query(EMPTY).bind(queue).bind(stream),
    };
    change.execute(&mut **tx).await?;
    Ok(())
}
