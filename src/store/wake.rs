//! Wakes the workers of this process when there is work. Other processes find it by polling.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells the workers of this process that rows were written. Losing a ring costs one polling interval, nothing else.
#[derive(Debug, Clone)]
pub(super) struct Bell(Arc<watch::Sender<()>>);

impl Bell {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }

    pub(super) fn ring(&self) {
        self.0.send_replace(());
    }

    pub(super) fn listen(&self) -> Wake {
        Wake(self.0.subscribe())
    }
}

/// One worker's ear. Take it *before* looking for work and keep it: then no ring between looking and waiting is missed.
#[derive(Debug, Clone)]
pub struct Wake(watch::Receiver<()>);

impl Wake {
    /// Returns when rows were written since the last call (or since this ear was taken). Safe to cancel.
    pub async fn notified(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
