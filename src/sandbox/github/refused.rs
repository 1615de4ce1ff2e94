//! How GitHub says no.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// GitHub's refusal: the status and the words it would use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{status}: {message}")]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// GitHub's `message`.
    pub message: String,
    /// GitHub's `errors`, empty but for 422.
    pub errors: Vec<Value>,
    /// Where the thing went, for a redirect.
    pub location: Option<String>,
    /// What `X-Accepted-GitHub-Permissions` names when a permission of the App is missing.
    pub accepted: Option<String>,
}

impl Refused {
    /// A refusal without details.
    #[must_use]
    pub fn new(status: u16, message: &str) -> Self {
        Self {
            status,
            message: message.to_owned(),
            errors: Vec::new(),
            location: None,
            accepted: None,
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    pub(crate) fn gone(message: &str) -> Self {
        Self::new(410, message)
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(403, "Must have admin rights to Repository.")
    }

    /// The App lacks this permission or this repository.
    pub(crate) fn not_accessible(accepted: &str) -> Self {
        Self {
            accepted: Some(accepted.to_owned()),
            ..Self::new(403, "Resource not accessible by integration")
        }
    }

    /// 422 with one entry in `errors`; a `custom` code carries its own message.
    pub(crate) fn invalid(resource: &str, field: &str, code: &str, message: Option<&str>) -> Self {
        let mut error = json!({"resource": resource, "field": field, "code": code});
        if let Some(message) = message {
            error["message"] = json!(message);
        }
        Self {
            errors: vec![error],
            ..Self::new(422, "Validation Failed")
        }
    }

    /// GitHub's redirects: 301 for reads, 307 where the method must be kept.
    pub(crate) fn moved(read: bool, location: String) -> Self {
        let (status, message) = if read {
            (301, "Moved Permanently")
        } else {
            (307, "Temporary Redirect")
        };
        Self {
            location: Some(location),
            ..Self::new(status, message)
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        if let Some(location) = &self.location {
            body["url"] = json!(location);
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        for (name, value) in [
            ("location", self.location),
            ("x-accepted-github-permissions", self.accepted),
        ] {
            if let Some(value) = value.and_then(|v| v.parse().ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
