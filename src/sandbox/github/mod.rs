//! A GitHub in one process: a small stateful world that people act in and Rollcall's REST calls reach.
//!
//! Every change makes the webhooks that GitHub would make, signed, into a channel of [`Delivery`]: [`super::hooks`] posts them over
//! HTTP; a test takes them by hand and may drop, double or reorder them. Ids and GUIDs are counted, so a world repeats exactly.

mod api;
mod change;
mod fault;
mod key;
mod limits;
mod moves;
mod payload;
mod people;
mod refused;
mod setup;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod webhook;

pub use fault::{Fault, How, Request};
pub use key::AppKey;
pub use refused::Refused;
pub use setup::Settings;
pub use state::{IssueAt, Role};
pub use view::{CommentView, IssueView};
pub use webhook::{Delivery, sign};

use super::pulse::Pulse;
use crate::clock::Clock;
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The reactions that GitHub knows.
pub(crate) const REACTIONS: [&str; 8] = [
    "+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket",
];

/// The fake GitHub. Clones share one state.
#[derive(Clone)]
pub struct World {
    state: Arc<Mutex<State>>,
}

impl World {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The REST API, to be served on loopback or called in process.
    pub fn router(&self) -> axum::Router {
        api::router(self.clone())
    }

    /// Beats whenever the world changes.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.state().pulse.clone()
    }

    /// Lets another pulse beat from now on.
    pub fn beat_with(&self, pulse: Pulse) {
        self.state().pulse = pulse;
    }

    /// The requests received so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Forgets the requests received so far.
    pub fn forget_requests(&self) {
        self.state().requests.clear();
    }

    /// The permissions of the App that the requests so far needed, with the highest level each.
    #[must_use]
    pub fn permissions_used(&self) -> std::collections::BTreeMap<String, String> {
        self.state().permissions_used.clone()
    }

    /// Makes coming requests fail.
    pub fn fail(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    /// Takes back every fault that has not happened yet.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// Notes how the receiver answered a delivery: its status, or none when it could not be reached.
    pub fn delivered(&self, delivery: u64, status: Option<u16>) {
        let mut state = self.state();
        if let Some(sent) = state.sent.iter_mut().find(|s| s.delivery.id == delivery) {
            sent.status = Some(status.unwrap_or(0));
        }
    }

    /// Sends a delivery again, as the button on GitHub does. False when it is not known.
    #[must_use]
    pub fn redeliver(&self, delivery: u64) -> bool {
        self.state().redeliver(delivery)
    }
}
