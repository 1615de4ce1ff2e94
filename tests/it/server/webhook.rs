use super::{APP, House, SECRET, delivery};
use crate::examples::examples;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::{BodyExt, Full};
use rollcall::{current::Current, webhook::signature::sign};

const BODY: &[u8] = br#"{"action":"opened"}"#;

fn sound() -> Request<Body> {
    delivery("d-1", "issues", BODY)
        .body(BODY.into())
        .expect("a request")
}

/// A sound delivery with one header replaced; taken away when there is no value.
fn with(header: &'static str, value: Option<&str>) -> Request<Body> {
    let mut request = sound();
    request.headers_mut().remove(header);
    if let Some(value) = value {
        let value = value.parse().expect("a header");
        request.headers_mut().insert(header, value);
    }
    request
}

/// The refusal of a delivery, of which nothing was stored.
async fn refused(request: Request<Body>) -> (u16, String) {
    let house = House::new().await;
    let answer = house.ask(request).await;
    assert!(house.inbox().await.is_empty());
    answer.refusal()
}

fn expect(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_signed_delivery_is_stored_as_it_came_and_then_acknowledged() {
    let house = House::new().await;
    let body = b"{\"not even\": JSON \xff";
    let answer = house
        .ask(
            delivery("d-1", "issues", body)
                .body(body.to_vec().into())
                .expect("a request"),
        )
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.json()["delivery"], "d-1");
    let arrival = house.inbox().await.remove(0);
    assert_eq!(
        (arrival.key.as_str(), arrival.kind.as_str()),
        ("d-1", "issues")
    );
    assert_eq!(arrival.body, body);
    assert_eq!(arrival.received_at, super::now());
    assert_eq!(arrival.installation_target, Some(APP.to_string()));
}

#[tokio::test]
async fn a_delivery_seen_before_is_acknowledged_and_not_stored_again() {
    let house = House::new().await;
    for _ in 0..3 {
        assert_eq!(house.ask(sound()).await.status, StatusCode::ACCEPTED);
    }
    assert_eq!(house.inbox().await.len(), 1);
}

#[tokio::test]
async fn what_is_not_signed_with_the_secret_is_not_stored() {
    let signature = "x-hub-signature-256";
    assert_eq!(
        refused(with(signature, None)).await,
        expect(401, "not_signed")
    );
    let other = sign(BODY, &"another secret".into());
    assert_eq!(
        refused(with(signature, Some(&other))).await,
        expect(401, "wrong_signature")
    );
    let altered = sign(b"{}", &SECRET.into());
    assert_eq!(
        refused(with(signature, Some(&altered))).await,
        expect(401, "wrong_signature")
    );
    assert_eq!(
        refused(with(signature, Some("sha256="))).await,
        expect(401, "wrong_signature")
    );
}

#[tokio::test]
async fn while_the_secret_is_replaced_the_old_one_is_good_too() {
    let house = House::with(|server| {
        let both = vec!["the new secret".into(), SECRET.into()];
        server.webhook = Some((APP, Current::new(both)));
    })
    .await;
    assert_eq!(house.ask(sound()).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_delivery_for_another_app_is_not_stored() {
    let target = "x-github-hook-installation-target-id";
    assert_eq!(
        refused(with(target, Some("4712"))).await,
        expect(401, "wrong_app")
    );
}

#[tokio::test]
async fn a_delivery_without_its_id_or_event_is_not_stored() {
    for header in ["x-github-delivery", "x-github-event"] {
        assert_eq!(
            refused(with(header, None)).await,
            expect(400, "missing_header")
        );
        assert_eq!(
            refused(with(header, Some(""))).await,
            expect(400, "missing_header")
        );
        let long = "x".repeat(201);
        assert_eq!(
            refused(with(header, Some(&long))).await,
            expect(400, "missing_header")
        );
    }
}

#[tokio::test]
async fn a_form_is_not_json() {
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(
        refused(with("content-type", form)).await,
        expect(415, "not_json")
    );
    assert_eq!(
        refused(with("content-type", None)).await,
        expect(415, "not_json")
    );
    let house = House::new().await;
    let json = Some("Application/JSON; charset=utf-8");
    assert_eq!(
        house.ask(with("content-type", json)).await.status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn only_post_is_a_delivery() {
    let house = House::new().await;
    let request = Request::get("/webhook")
        .body(Body::empty())
        .expect("a request");
    assert_eq!(
        house.ask(request).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_it_says_so_or_not() {
    let large = vec![b' '; 1024 * 1024 + 1];
    let said = delivery("d-1", "issues", &large)
        .body(large.clone().into())
        .expect("a request");
    assert_eq!(refused(said).await, expect(413, "body_too_large"));
    let unknown = Body::new(Full::from(large.clone()).map_frame(|frame| frame));
    let unsaid = delivery("d-1", "issues", &large)
        .body(unknown)
        .expect("a request");
    assert_eq!(refused(unsaid).await, expect(413, "body_too_large"));
    let exact = &large[..1024 * 1024];
    let house = House::new().await;
    let request = delivery("d-1", "issues", exact)
        .body(exact.to_vec().into())
        .expect("a request");
    assert_eq!(house.ask(request).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn when_the_store_fails_the_delivery_is_not_acknowledged() {
    let house = House::new().await;
    house.store.close().await;
    let answer = house.ask(sound()).await;
    assert_eq!(answer.refusal(), expect(503, "not_stored"));
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    assert!(!text.contains("pool") && !text.contains("sqlite"), "{text}");
}

#[tokio::test]
async fn every_example_webhook_of_github_is_acknowledged() {
    let house = House::new().await;
    let examples = examples();
    let number = examples.len();
    for (index, example) in examples.into_iter().enumerate() {
        let body = example.payload.to_string();
        let request = delivery(&format!("d-{index}"), &example.event, body.as_bytes());
        let answer = house
            .ask(request.body(body.into()).expect("a request"))
            .await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", example.event);
    }
    assert_eq!(house.inbox().await.len(), number);
}
