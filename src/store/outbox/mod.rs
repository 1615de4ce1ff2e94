//! The outbox: every way out. Each effect has a natural key, and one effect of a stream is performed at a time.

mod finish;
mod lease;
pub(super) mod put;
pub(super) mod unfinished;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::StoreError;
use super::row::Fields;

/// An effect to perform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRow {
    /// Natural and unique: what it is about, not when it was asked for.
    pub key: String,
    /// `github`, `telegram`, `email` or `clock`: who performs it.
    pub channel: String,
    /// One effect of a stream is performed at a time, the earliest due first: an installation, a chat, a mail server.
    pub stream: String,
    /// The rollout it belongs to; empty for none.
    pub rollout: String,
    /// What to perform.
    pub payload: String,
    /// Not before.
    pub due: Timestamp,
    /// What to do when the key exists.
    pub mode: PutMode,
}

/// What putting an effect does when its key exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutMode {
    /// Nothing: it is performed once in its life.
    Once,
    /// The newest payload wins. One that was performed is queued again, due no earlier than `quiet` after that.
    Latest {
        /// The least time between two performances. The first is immediate.
        quiet: Duration,
    },
    /// Takes back what is not performed yet, a timer say; payload and time mean nothing.
    Cancel,
}

/// An effect that this worker alone performs until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedEffect {
    /// The row.
    pub id: i64,
    /// Its natural key.
    pub key: String,
    /// Tries, this one included. Above 1 an earlier one may have reached the other side.
    pub attempts: u32,
    /// Which payload this is; goes back into [`Store::finish_effect`](super::Store::finish_effect).
    pub generation: i64,
    /// What to perform.
    pub payload: String,
    /// Its stream.
    pub stream: String,
    /// The rollout it belongs to; empty for none.
    pub rollout: String,
    /// What the other side called it when it was performed before: a comment id, a message id.
    pub remote: Option<String>,
}

impl TryFrom<&AnyRow> for LeasedEffect {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let row = Fields::of("outbox", row);
        Ok(Self {
            id: row.take("id")?,
            key: row.take("key")?,
            attempts: row.count("attempts")?,
            generation: row.take("generation")?,
            payload: row.take("payload")?,
            stream: row.take("stream")?,
            rollout: row.take("rollout")?,
            remote: row.take("remote")?,
        })
    }
}
