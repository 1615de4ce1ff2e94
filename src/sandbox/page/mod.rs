//! The page on which a newcomer tries Rollcall, and its JSON.
//!
//! It answers requests to loopback names only, takes changes as JSON only (so that no other site's form can make them), and loads
//! nothing from elsewhere.

mod act;
mod feed;
mod guard;
mod render;
mod view;

use super::Sandbox;
use axum::{
    Router,
    extract::Path,
    http::header::CONTENT_TYPE,
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

/// The page, its files, and what its script asks for.
pub fn router(sandbox: Sandbox) -> Router {
    let file = |kind: &'static str, text: &'static str| {
        get(async move || ([(CONTENT_TYPE, kind)], text).into_response())
    };
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("page.html")),
        )
        .route(
            "/sandbox/page.css",
            file("text/css; charset=utf-8", include_str!("page.css")),
        )
        .route(
            "/sandbox/page.js",
            file("text/javascript; charset=utf-8", include_str!("page.js")),
        )
        .route(
            "/sandbox/guide.js",
            file("text/javascript; charset=utf-8", include_str!("guide.js")),
        )
        .route(
            "/sandbox/edit.js",
            file("text/javascript; charset=utf-8", include_str!("edit.js")),
        )
        .route("/sandbox/view", get(view::view))
        .route("/sandbox/mail/{id}", get(view::mail))
        .route("/sandbox/mail/{id}/html", get(view::mail_html))
        .route("/sandbox/events", get(feed::events))
        .route("/sandbox/act", post(act::act))
        .route("/sandbox/clock", post(act::clock))
        // Links in comments, chats and mails lead where GitHub's would: to the issue.
        .route("/{owner}/{repo}/issues/{number}", get(issue))
        .layer(from_fn(guard::guard))
        .with_state(sandbox)
}

async fn issue(Path((_, _, number)): Path<(String, String, u64)>) -> Response {
    Redirect::to(&format!("/?issue={number}")).into_response()
}

#[cfg(test)]
mod tests;
