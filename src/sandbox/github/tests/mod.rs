//! The fake against what GitHub documents.

mod access;
mod life;
mod wire;

use super::*;
use axum::{body::Body, http::Request as Http};
use http::Method;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;

const NOON: &str = "2026-11-20T12:00:00Z";

struct Scene {
    world: World,
    deliveries: UnboundedReceiver<Delivery>,
    token: String,
}

struct Answer {
    status: u16,
    link: String,
    json: Value,
}

impl Scene {
    async fn new() -> Self {
        let noon: Timestamp = NOON.parse().expect("a time");
        let (world, deliveries) = World::new(Settings::default(), Clock::new(move || noon));
        world.add_repository("acme/shop", false);
        world.add_repository("acme/vault", true);
        for (login, role) in [
            ("ada", Role::Write),
            ("linus", Role::Maintain),
            ("sam", Role::Read),
            ("root", Role::Admin),
        ] {
            world
                .grant("acme/shop", login, role)
                .expect("the repository is there");
        }
        world.add_person("olga");
        let mut scene = Self {
            world,
            deliveries,
            token: String::new(),
        };
        let answer = scene
            .ask_as(
                &jwt(&scene.world, 600),
                Method::POST,
                "/app/installations/777/access_tokens",
                Value::Null,
            )
            .await;
        answer.json["token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut scene.token);
        scene
    }

    async fn ask_as(&self, token: &str, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = Http::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(body);
        let response = self
            .world
            .router()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let link = response
            .headers()
            .get("link")
            .map(|l| l.to_str().expect("ascii").to_owned())
            .unwrap_or_default();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
        Answer {
            status,
            link,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        self.ask_as(&self.token, method, path, body).await
    }

    /// The webhooks made since the last look, as `event.action by SENDER`.
    fn heard(&mut self) -> Vec<(String, Value)> {
        let mut heard = Vec::new();
        while let Ok(delivery) = self.deliveries.try_recv() {
            let payload: Value = serde_json::from_slice(&delivery.body).expect("json");
            let sender = payload["sender"]["login"].as_str().expect("a sender");
            heard.push((
                format!("{}.{} by {sender}", delivery.event, delivery.action),
                payload,
            ));
        }
        heard
    }

    fn names(&mut self) -> Vec<String> {
        self.heard().into_iter().map(|(name, _)| name).collect()
    }
}

fn jwt(world: &World, life: i64) -> String {
    let key = EncodingKey::from_rsa_pem(world.private_key().as_bytes()).expect("a key");
    let claims = json!({"iss": "12345", "iat": 1_700_000_000, "exp": 1_700_000_000 + life});
    encode(&Header::new(Algorithm::RS256), &claims, &key).expect("a token")
}
