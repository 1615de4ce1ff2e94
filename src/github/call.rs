//! One call: a route with its arguments goes out, status, headers and bytes come back. Everything in this folder calls through here.

use super::{error::GithubError, error::Refusal, routes::Route};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// No answer that Rollcall asks for comes near this.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// A renamed repository costs one hop; more than this is a loop.
const HOPS: usize = 3;
/// Bound on one attempt, whatever the layers below do.
const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// What is to be called.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Path and query below the API's address.
    pub(super) path: String,
    pub(super) body: Option<Value>,
    /// Whether it makes something that people are told of.
    pub(super) makes: bool,
}

impl Call {
    /// Fills the route's holes. Arguments are made safe for a path; a `/` inside one does not open another segment.
    pub(super) fn new(route: &Route, arguments: &[&str]) -> Self {
        let mut path = String::new();
        let mut arguments = arguments.iter();
        for (n, piece) in route.path.split("{}").enumerate() {
            if n > 0 {
                path.push_str(&escape(arguments.next().copied().unwrap_or_default()));
            }
            path.push_str(piece);
        }
        Self {
            method: route.method.clone(),
            path,
            body: None,
            makes: route.makes,
        }
    }

    /// Adds the query, which must be safe for an address already.
    pub(super) fn query(mut self, query: &str) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    /// Sends this JSON.
    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Method and path, for sentences.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Escapes everything but unreserved characters; a segment of dots only cannot climb.
pub(super) fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric()
            || b"-_~".contains(&byte)
            || (byte == b'.' && text.bytes().any(|b| b != b'.'))
        {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    name: String,
}

impl Reply {
    /// The body, understood.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, GithubError> {
        serde_json::from_slice(&self.body).map_err(|source| GithubError::Unreadable {
            call: self.name.clone(),
            source: Box::new(source),
        })
    }

    /// The reply if it is a success, else what it says.
    pub(super) fn checked(self) -> Result<Self, GithubError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let message = serde_json::from_slice::<Value>(&self.body).ok();
        let message = message
            .as_ref()
            .and_then(|body| body["message"].as_str())
            .unwrap_or("no message")
            .to_owned();
        if let Some(wait) = super::rate::wait(self.status, &self.headers, &message) {
            return Err(GithubError::Limited {
                call: self.name,
                wait,
            });
        }
        let accepted = self
            .headers
            .get("x-accepted-github-permissions")
            .and_then(|value| value.to_str().ok());
        Err(GithubError::Refused(Box::new(Refusal {
            accepted_permissions: accepted.map(str::to_owned),
            call: self.name,
            status: self.status,
            message: message.chars().take(500).collect(),
        })))
    }
}

/// Makes the call once, following a renamed repository on the same host.
pub(super) async fn send(
    octocrab: &Octocrab,
    api: &Url,
    call: &Call,
) -> Result<Reply, GithubError> {
    let mut path = call.path.clone();
    for _ in 0..=HOPS {
        let reply = tokio::time::timeout(LONGEST_WAIT, once(octocrab, call, &path))
            .await
            .map_err(|_| GithubError::Late {
                call: call.name(),
                within: LONGEST_WAIT,
            })??;
        if !matches!(reply.status.as_u16(), 301 | 302 | 307 | 308) {
            return Ok(reply);
        }
        let to = reply
            .headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        path = super::redirect::path(api, &path, to).ok_or_else(|| GithubError::Redirected {
            call: call.name(),
            to: to.chars().take(200).collect(),
        })?;
    }
    Err(GithubError::Redirected {
        call: call.name(),
        to: path,
    })
}

async fn once(octocrab: &Octocrab, call: &Call, path: &str) -> Result<Reply, GithubError> {
    let unanswered = |source: octocrab::Error| GithubError::Unanswered {
        call: call.name(),
        source: Box::new(source),
    };
    let request = Request::builder()
        .method(call.method.clone())
        .uri(path)
        .header(header::ACCEPT, "application/vnd.github+json");
    let request = octocrab
        .build_request(request, call.body.as_ref())
        .map_err(unanswered)?;
    let (parts, body) = octocrab
        .execute(request)
        .await
        .map_err(unanswered)?
        .into_parts();
    let body = Limited::new(body, LARGEST_ANSWER).collect().await;
    let body = body.map_err(|source| GithubError::Unanswered {
        call: call.name(),
        source,
    })?;
    Ok(Reply {
        status: parts.status,
        headers: parts.headers,
        body: body.to_bytes().to_vec(),
        name: call.name(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::routes;

    #[track_caller]
    fn check(route: &Route, arguments: &[&str], path: &str) {
        assert_eq!(Call::new(route, arguments).path, path);
    }

    #[test]
    fn arguments_stay_where_they_are_put() {
        check(
            &routes::REMOVE_LABEL,
            &["acme", "shop", "4", "rollout: 1/2 ü"],
            "/repos/acme/shop/issues/4/labels/rollout%3A%201%2F2%20%C3%BC",
        );
        check(
            &routes::PERMISSION,
            &["acme", "a.b", "dependabot[bot]"],
            "/repos/acme/a.b/collaborators/dependabot%5Bbot%5D/permission",
        );
        check(&routes::REPOSITORY, &["acme", ".."], "/repos/acme/%2E%2E");
        check(
            &routes::REPOSITORY,
            &["acme?x=1#y", "shop"],
            "/repos/acme%3Fx%3D1%23y/shop",
        );
    }
}
