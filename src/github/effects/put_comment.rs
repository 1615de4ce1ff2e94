//! Writes a comment, once.

use super::{Attempt, marker, on_issue};
use crate::{
    domain::ids::Place,
    github::{app::GithubApp, error::GithubError, routes, wire},
};
use serde_json::json;

pub(super) async fn perform(
    app: &GithubApp,
    attempt: Attempt<'_>,
    place: &Place,
    body: &str,
) -> Result<Option<String>, GithubError> {
    let marker = marker::of_key(attempt.key);
    let earlier = if attempt.number > 1 {
        marker::find(app, place, &marker).await?
    } else {
        None
    };
    let id = match earlier {
        Some(id) => id,
        None => create(app, place, &marker::fit(body, &marker)).await?,
    };
    Ok(Some(id.to_string()))
}

/// Posts a comment; gives back its number.
pub(super) async fn create(app: &GithubApp, place: &Place, body: &str) -> Result<u64, GithubError> {
    let call = on_issue(&routes::CREATE_COMMENT, place, &[])?.body(json!({ "body": body }));
    Ok(app.call(place, &call).await?.json::<wire::Numbered>()?.id)
}
