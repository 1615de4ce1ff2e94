//! Tells whoever watches that something in the sandbox has changed.

use tokio::sync::watch;

/// A counter that grows with every change. Clones share it.
#[derive(Debug, Clone)]
pub struct Pulse(watch::Sender<u64>);

impl Pulse {
    /// A pulse that has not beaten yet.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Something changed.
    pub fn beat(&self) {
        self.0.send_modify(|beats| *beats += 1);
    }

    /// Waits on changes from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}
