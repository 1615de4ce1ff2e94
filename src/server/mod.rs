//! The HTTP server: who may knock where, and with what limits.

mod api;
mod connections;
mod head;
mod health;
mod limits;
mod origin;
mod token;

pub use connections::{Patience, serve};
pub use origin::Peer;

use crate::{
    clock::Clock,
    config::{Config, Senders},
    current::{Current, Secrets},
    store::Store,
    webhook::{
        body::Room,
        receive::{Receiver, receive},
        refusal::Refusal,
    },
};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::post,
};
use limits::{Places, take_a_place};
use origin::only_from;
use std::{sync::Arc, time::Duration};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

/// Where people read GitHub when nothing else is configured.
const GITHUB: &str = "https://github.com";

/// Headers that every answer carries unless its route says otherwise: nothing here is a page.
const SECURITY: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
];

/// What the server stands on.
#[derive(Clone)]
pub struct Server {
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The App's number and the secrets of its webhook; none when webhooks are not taken.
    pub webhook: Option<(u64, Secrets)>,
    /// Where webhooks may come from; anywhere when none.
    pub senders: Option<Senders>,
    /// Tokens of operators; without any the API is closed.
    pub api_tokens: Secrets,
    /// Where people read GitHub.
    pub web_url: String,
    /// Largest webhook in bytes.
    pub body_bytes: usize,
    /// Bytes of bodies in memory at the same time.
    pub room_bytes: usize,
    /// Requests worked on at the same time.
    pub concurrent_requests: usize,
    /// Time after which a request is given up.
    pub request_time: Duration,
}

impl Server {
    /// The server as the operator configured it.
    #[must_use]
    pub fn new(config: &Config, store: Store, clock: Clock) -> Self {
        let github = config.github.as_ref();
        let web_url = github.map(|github| github.web_url.to_string());
        Self {
            store,
            clock,
            webhook: github
                .map(|github| (github.app_id, Current::new(github.webhook_secrets.clone()))),
            senders: github.and_then(|github| github.senders.clone()),
            api_tokens: Current::new(config.api_tokens.clone()),
            web_url: web_url.unwrap_or_else(|| GITHUB.to_owned()),
            body_bytes: config.limits.body_bytes,
            room_bytes: config.limits.room_bytes,
            concurrent_requests: config.limits.concurrent_requests,
            request_time: config.limits.request_time,
        }
    }

    /// All routes. They need no more state, so that others can be merged with them.
    pub fn router(self) -> Router {
        let places = Places::new(self.concurrent_requests);
        let request_time = self.request_time;
        let room = Room::new(self.room_bytes);
        let mut work = api::routes(&self, &room);
        if let Some((app_id, secrets)) = self.webhook.clone() {
            let receiver = Arc::new(Receiver {
                store: self.store.clone(),
                secrets,
                app_id,
                body_bytes: self.body_bytes,
                room,
                clock: self.clock.clone(),
            });
            let mut webhook = Router::new().route("/webhook", post(receive).with_state(receiver));
            if let Some(senders) = self.senders.clone() {
                webhook = webhook.layer(from_fn_with_state(Arc::new(senders), only_from));
            }
            work = work.merge(webhook);
        }
        let limits = ServiceBuilder::new().layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            request_time,
        ));
        let routes = work
            .layer(from_fn_with_state(places, take_a_place))
            .merge(health::routes(&self))
            .layer(limits)
            .layer(from_fn(head::of_sensible_size))
            .layer(CatchPanicLayer::custom(after_a_panic));
        with_security_headers(routes)
    }
}

/// A panic ends one request and nothing else. Its message went to the log with the place.
fn after_a_panic(_: Box<dyn std::any::Any + Send>) -> http::Response<axum::body::Body> {
    let message = "something went wrong here; the log of Rollcall says what";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message).into_response()
}

fn with_security_headers(routes: Router) -> Router {
    SECURITY.into_iter().fold(routes, |routes, (name, value)| {
        let value = HeaderValue::from_static(value);
        routes.layer(SetResponseHeaderLayer::if_not_present(name, value))
    })
}
