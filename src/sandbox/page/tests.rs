use super::*;
use crate::{clock::Clock, sandbox::open};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

async fn scene() -> (crate::sandbox::Opened, Router) {
    let noon: jiff::Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
    let opened = open(Clock::new(move || noon), 0).await.expect("free ports");
    let router = router(opened.sandbox.clone());
    (opened, router)
}

async fn ask(router: &Router, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:1")
        .header("content-type", "application/json");
    let response = router
        .clone()
        .oneshot(request.body(body).expect("a request"))
        .await
        .expect("an answer");
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn a_visitor_sees_the_rollout_that_was_asked_for_and_acts() {
    let (mut opened, router) = scene().await;
    let (_, view) = ask(&router, "GET", "/sandbox/view", Value::Null).await;
    assert_eq!(
        view["issue"]["title"],
        "Rollout: checkout-api 1.4.2 → 1.5.0"
    );
    assert_eq!(view["personas"].as_array().map(Vec::len), Some(5));
    let comment = json!({"login": "olga", "act": "comment", "issue": 1, "body": "/status"});
    assert_eq!(ask(&router, "POST", "/sandbox/act", comment).await.0, 200);
    let close = json!({"login": "olga", "act": "close", "issue": 1});
    let (status, answer) = ask(&router, "POST", "/sandbox/act", close).await;
    assert_eq!(
        (status, answer["message"].as_str()),
        (403, Some("Must have admin rights to Repository."))
    );
    let wanted = json!({"login": "ada", "act": "rollout", "component": "db", "from": "15", "to": "16", "purpose": "p", "benefits": "b"});
    assert_eq!(
        ask(&router, "POST", "/sandbox/act", wanted).await.1["issue"],
        2
    );
    let events: Vec<String> = std::iter::from_fn(|| opened.deliveries.try_recv().ok())
        .map(|d| format!("{}.{}", d.event, d.action))
        .collect();
    assert_eq!(
        events,
        [
            "issues.opened",
            "issues.labeled",
            "issue_comment.created",
            "issues.opened",
            "issues.labeled"
        ]
    );
}

#[tokio::test]
async fn an_issue_is_edited_by_whoever_wrote_it_or_may_write_and_by_nobody_else() {
    let (mut opened, router) = scene().await;
    let (_, view) = ask(&router, "GET", "/sandbox/view", Value::Null).await;
    let source = view["issue"]["source"].as_str().expect("a text").to_owned();
    let filled = source.replace("_No response_", "The checkout is away for ten minutes.");
    for (login, was, status, says) in [
        ("sam", &source, 403, "Must have admin rights to Repository."),
        ("ada", &source, 200, ""),
        ("grace", &source, 422, "The issue has changed since"),
    ] {
        let edit = json!({"login": login, "act": "edit", "issue": 1, "was": was, "title": "Checkout", "body": filled.clone() + login});
        let (answered, words) = ask(&router, "POST", "/sandbox/act", edit).await;
        assert_eq!(answered, status, "{login}: {words}");
        let words = words["message"].as_str().unwrap_or_default();
        assert!(words.starts_with(says), "{login}: {words}");
    }
    let (_, view) = ask(&router, "GET", "/sandbox/view", Value::Null).await;
    assert_eq!(view["issue"]["title"], "Checkout");
    let html = view["issue"]["html"].as_str().expect("HTML");
    assert!(html.contains("away for ten minutes"), "{html}");
    let edited = std::iter::from_fn(|| opened.deliveries.try_recv().ok())
        .filter(|delivery| delivery.action == "edited");
    let bodies: Vec<Value> = edited
        .map(|delivery| serde_json::from_slice(&delivery.body).expect("json"))
        .collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(bodies[0]["sender"]["login"], "ada");
    assert_eq!(bodies[0]["changes"]["body"]["from"], json!(source));
}

#[tokio::test]
async fn the_clock_moves_on_request() {
    let (_opened, router) = scene().await;
    ask(&router, "POST", "/sandbox/clock", json!({"hours": 25})).await;
    let (_, view) = ask(&router, "GET", "/sandbox/view", Value::Null).await;
    assert_eq!(
        (&view["now"], &view["skipped"]),
        (&json!("2026-11-21T13:00:00Z"), &json!(90_000))
    );
}

#[tokio::test]
async fn other_sites_are_kept_out() {
    let (_opened, router) = scene().await;
    for (host, origin, kind, status) in [
        ("127.0.0.1:1", "", "application/json", 200),
        ("127.0.0.1:1", "http://127.0.0.1:1", "application/json", 200),
        ("evil.example", "", "application/json", 403),
        (
            "127.0.0.1:1",
            "http://evil.example",
            "application/json",
            403,
        ),
        ("127.0.0.1:1", "", "text/plain", 403),
    ] {
        let request = Request::builder()
            .method("POST")
            .uri("/sandbox/clock")
            .header("host", host)
            .header("content-type", kind);
        let request = if origin.is_empty() {
            request
        } else {
            request.header("origin", origin)
        };
        let response = router
            .clone()
            .oneshot(
                request
                    .body(Body::from("{\"hours\":0}"))
                    .expect("a request"),
            )
            .await
            .expect("an answer");
        assert_eq!(response.status(), status, "{host} {origin} {kind}");
        assert!(response.headers().contains_key("content-security-policy"));
    }
}
