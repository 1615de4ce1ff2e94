//! How many requests are worked on at the same time.

use crate::webhook::refusal::Refusal;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The places at the counter.
#[derive(Clone)]
pub(super) struct Places(Arc<Semaphore>);

impl Places {
    pub fn new(number: usize) -> Self {
        Self(Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS))))
    }
}

/// Works on a request if there is a place; else says at once that there is none, so that nothing piles up in memory.
pub(super) async fn take_a_place(
    State(places): State<Places>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_place) = places.0.try_acquire() else {
        return Refusal::busy().into_response();
    };
    next.run(request).await
}
