//! Keeps other sites and other machines out, and the page's own content in its place.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A name that means this machine; anything else is a page elsewhere that had its name point here.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|b| b.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Whether the request comes from this machine and from the page itself.
fn is_own(request: &Request) -> bool {
    let text = |name: HeaderName| {
        let value = request.headers().get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or("")
    };
    let (host, origin) = (text(header::HOST), text(header::ORIGIN));
    let foreign = !origin.is_empty() && origin.strip_prefix("http://") != Some(host);
    let form = request.method() == Method::POST
        && !text(header::CONTENT_TYPE).starts_with("application/json");
    is_loopback(host) && !foreign && !form
}

/// Refuses foreign hosts and foreign forms; adds the security headers.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = if is_own(&request) {
        next.run(request).await
    } else {
        let message = "the sandbox listens to this machine only";
        (StatusCode::FORBIDDEN, message).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:9"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil.example",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
