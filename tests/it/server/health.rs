use super::{Answer, House, delivery, now};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::json;
use std::time::Duration;

async fn get(house: &House, path: &str) -> Answer {
    house
        .ask(Request::get(path).body(Body::empty()).expect("a request"))
        .await
}

#[tokio::test]
async fn ready_means_that_the_store_answers() {
    let house = House::new().await;
    let body = b"{}";
    house
        .ask(
            delivery("d-1", "issues", body)
                .body(body.to_vec().into())
                .expect("a request"),
        )
        .await;
    let answer = get(&house, "/readyz").await;
    assert_eq!(answer.status, StatusCode::OK);
    let inbox = json!({ "queued": 1, "parked": 0, "unreadable": 0 });
    let outbox = json!({ "queued": 0, "timers": 0, "dead": 0 });
    assert_eq!(
        answer.json(),
        json!({ "ready": true, "inbox": inbox, "outbox": outbox })
    );
    house.store.close().await;
    assert_eq!(
        get(&house, "/readyz").await.refusal(),
        (503, "not_ready".to_owned())
    );
    assert_eq!(get(&house, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_was_given_up_is_counted() {
    let house = House::new().await;
    for id in ["d-1", "d-2"] {
        let body = b"{}";
        let request = delivery(id, "issues", body).body(body.to_vec().into());
        house.ask(request.expect("a request")).await;
    }
    let leased = house
        .store
        .lease_arrival(now(), Duration::from_mins(1), "test");
    let leased = leased.await.expect("a database").expect("a delivery");
    let parking = house.store.park_arrival(leased.id, "it failed", Vec::new());
    parking.await.expect("parked");
    let ready = get(&house, "/readyz").await.json();
    assert_eq!(
        ready["inbox"],
        json!({ "queued": 1, "parked": 1, "unreadable": 0 })
    );
}

#[tokio::test]
async fn every_answer_says_that_it_is_no_page() {
    let house = House::new().await;
    for path in [
        "/healthz",
        "/readyz",
        "/webhook",
        "/api/rollouts/x",
        "/nowhere",
    ] {
        let headers = get(&house, path).await.headers;
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'"), "{path}");
    }
    assert_eq!(get(&house, "/nowhere").await.status, StatusCode::NOT_FOUND);
}
