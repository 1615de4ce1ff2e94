//! Reading a body that may be too large, or never end.

use super::refusal::Refusal;
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    http::StatusCode,
};
use http_body_util::LengthLimitError;
use std::error::Error;

/// The whole body, if it is at most `limit` bytes. What says beforehand that it is larger is not read at all.
///
/// # Errors
/// 413 for a body that is too large, 400 for one that broke off.
pub async fn read_body(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > limit as u64 {
        return Err(Refusal::too_large(limit));
    }
    to_bytes(body, limit).await.map_err(|error| {
        let source = error.source();
        if source.is_some_and(<dyn Error>::is::<LengthLimitError>) {
            Refusal::too_large(limit)
        } else {
            Refusal::new(
                StatusCode::BAD_REQUEST,
                "body_incomplete",
                "the body broke off",
            )
        }
    })
}
