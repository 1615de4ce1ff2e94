//! The head of a request: its first line and its headers. It has a limit of its own.

use crate::webhook::refusal::Refusal;
use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Largest head of a request in bytes. GitHub's are below 2 KB.
pub(super) const MOST_BYTES: usize = 32 * 1024;

/// Refuses what is larger. hyper looks at the limit only when it has to read on, so that a larger head which came at once gets past it.
pub(super) async fn of_sensible_size(request: Request, next: Next) -> Response {
    if length(&request) <= MOST_BYTES {
        return next.run(request).await;
    }
    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    let message = "the head of this request is larger than 32 KB";
    Refusal::new(status, "head_too_large", message).into_response()
}

/// The bytes of the head as they were sent, each header written `name: value`.
fn length(request: &Request) -> usize {
    let target = request
        .uri()
        .path_and_query()
        .map_or(1, |target| target.as_str().len());
    let first = request.method().as_str().len() + target + "  HTTP/1.1\r\n".len();
    let header = |name: &str, value: &[u8]| name.len() + value.len() + ": \r\n".len();
    let headers = request.headers().iter();
    let headers: usize = headers
        .map(|(name, value)| header(name.as_str(), value.as_bytes()))
        .sum();
    first + headers + "\r\n".len()
}
