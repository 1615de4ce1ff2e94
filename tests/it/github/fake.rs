//! A server on loopback in the place of GitHub, and the calls it saw.

use super::PKCS1;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rollcall::github::{GithubApp, GithubConfig};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A call as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `POST /repos/acme/shop/issues`, query included.
    pub call: String,
    pub headers: HeaderMap,
    pub body: Value,
    /// How many calls of the same name came before.
    pub earlier: usize,
}

/// Status, headers, body.
pub type Answer = (u16, Vec<(&'static str, String)>, Value);

#[expect(clippy::unnecessary_wraps, reason = "the arms of a story are options")]
pub fn json_answer(status: u16, body: Value) -> Option<Answer> {
    Some((status, vec![], body))
}

type Story = dyn Fn(&Seen) -> Option<Answer> + Send + Sync;

#[derive(Clone)]
pub struct Fake {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A GitHub that tells this story. What it has no answer for: tokens are made (`ghs_secret1`, `ghs_secret2`, …), all else is 404.
pub async fn github(story: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static) -> Fake {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::default();
    let story: Arc<Story> = Arc::new(story);
    let router = axum::Router::new()
        .fallback(answer)
        .with_state((Arc::clone(&seen), story));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Fake { url, seen }
}

type Stage = (Arc<Mutex<Vec<Seen>>>, Arc<Story>);

async fn answer(
    State((all, story)): State<Stage>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, String) {
    let call = format!("{method} {uri}");
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let seen = {
        let mut all = all.lock().expect("no test panics with it");
        let earlier = all.iter().filter(|seen| seen.call == call).count();
        all.push(Seen {
            call,
            headers,
            body,
            earlier,
        });
        all[all.len() - 1].clone()
    };
    let (status, headers, body) = story(&seen).or_else(|| token(&seen)).unwrap_or((
        404,
        vec![],
        json!({"message": "Not Found"}),
    ));
    let headers = headers.into_iter().map(|(name, value)| {
        (
            name.parse().expect("a header's name"),
            value.parse().expect("a header's value"),
        )
    });
    (
        StatusCode::from_u16(status).expect("a status"),
        headers.collect(),
        body.to_string(),
    )
}

fn token(seen: &Seen) -> Option<Answer> {
    let token = format!("ghs_secret{}", seen.earlier + 1);
    let body = json!({"token": token, "expires_at": "2036-01-01T00:00:00Z"});
    (seen.call == "POST /app/installations/7/access_tokens").then(|| (201, vec![], body))
}

impl Fake {
    /// The App whose GitHub this is.
    pub fn app(&self) -> GithubApp {
        GithubApp::new(&self.config()).expect("the configuration is good")
    }

    pub fn config(&self) -> GithubConfig {
        config_of(&self.url)
    }

    /// All calls in order, those for tokens left out.
    pub fn calls(&self) -> Vec<String> {
        self.seen()
            .into_iter()
            .map(|seen| seen.call)
            .filter(|call| !call.ends_with("/access_tokens"))
            .collect()
    }

    /// Calls whose name begins so.
    pub fn like(&self, start: &str) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|seen| seen.call.starts_with(start))
            .collect()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panics with it").clone()
    }
}

pub fn config_of(url: &str) -> GithubConfig {
    GithubConfig {
        api_url: url.to_owned(),
        web_url: "https://github.example".to_owned(),
        app_id: 12345,
        private_key: SecretString::from(PKCS1),
        slug: Some("rollcall".to_owned()),
        paced: false,
    }
}

/// A file as GitHub gives it: base64 in lines.
pub fn file(text: &[u8]) -> Value {
    let base64 = STANDARD.encode(text);
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(60)
        .map(|line| str::from_utf8(line).expect("ASCII"))
        .collect();
    json!({
        "type": "file", "name": "rollcall.yml", "path": ".github/rollcall.yml", "sha": "95b966ae1c166bd92f8ae7d1c313e738c731dfc3",
        "size": text.len(), "encoding": "base64", "content": lines.join("\n")
    })
}
