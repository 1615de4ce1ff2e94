//! What a request is told that is not taken.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A refusal: a status, a reason code for machines and a sentence for people. It never holds an inner error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The reason code: lowercase words with underscores.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// The store did not take it; the sender should come again.
    #[must_use]
    pub fn not_stored() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_stored",
            "the request could not be stored; send it again later",
        )
    }

    /// Too much at the same time; the sender should come again.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many requests at the same time; send it again later",
        )
    }

    /// Larger than allowed.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body is larger than {limit} bytes"),
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "message": self.message });
        let mut answer = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let later = HeaderValue::from_static("1");
            answer.headers_mut().insert(RETRY_AFTER, later);
        }
        answer
    }
}
