//! Performed, but not written down: the disk was full or the database locked at the wrong moment.
//!
//! As long as this process lives it remembers, and performs nothing else before it is written. If the process ends first, the
//! effect is performed again, as after any other death between the two.

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::super::inbox::Arrival;
use super::super::{Store, StoreError};

/// An effect that was performed.
#[derive(Debug)]
pub(super) struct Finish {
    pub(super) id: i64,
    pub(super) generation: i64,
    pub(super) remote: Option<String>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) now: Timestamp,
}

/// What is still to be written.
#[derive(Debug, Default)]
pub(in super::super) struct Unfinished(Mutex<Vec<Finish>>);

impl Unfinished {
    pub(super) async fn keep(&self, finish: Finish) {
        self.0.lock().await.push(finish);
    }
}

impl Store {
    /// Writes down what could not be written when it was performed.
    pub(in super::super) async fn finish_rest(&self) -> Result<(), StoreError> {
        let mut rest = self.unfinished.0.lock().await;
        while let Some(finish) = rest.last() {
            self.write_finish(finish).await?;
            rest.pop();
        }
        Ok(())
    }
}
