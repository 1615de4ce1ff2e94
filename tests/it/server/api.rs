use super::{Answer, House, TOKEN, now};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use rollcall::{
    domain::ids::RolloutId,
    store::{Outcome, Source},
    webhook::order::{KIND, Order},
};
use serde_json::{Value, json};
use std::time::Duration;

fn order() -> Value {
    json!({
        "repository": "acme/shop",
        "purpose": "Close a hole",
        "components": [{ "name": "api", "from": "1.4.1", "to": "1.4.2", "reason": "security" }],
        "benefits": "No more hole",
        "key": "train-42",
    })
}

fn post(body: &Value, authorization: &str) -> Request<Body> {
    Request::post("/api/rollouts")
        .header("authorization", authorization)
        .body(body.to_string().into())
        .expect("a request")
}

async fn create(house: &House, body: &Value) -> Answer {
    house.ask(post(body, &format!("Bearer {TOKEN}"))).await
}

async fn status(house: &House, id: &str) -> Answer {
    let request = Request::get(format!("/api/rollouts/{id}"))
        .header("authorization", format!("Bearer {TOKEN}"));
    house
        .ask(request.body(Body::empty()).expect("a request"))
        .await
}

#[tokio::test]
async fn an_order_is_stored_and_named_after_its_request() {
    let house = House::new().await;
    let answer = create(&house, &order()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let id = RolloutId::of_request("api:train-42");
    assert_eq!(
        answer.json(),
        json!({ "id": id, "status": format!("/api/rollouts/{id}") })
    );
    assert_eq!(answer.headers["location"], format!("/api/rollouts/{id}"));
    let arrival = house.inbox().await.remove(0);
    assert_eq!((arrival.source, arrival.kind.as_str()), (Source::Api, KIND));
    assert_eq!(arrival.stream, Some(format!("rollout:{id}")));
    let stored: Order = serde_json::from_slice(&arrival.body).expect("an order");
    assert_eq!(
        (stored.repository.as_str(), stored.request.key.as_str()),
        ("acme/shop", "api:train-42")
    );
}

#[tokio::test]
async fn the_same_order_finds_the_first() {
    let house = House::new().await;
    let first = create(&house, &order()).await.json();
    assert_eq!(create(&house, &order()).await.json(), first);
    let mut other = order();
    other["key"] = "train-43".into();
    assert_ne!(create(&house, &other).await.json(), first);
    assert_eq!(house.inbox().await.len(), 2);
}

#[tokio::test]
async fn only_an_operator_may_order_or_ask() {
    let house = House::new().await;
    for authorization in [
        "",
        "Bearer",
        "Bearer wrong",
        &format!("Basic {TOKEN}"),
        &format!("Bearer {TOKEN}x"),
        TOKEN,
    ] {
        let answer = house.ask(post(&order(), authorization)).await;
        assert_eq!(
            answer.refusal(),
            (401, "wrong_token".to_owned()),
            "{authorization}"
        );
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let request = Request::get("/api/rollouts/ro-1")
        .body(Body::empty())
        .expect("a request");
    assert_eq!(house.ask(request).await.status, StatusCode::UNAUTHORIZED);
    assert!(house.inbox().await.is_empty());
    assert_eq!(
        house
            .ask(post(&order(), &format!("bearer {TOKEN}")))
            .await
            .status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn without_a_token_the_api_is_closed() {
    let house = House::with(|server| server.api_tokens.replace(Vec::new())).await;
    assert_eq!(
        create(&house, &order()).await.refusal(),
        (403, "api_closed".to_owned())
    );
    let nothing = house.ask(post(&order(), "Bearer ")).await;
    assert_eq!(nothing.refusal(), (403, "api_closed".to_owned()));
}

#[tokio::test]
async fn a_mistaken_order_is_refused_with_its_fields() {
    let house = House::new().await;
    let answer = create(
        &house,
        &json!({ "repository": "acme", "components": [{ "name": "api", "vrsion": "1" }] }),
    )
    .await;
    assert_eq!(answer.refusal(), (400, "invalid_order".to_owned()));
    let fields = answer.json()["fields"].clone();
    let fields: Vec<_> = fields
        .as_array()
        .expect("a list")
        .iter()
        .map(|field| field["field"].clone())
        .collect();
    assert_eq!(fields, ["components[0].vrsion", "repository"]);
    let large = json!({ "repository": "acme/shop", "purpose": "x".repeat(300_000) });
    assert_eq!(
        create(&house, &large).await.refusal(),
        (413, "body_too_large".to_owned())
    );
    assert!(house.inbox().await.is_empty());
}

#[tokio::test]
async fn an_order_can_be_asked_after() {
    let house = House::new().await;
    assert_eq!(
        status(&house, "ro-000000000000").await.refusal(),
        (404, "unknown_rollout".to_owned())
    );
    let id = create(&house, &order()).await.json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(status(&house, &id).await.json()["state"], "waiting");
}

#[tokio::test]
async fn an_order_that_was_refused_says_why_and_is_tried_again_when_it_comes_again() {
    let house = House::new().await;
    let id = create(&house, &order()).await.json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let lease = house
        .store
        .lease_arrival(now(), Duration::from_secs(60), "test")
        .await;
    let arrival = lease.expect("a database").expect("an order");
    let why = "Rollcall is not installed on `acme/shop`".to_owned();
    house
        .store
        .finish_arrival(arrival.id, Outcome::Ignored(why.clone()), now())
        .await
        .expect("ours");
    let told = status(&house, &id).await.json();
    assert_eq!(
        (&told["state"], &told["reason"]),
        (&json!("refused"), &json!(why))
    );
    create(&house, &order()).await;
    assert_eq!(status(&house, &id).await.json()["state"], "waiting");
    assert_eq!(house.inbox().await.len(), 1);
}
