//! A Bot API server that answers as each story needs.

use axum::{Json, Router, body::Bytes, extract::State, http::Uri};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// What was asked, and what is still to be answered.
#[derive(Default)]
pub struct Told {
    /// Paths and bodies, in order.
    pub calls: Mutex<Vec<(String, Value)>>,
    answers: Mutex<VecDeque<Value>>,
}

/// Answers one call after the other with these; when there are no more, it never answers.
pub async fn bot_api(answers: impl IntoIterator<Item = Value>) -> (String, Arc<Told>) {
    let told = Arc::new(Told {
        answers: Mutex::new(answers.into_iter().collect()),
        ..Told::default()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(call).with_state(told.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), told)
}

async fn call(State(told): State<Arc<Told>>, uri: Uri, body: Bytes) -> Json<Value> {
    let body = serde_json::from_slice(&body).expect("a body in JSON");
    told.calls
        .lock()
        .expect("no panic")
        .push((uri.path().to_owned(), body));
    let answer = told.answers.lock().expect("no panic").pop_front();
    match answer {
        Some(answer) => Json(answer),
        None => std::future::pending().await,
    }
}

/// Sent as message 77 to chat -100.
pub fn sent() -> Value {
    json!({"ok": true, "result": {"message_id": 77, "date": 1, "chat": {"id": -100, "type": "supergroup", "title": "t"}, "text": "t"}})
}

/// Refused with these words.
pub fn refused(code: u16, description: &str) -> Value {
    json!({"ok": false, "error_code": code, "description": description})
}
