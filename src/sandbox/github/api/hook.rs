//! The App's past deliveries, and sending them again. Cursor pages, newest first, as far back as GitHub keeps them: three days.

use super::super::{
    Refused, World,
    payload::time,
    state::{Sent, State as Known},
};
use super::{Answer, token::App};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header::LINK},
    response::IntoResponse,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Known {
    /// An attempt in the list; deliveries under way are not in it yet.
    fn attempt_json(&self, sent: &Sent) -> Option<Value> {
        let code = sent.status?;
        let status = match code {
            0 => "failed to connect to host",
            200..300 => "OK",
            _ => "Invalid HTTP Response: see status code",
        };
        Some(json!({
            "id": sent.delivery.id, "guid": sent.delivery.guid, "delivered_at": time(sent.at), "redelivery": sent.delivery.redelivery,
            "duration": 0.01, "status": status, "status_code": code, "event": sent.delivery.event, "action": sent.delivery.action,
            "installation_id": self.installation.id, "repository_id": sent.delivery.repository, "throttled_at": null,
        }))
    }
}

pub(super) async fn list(
    _: App,
    State(world): State<World>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let state = world.state();
    let size = query
        .get("per_page")
        .and_then(|v| v.parse().ok())
        .unwrap_or(30_usize)
        .clamp(1, 100);
    let before = match query.get("cursor") {
        None => u64::MAX,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| Refused::invalid("HookDelivery", "cursor", "invalid", None))?,
    };
    let oldest = state.now() - SignedDuration::from_hours(72);
    let known = state
        .sent
        .iter()
        .rev()
        .filter(|s| s.delivery.id < before && s.at >= oldest);
    let mut entries: Vec<Value> = known
        .filter_map(|s| state.attempt_json(s))
        .take(size + 1)
        .collect();
    let more = entries.len() > size;
    entries.truncate(size);
    let link = entries.last().filter(|_| more).map(|last| {
        format!(
            "<{}/app/hook/deliveries?per_page={size}&cursor={}>; rel=\"next\"",
            state.settings.api_url, last["id"]
        )
    });
    let mut response = Json(entries).into_response();
    if let Some(value) = link.and_then(|l| l.parse().ok()) {
        response.headers_mut().insert(LINK, value);
    }
    Ok(response)
}

pub(super) async fn one(_: App, State(world): State<World>, Path(id): Path<u64>) -> Answer {
    let state = world.state();
    let sent = state
        .sent
        .iter()
        .find(|s| s.delivery.id == id)
        .ok_or_else(Refused::not_found)?;
    let mut json = state.attempt_json(sent).ok_or_else(Refused::not_found)?;
    let body: Value = serde_json::from_slice(&sent.delivery.body).unwrap_or_default();
    json["request"] = json!({"headers": {}, "payload": body});
    json["response"] = json!({"headers": {}, "payload": null});
    Ok(Json(json).into_response())
}

pub(super) async fn attempt(_: App, State(world): State<World>, Path(id): Path<u64>) -> Answer {
    if !world.state().redeliver(id) {
        return Err(Refused::not_found());
    }
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}
