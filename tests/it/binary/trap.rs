//! Traps on the way between the program and its counterparts: whoever steps into one does not live to hear the answer.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;
use std::{
    future::pending,
    sync::{Arc, Mutex},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Where the program is when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Station {
    /// A webhook was answered 202.
    Accepted,
    /// A fact was asked for, and nothing is decided yet.
    Reading,
    /// It is decided and written down; the counterpart has heard of it but done nothing.
    Writing,
    /// The counterpart has done it; the answer is lost.
    Written,
    /// The counterpart has done it and said so; perhaps it is noted, perhaps not.
    Answered,
    /// The mail server has taken a mail; perhaps its 250 arrived.
    Mailed,
    /// Nothing is to be done.
    Resting,
    /// Whatever it is doing: the next life is wanted.
    Wanted,
}

impl Station {
    /// Those that have a trap.
    pub(super) const TRAPS: [Self; 5] = [
        Self::Accepted,
        Self::Reading,
        Self::Writing,
        Self::Written,
        Self::Answered,
    ];
}

/// One trap at a time. Clones share it.
#[derive(Clone)]
pub(super) struct Trap {
    set: Arc<Mutex<Option<(Station, u32)>>>,
    sprung: UnboundedSender<Station>,
}

impl Trap {
    pub(super) fn new() -> (Self, UnboundedReceiver<Station>) {
        let (sprung, hits) = unbounded_channel();
        let set = Arc::default();
        (Self { set, sprung }, hits)
    }

    /// Lets this many pass at the station, and springs at the next.
    pub(super) fn set(&self, station: Station, passing: u32) {
        *self.set.lock().expect("a trap") = Some((station, passing));
    }

    /// Takes the trap away.
    pub(super) fn clear(&self) {
        *self.set.lock().expect("a trap") = None;
    }

    /// Somebody comes by; whether it springs.
    pub(super) fn steps_on(&self, station: Station) -> bool {
        let mut set = self.set.lock().expect("a trap");
        match set.as_mut() {
            Some((at, passing)) if *at == station => {
                if *passing > 0 {
                    *passing -= 1;
                    return false;
                }
            }
            _ => return false,
        }
        *set = None;
        self.sprung.send(station).is_ok()
    }
}

/// Stands before a counterpart's router.
pub(super) async fn watch(State(trap): State<Trap>, request: Request, next: Next) -> Response {
    let is_token = request.uri().path().ends_with("/access_tokens");
    if request.method() == Method::GET || is_token {
        if trap.steps_on(Station::Reading) {
            return pending().await;
        }
        return next.run(request).await;
    }
    if trap.steps_on(Station::Writing) {
        return pending().await;
    }
    let response = next.run(request).await;
    if trap.steps_on(Station::Written) {
        return pending().await;
    }
    trap.steps_on(Station::Answered);
    response
}
