//! `/healthz`: the process runs. `/readyz`: the store answers, and what waits in it.

use super::Server;
use crate::{store::Store, webhook::refusal::Refusal};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tracing::error;

pub(super) fn routes(server: &Server) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready).with_state(server.store.clone()))
}

async fn ready(State(store): State<Store>) -> Response {
    match store.counts().await {
        Ok(counts) => Json(json!({
            "ready": true,
            "inbox": {
                "queued": counts.inbox_queued,
                "parked": counts.inbox_parked,
                "unreadable": counts.inbox_unreadable,
            },
            "outbox": {
                "queued": counts.outbox_queued,
                "timers": counts.outbox_timers,
                "dead": counts.outbox_dead,
            },
        }))
        .into_response(),
        Err(failure) => {
            error!(
                error = crate::chain(&failure),
                "not ready: the store does not answer"
            );
            let message = "the store does not answer";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", message).into_response()
        }
    }
}
