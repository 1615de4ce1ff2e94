//! Operators' tokens.

use crate::{current::Secrets, webhook::refusal::Refusal};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Lets a request pass that carries `Authorization: Bearer TOKEN` with one of the operators' tokens.
pub(super) async fn operators_only(
    State(tokens): State<Secrets>,
    request: Request,
    next: Next,
) -> Response {
    let tokens = tokens.read();
    if tokens.is_empty() {
        let message = "the API is closed: no operator's token is configured (`api.tokens`)";
        return Refusal::new(StatusCode::FORBIDDEN, "api_closed", message).into_response();
    }
    if is_operator(request.headers(), &tokens) {
        return next.run(request).await;
    }
    let message = "send an operator's token: `Authorization: Bearer TOKEN`";
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "wrong_token", message);
    ([(header::WWW_AUTHENTICATE, "Bearer")], refusal).into_response()
}

fn is_operator(headers: &HeaderMap, tokens: &[SecretString]) -> bool {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some((scheme, given)) = value.and_then(|value| value.split_once(' ')) else {
        return false;
    };
    let given = Sha256::digest(given.trim());
    let found = tokens.iter().fold(false, |found, token| {
        found | is_equal(&given, &Sha256::digest(token.expose_secret()))
    });
    found && scheme.eq_ignore_ascii_case("bearer")
}

/// Looks at every byte, wherever the first difference is. The hashes make both sides equally long.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    difference == 0 && one.len() == other.len()
}
