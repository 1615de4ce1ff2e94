//! The inbox: every way in. Deliveries of one stream are handled one after the other, in the order of their arrival.

pub(super) mod accept;
pub mod fate;
pub(super) mod finish;
mod lease;
mod prune;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::StoreError;
use super::row::Fields;

/// Where an arrival comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A webhook.
    Github,
    /// `POST /api/…` or the command line.
    Api,
    /// A deadline that passed.
    Clock,
    /// The receipt of an effect, or its failure.
    Delivery,
    /// Rollcall itself: fan-out, reconciliation.
    Rollcall,
}

impl Source {
    /// The name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Api => "api",
            Self::Clock => "clock",
            Self::Delivery => "delivery",
            Self::Rollcall => "rollcall",
        }
    }
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let all = [
            Self::Github,
            Self::Api,
            Self::Clock,
            Self::Delivery,
            Self::Rollcall,
        ];
        all.into_iter()
            .find(|source| source.name() == name)
            .ok_or_else(|| format!("unknown source `{name}`"))
    }
}

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Where it comes from.
    pub source: Source,
    /// Unique: the `X-GitHub-Delivery` GUID, or a natural key. What arrives again under a known key is not stored.
    pub key: String,
    /// `X-GitHub-Event`, or `event` for a domain event in its serialised form.
    pub kind: String,
    /// The bytes as they came: any bytes, any size.
    pub body: Vec<u8>,
    /// When it came in. It is not handled before.
    pub received_at: Timestamp,
    /// `X-GitHub-Hook-Installation-Target-ID`.
    pub installation_target: Option<String>,
    /// The installation that it is about, as far as that shows. Installations take turns.
    pub installation: Option<i64>,
    /// The stream, when it is known without reading the body.
    pub stream: Option<String>,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is durable and will be handled.
    New,
    /// Its key was known: nothing was stored.
    Seen,
}

/// An arrival that this worker alone handles until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedArrival {
    /// The row.
    pub id: i64,
    /// How many times it was leased to be handled, this time included.
    pub attempts: u32,
    /// Where it comes from.
    pub source: Source,
    /// Its unique key.
    pub key: String,
    /// `X-GitHub-Event`, or `event`.
    pub kind: String,
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// When it came in.
    pub received_at: Timestamp,
    /// `X-GitHub-Hook-Installation-Target-ID`.
    pub installation_target: Option<String>,
    /// None: to be routed first, see [`Store::route`](super::Store::route).
    pub stream: Option<String>,
}

impl TryFrom<&AnyRow> for LeasedArrival {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let row = Fields::of("inbox", row);
        let stream: String = row.take("stream")?;
        Ok(Self {
            id: row.take("id")?,
            attempts: row.count("attempts")?,
            source: row.named("source")?,
            key: row.take("key")?,
            kind: row.take("kind")?,
            body: row.take("body")?,
            received_at: row.time("received_at")?,
            installation_target: row.take("installation_target")?,
            stream: Some(stream).filter(|name| !name.starts_with('?')),
        })
    }
}

/// Whether the worker that routed an arrival goes on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routed {
    /// It is the stream's next: the lease goes on.
    Mine,
    /// An older one is unfinished: it will be leased again when its turn comes.
    Later,
}

/// How an arrival ended without a change to a rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All it asked for is done.
    Handled,
    /// It asks for nothing; why.
    Ignored(String),
    /// It cannot be parsed; why. Kept and counted.
    Unreadable(String),
}

/// Whether there was something to handle again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// It is queued.
    Yes,
    /// No arrival has this key.
    Unknown,
    /// It was handled so long ago that its body is no longer kept.
    Gone,
}
