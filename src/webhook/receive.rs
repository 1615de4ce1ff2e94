//! `POST /webhook`: check, store, acknowledge. No JSON is parsed before the row is durable.

use super::{
    body::{Room, Whole, read_body},
    refusal::Refusal,
    signature::is_signed,
    whose::installation_in,
};
use crate::{
    clock::Clock,
    current::Secrets,
    store::{Arrival, Source, Store},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use secrecy::SecretString;
use serde_json::json;
use std::sync::Arc;
use tracing::{debug, error, info};

/// Longest delivery id and event name that are taken. GitHub's are a GUID and a word.
const LONGEST_NAME: usize = 200;

/// What receiving needs.
#[derive(Clone)]
pub struct Receiver {
    /// Where deliveries are kept.
    pub store: Store,
    /// Secrets that a delivery may be signed with.
    pub secrets: Secrets,
    /// The App's number. Deliveries for another App are refused.
    pub app_id: u64,
    /// Largest body in bytes.
    pub body_bytes: usize,
    /// Where bodies are kept until they are stored.
    pub room: Room,
    /// The time.
    pub clock: Clock,
}

/// Takes a webhook: 202 once it is durable. Otherwise 400, 401, 413, 415 or 503, and nothing was stored.
pub async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match accept(&receiver, &headers, body).await {
        Ok(delivery) => {
            let answer = Json(json!({ "delivery": delivery }));
            (StatusCode::ACCEPTED, answer).into_response()
        }
        Err(refusal) => {
            let delivery = text(&headers, "x-github-delivery").unwrap_or_default();
            info!(
                delivery.id = delivery,
                code = refusal.code,
                "webhook refused"
            );
            refusal.into_response()
        }
    }
}

async fn accept(receiver: &Receiver, headers: &HeaderMap, body: Body) -> Result<String, Refusal> {
    check_content_type(headers)?;
    let Whole { bytes: body, room } = read_body(body, receiver.body_bytes, &receiver.room).await?;
    check_signature(headers, &body, &receiver.secrets.read())?;
    let installation_target = check_target(headers, receiver.app_id)?;
    let installation = installation_in(&body);
    let arrival = Arrival {
        source: Source::Github,
        key: name(headers, "x-github-delivery")?,
        kind: name(headers, "x-github-event")?,
        body,
        received_at: receiver.clock.now(),
        installation_target,
        installation,
        stream: None,
    };
    let (delivery, event) = (arrival.key.clone(), arrival.kind.clone());
    let accepted = receiver.store.accept(arrival).await;
    drop(room);
    match accepted {
        Ok(accepted) => {
            debug!(delivery.id = delivery, event, ?accepted, "webhook accepted");
            Ok(delivery)
        }
        Err(failure) => {
            error!(
                delivery.id = delivery,
                error = crate::chain(&failure),
                "webhook not stored"
            );
            Err(Refusal::not_stored())
        }
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "set the webhook's content type to `application/json`",
    ))
}

fn check_signature(
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[SecretString],
) -> Result<(), Refusal> {
    let unauthorized = |code, message| Refusal::new(StatusCode::UNAUTHORIZED, code, message);
    let Some(signature) = text(headers, "x-hub-signature-256") else {
        let message = "the header `X-Hub-Signature-256` is missing; set the webhook's secret";
        return Err(unauthorized("not_signed", message));
    };
    if is_signed(signature, body, secrets) {
        return Ok(());
    }
    let message = "the signature is not made with the webhook's secret";
    Err(unauthorized("wrong_signature", message))
}

/// A delivery that is meant for another App, or for the webhook of a repository, is not ours even if the secret is the same. The
/// header is missing only where a proxy took it away; then the signature says enough.
fn check_target(headers: &HeaderMap, app_id: u64) -> Result<Option<String>, Refusal> {
    let Some(target) = text(headers, "x-github-hook-installation-target-id") else {
        return Ok(None);
    };
    if target == app_id.to_string() {
        return Ok(Some(target.to_owned()));
    }
    Err(Refusal::new(
        StatusCode::UNAUTHORIZED,
        "wrong_app",
        format!("this is the webhook of App {app_id}, not of another App or repository"),
    ))
}

fn name(headers: &HeaderMap, header: &'static str) -> Result<String, Refusal> {
    match text(headers, header) {
        Some(name) if !name.is_empty() && name.len() <= LONGEST_NAME => Ok(name.to_owned()),
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "missing_header",
            format!("the header `{header}` is missing, empty or too long"),
        )),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
