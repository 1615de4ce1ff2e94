//! `rollcall new` against a server that answers as the API does.

use super::{Ended, rollcall};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Answers to `GET /api/rollouts/{id}`, the last first; and the order as it came.
#[derive(Default)]
struct Script {
    answers: Vec<Value>,
    order: Value,
    authorization: String,
}

type Shared = Arc<Mutex<Script>>;

async fn take(
    State(script): State<Shared>,
    headers: HeaderMap,
    Json(order): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut script = script.lock().expect("one at a time");
    let authorization = headers["authorization"].to_str().expect("text");
    authorization.clone_into(&mut script.authorization);
    script.order = order;
    (
        StatusCode::ACCEPTED,
        Json(json!({ "id": "ro-1", "status": "/api/rollouts/ro-1" })),
    )
}

async fn show(State(script): State<Shared>) -> Json<Value> {
    Json(
        script
            .lock()
            .expect("one at a time")
            .answers
            .pop()
            .expect("no question too many"),
    )
}

/// Runs `rollcall new` against a server that answers these, one after the other.
fn check(mut answers: Vec<Value>, more: &[&str]) -> (Ended, Script) {
    answers.reverse();
    let script = Script {
        answers,
        ..Script::default()
    };
    let shared: Shared = Arc::new(Mutex::new(script));
    let routes = Router::new()
        .route("/api/rollouts", post(take))
        .route("/api/rollouts/ro-1", get(show))
        .with_state(shared.clone());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .expect("a free port");
    let server = format!("http://{}", listener.local_addr().expect("an address"));
    runtime.spawn(async move { axum::serve(listener, routes).await });
    let mut arguments = vec![
        "new",
        "--repo",
        "acme/shop",
        "--component",
        "api 1.4.1..1.4.2 security update",
    ];
    arguments.extend(["--server", &server, "--token", "the token"]);
    arguments.extend(more);
    let ended = rollcall(&arguments);
    drop(runtime);
    let script = std::mem::take(&mut *shared.lock().expect("one at a time"));
    (ended, script)
}

#[test]
fn the_address_of_the_issue_is_printed_once_it_is_there() {
    let issue = "https://github.com/acme/shop/issues/12";
    let answers = vec![
        json!({ "id": "ro-1", "state": "waiting", "reason": null }),
        json!({ "id": "ro-1", "state": "open", "issue": null }),
        json!({ "id": "ro-1", "state": "open", "issue": issue }),
    ];
    let (ended, script) = check(answers, &["--purpose", "Close a hole", "--key", "train-42"]);
    assert_eq!((ended.code, ended.out), (0, format!("{issue}\n")));
    assert_eq!(
        ended.err,
        "ro-1 is ordered\nwaiting to be handled\nthe issue is being written\n"
    );
    assert_eq!(script.authorization, "Bearer the token");
    assert_eq!(
        script.order,
        json!({
            "repository": "acme/shop",
            "purpose": "Close a hole",
            "key": "train-42",
            "components": [{ "name": "api", "from": "1.4.1", "to": "1.4.2", "reason": "security update" }],
        })
    );
}

#[test]
fn a_refused_order_says_why() {
    let why = "Rollcall is not installed on `acme/shop`";
    let (ended, _) = check(
        vec![json!({ "id": "ro-1", "state": "refused", "reason": why })],
        &[],
    );
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert_eq!(
        ended.err,
        format!("ro-1 is ordered\nerror: the order is refused: {why}\n")
    );
}

#[test]
fn who_does_not_wait_gets_the_name_of_the_rollout() {
    let (ended, _) = check(vec![], &["--wait", "0"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "ro-1\n"));
}

#[test]
fn waiting_ends() {
    let waiting = json!({ "id": "ro-1", "state": "waiting", "reason": "GitHub cannot be reached" });
    let (ended, _) = check(vec![waiting; 4], &["--wait", "1"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.err, @"
    ro-1 is ordered
    waiting to be handled: GitHub cannot be reached
    error: ro-1 has no issue after 1 seconds
    hint: the same command again waits for the same rollout
    ");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let ended = rollcall(&[
        "new",
        "--repo",
        "acme/shop",
        "--component",
        "api 1..2 why",
        "--token",
        "the token",
        "--server",
        "http://127.0.0.1:9",
    ]);
    assert_eq!(ended.code, 1);
    assert!(
        ended
            .err
            .starts_with("error: http://127.0.0.1:9 cannot be reached: "),
        "{}",
        ended.err
    );
    assert!(
        ended
            .err
            .contains("\nhint: is `rollcall serve` running there?"),
        "{}",
        ended.err
    );
}

/// Nothing is sent: nobody listens there.
#[test]
fn what_the_server_would_refuse_is_told_before_it_is_asked() {
    let arguments = ["--repo", "acme", "--component", "api 1..2 why"];
    let server = ["--server", "http://127.0.0.1:9"];
    let ended = rollcall(&[&["new"], arguments.as_slice(), &server].concat());
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    insta::assert_snapshot!(ended.err, @"
    error: command line: `--repo` must be `owner/name`
    error: command line: `--token` is missing
    hint: set the variable ROLLCALL_TOKEN to one of the server's `api.tokens`
    ");
}

#[test]
fn an_order_without_a_component_is_a_mistake_of_the_command_line() {
    let ended = rollcall(&["new", "--repo", "acme/shop", "--token", "x"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("--component"), "{}", ended.err);
}
