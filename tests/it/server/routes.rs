//! Every route there is, read off the sources, so that none can be added without a lock.

use super::House;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use std::fs;

/// What answers a stranger: health says nothing but numbers, and the webhook looks at the signature itself.
const OPEN: [(&str, &str); 2] = [("GET", "/healthz"), ("GET", "/readyz")];

/// Method and path of each `.route("PATH", method(…))` of the server.
fn routes() -> Vec<(Method, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/server");
    let mut routes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let source = fs::read_to_string(entry.expect("an entry").path()).expect("a source");
        for rest in source.split(".route(").skip(1) {
            let path = rest.split('"').nth(1).expect("a path as it is written");
            let ways = rest.split('"').nth(2).expect("what follows the path");
            let methods = ["get", "post", "put", "patch", "delete", "any"];
            let method = ways
                .split(|c: char| !c.is_ascii_lowercase())
                .find(|word| methods.contains(word))
                .unwrap_or_else(|| panic!("`{path}` has a method of its own"));
            let method = method.to_uppercase().parse().expect("a method");
            routes.push((method, path.replace("{id}", "anything")));
        }
    }
    routes
}

#[tokio::test]
async fn a_stranger_gets_no_answer_but_health() {
    let house = House::new().await;
    let routes = routes();
    assert!(routes.len() >= 5, "the routes were not found: {routes:?}");
    for (method, path) in routes {
        let request = Request::builder()
            .method(&method)
            .uri(&path)
            .header("content-type", "application/json");
        let answer = house
            .ask(request.body(Body::from("{}")).expect("a request"))
            .await;
        let expected = if OPEN.contains(&(method.as_str(), &path)) {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(answer.status, expected, "{method} {path}");
    }
    assert!(house.inbox().await.is_empty());
}

/// Routes are made in one folder only.
#[test]
fn no_route_is_made_elsewhere() {
    for file in ["webhook/receive.rs", "cli/serve.rs", "run.rs"] {
        let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let source = fs::read_to_string(path).expect("a source");
        assert!(!source.contains(".route("), "{file}");
    }
}
