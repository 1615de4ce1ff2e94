//! `/api/rollouts`: order a rollout, and ask what became of it.

use super::{Server, token::operators_only};
use crate::{
    clock::Clock,
    domain::{
        ids::{Place, RolloutId},
        phase::Phase,
        rollout::{Rollout, Stage},
    },
    store::{Accepted, Arrival, Fate, RolloutRow, Source, Store, StoreError},
    webhook::{
        body::{Room, read_body},
        order::{self, Order},
        refusal::Refusal,
    },
};
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::{error, info};

/// Largest order in bytes.
const ORDER_BYTES: usize = 256 * 1024;

#[derive(Clone)]
struct Api {
    store: Store,
    clock: Clock,
    web_url: String,
    room: Room,
}

pub(super) fn routes(server: &Server, room: &Room) -> Router {
    let tokens = server.api_tokens.clone();
    let api = Api {
        store: server.store.clone(),
        clock: server.clock.clone(),
        web_url: server.web_url.clone(),
        room: room.clone(),
    };
    Router::new()
        .route("/api/rollouts", post(create))
        .route("/api/rollouts/{id}", get(show))
        .layer(from_fn_with_state(tokens, operators_only))
        .with_state(Arc::new(api))
}

/// Takes an order: 202 with the rollout's id once it is durable. The same order again finds the first; one that had been refused is
/// tried again.
async fn create(State(api): State<Arc<Api>>, body: Body) -> Response {
    let body = match read_body(body, ORDER_BYTES, &api.room).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let order = match order::parse(&body.bytes) {
        Ok(order) => order,
        Err(mistakes) => {
            let message = "the order cannot be taken as it is";
            let answer =
                json!({ "error": "invalid_order", "message": message, "fields": mistakes });
            return (StatusCode::BAD_REQUEST, Json(answer)).into_response();
        }
    };
    let id = RolloutId::of_request(&order.request.key);
    match api.accept(&id, &order).await {
        Ok(false) => {
            let message = "another order was made under this key; choose another `key`";
            Refusal::new(StatusCode::CONFLICT, "order_differs", message).into_response()
        }
        Ok(true) => {
            let status = format!("/api/rollouts/{id}");
            let answer = Json(json!({ "id": id, "status": status }));
            (StatusCode::ACCEPTED, [(header::LOCATION, status)], answer).into_response()
        }
        Err(failure) => not_stored(&failure),
    }
}

/// What became of an order: `waiting`, `refused`, or `open`/`closed` with the issue once there is one, its phase, whether the deployment
/// runs, how it ended, and why it is on hold.
async fn show(State(api): State<Arc<Api>>, Path(id): Path<String>) -> Response {
    match api.describe(&id).await {
        Ok(Some(shown)) => Json(shown).into_response(),
        Ok(None) => {
            let message = "no rollout has this id";
            Refusal::new(StatusCode::NOT_FOUND, "unknown_rollout", message).into_response()
        }
        Err(failure) => not_stored(&failure),
    }
}

fn not_stored(failure: &StoreError) -> Response {
    error!(
        error = crate::chain(failure),
        "the API cannot reach the store"
    );
    Refusal::not_stored().into_response()
}

/// The inbox key of the order that creates a rollout.
fn arrival_key(id: &str) -> String {
    format!("order:{id}")
}

impl Api {
    /// False: another order has this one's key.
    async fn accept(&self, id: &RolloutId, order: &Order) -> Result<bool, StoreError> {
        let key = arrival_key(&id.0);
        let arrival = Arrival {
            source: Source::Api,
            key: key.clone(),
            kind: order::KIND.to_owned(),
            body: serde_json::to_vec(order).expect("an order is texts, lists and maps"),
            received_at: self.clock.now(),
            installation_target: None,
            installation: None,
            stream: Some(format!("rollout:{id}")),
        };
        let body = arrival.body.clone();
        let accepted = self.store.accept(arrival).await?;
        info!(rollout = %id, repository = order.repository, ?accepted, "order accepted");
        if accepted == Accepted::New {
            return Ok(true);
        }
        if self
            .store
            .load_body(&key)
            .await?
            .is_some_and(|known| known != body)
        {
            return Ok(false);
        }
        if let Some(Fate::Refused(_)) = self.store.load_fate(&key).await? {
            self.store.replay(&key, self.clock.now()).await?;
        }
        Ok(true)
    }

    async fn describe(&self, id: &str) -> Result<Option<Value>, StoreError> {
        if let Some(row) = self.store.load_rollout(id).await? {
            return Ok(Some(self.shown(&row)));
        }
        let fate = self.store.load_fate(&arrival_key(id)).await?;
        Ok(fate.map(|fate| match fate {
            Fate::Waiting(reason) => json!({ "id": id, "state": "waiting", "reason": reason }),
            Fate::Handled => json!({ "id": id, "state": "waiting" }),
            Fate::Refused(reason) => json!({ "id": id, "state": "refused", "reason": reason }),
        }))
    }

    fn shown(&self, row: &RolloutRow) -> Value {
        let state = if row.open { "open" } else { "closed" };
        let Ok(rollout) = serde_json::from_str::<Rollout>(&row.state) else {
            return json!({ "id": row.id, "state": state });
        };
        let end = match &rollout.stage {
            Stage::Finished(finish) => Some(finish.end),
            Stage::Preparing | Stage::Deploying { .. } => None,
        };
        let holds = rollout.holds.values().map(|hold| &hold.reason);
        json!({
            "id": row.id,
            "state": state,
            "phase": rollout.phase().map(Phase::name),
            "deploying": rollout.is_deploying(),
            "end": end,
            "held": holds.collect::<Vec<_>>(),
            "title": rollout.title,
            "issue": self.issue_url(&rollout.place),
        })
    }

    fn issue_url(&self, place: &Place) -> Option<String> {
        let number = place.issue?;
        let base = self.web_url.trim_end_matches('/');
        Some(format!("{base}/{}/issues/{number}", place.repository))
    }
}
