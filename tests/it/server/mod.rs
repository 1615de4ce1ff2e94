//! The server, asked over its real router and a real database.

mod api;
mod connections;
mod health;
mod origin;
mod routes;
mod webhook;

use crate::support::database::TestDatabase;
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use jiff::Timestamp;
use rollcall::{
    clock::Clock,
    current::Current,
    server::Server,
    store::{LeasedArrival, Store},
    webhook::signature::sign,
};
use serde_json::Value;
use std::time::Duration;
use tower::ServiceExt;

const SECRET: &str = "It's a Secret to Everybody";
const TOKEN: &str = "a-token-of-an-operator";
const APP: u64 = 4711;

/// A server over an empty database.
struct House {
    store: Store,
    router: Router,
    _database: TestDatabase,
}

/// What a server answered.
struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Vec<u8>,
}

impl House {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Server)) -> Self {
        let database = TestDatabase::sqlite();
        let store = database.open().await;
        let mut server = server(store.clone());
        change(&mut server);
        Self {
            store,
            router: server.router(),
            _database: database,
        }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let answer: Response<Body> = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        let (head, body) = answer.into_parts();
        let body = body
            .collect()
            .await
            .expect("a body of the router is whole")
            .to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.to_vec(),
        }
    }

    /// Everything in the inbox, in order.
    async fn inbox(&self) -> Vec<LeasedArrival> {
        let mut arrivals = Vec::new();
        while let Some(arrival) = self
            .store
            .lease_arrival(now(), Duration::from_secs(60), "test")
            .await
            .expect("the inbox can be read")
        {
            let outcome = rollcall::store::Outcome::Handled;
            self.store
                .finish_arrival(arrival.id, outcome, now())
                .await
                .expect("a lease of ours");
            arrivals.push(arrival);
        }
        arrivals
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    /// Status and reason code.
    fn refusal(&self) -> (u16, String) {
        let code = self.json()["error"]
            .as_str()
            .expect("a refusal has a code")
            .to_owned();
        (self.status.as_u16(), code)
    }
}

fn now() -> Timestamp {
    "2026-11-02T10:00:00Z".parse().expect("a time")
}

fn server(store: Store) -> Server {
    Server {
        store,
        clock: Clock::new(now),
        webhook: Some((APP, Current::new(vec![SECRET.into()]))),
        senders: None,
        api_tokens: Current::new(vec![TOKEN.into()]),
        web_url: "https://github.com".into(),
        body_bytes: 1024 * 1024,
        room_bytes: 64 * 1024 * 1024,
        concurrent_requests: 512,
        request_time: Duration::from_secs(10),
    }
}

/// A delivery as GitHub sends it.
fn delivery(id: &str, event: &str, body: &[u8]) -> axum::http::request::Builder {
    Request::post("/webhook")
        .header("content-type", "application/json")
        .header("user-agent", "GitHub-Hookshot/044aadd")
        .header("x-github-delivery", id)
        .header("x-github-event", event)
        .header("x-github-hook-installation-target-id", APP)
        .header("x-hub-signature-256", sign(body, &SECRET.into()))
}
