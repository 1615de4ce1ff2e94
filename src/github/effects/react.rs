//! Reacts to a comment. Decorative: a failure stops nothing.

use super::in_repository;
use crate::{
    domain::{
        effect::Reaction,
        ids::{CommentId, Place},
    },
    github::{app::GithubApp, error::GithubError, routes},
};
use serde_json::json;

pub(super) async fn perform(
    app: &GithubApp,
    place: &Place,
    comment: CommentId,
    reaction: Reaction,
) -> Result<Option<String>, GithubError> {
    let call = in_repository(&routes::REACT, place, &[&comment.0.to_string()])
        .body(json!({ "content": reaction }));
    if let Err(error) = app.call(place, &call).await {
        tracing::debug!(repository = %place.repository, comment = comment.0, %error, "no reaction");
    }
    Ok(None)
}
