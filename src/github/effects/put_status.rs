//! Keeps the one status comment up to date, in place.

use super::{Attempt, in_repository, marker, put_comment};
use crate::{
    domain::ids::Place,
    github::{app::GithubApp, call::Call, error::GithubError, routes},
};
use serde_json::json;

/// In every status comment.
const MARKER: &str = "<!-- rollcall:status -->";

pub(super) async fn perform(
    app: &GithubApp,
    attempt: Attempt<'_>,
    place: &Place,
    body: &str,
) -> Result<Option<String>, GithubError> {
    let body = marker::fit(body, MARKER);
    if let Some(id) = attempt.remote.filter(|id| !id.is_empty())
        && update(app, place, id, &body).await?
    {
        return Ok(Some(id.to_owned()));
    }
    if let Some(id) = marker::find(app, place, MARKER)
        .await?
        .map(|id| id.to_string())
    {
        // It was just listed: if it cannot be changed now, the next try will see why, and writes no second one.
        let call = change(place, &id, &body);
        app.call(place, &call).await?;
        return Ok(Some(id));
    }
    let id = put_comment::create(app, place, &body).await?.to_string();
    pin(app, place, &id).await;
    Ok(Some(id))
}

/// Whether there was such a comment to change.
async fn update(app: &GithubApp, place: &Place, id: &str, body: &str) -> Result<bool, GithubError> {
    match app.call(place, &change(place, id, body)).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_gone() => Ok(false),
        Err(error) => Err(error),
    }
}

fn change(place: &Place, id: &str, body: &str) -> Call {
    in_repository(&routes::UPDATE_COMMENT, place, &[id]).body(json!({ "body": body }))
}

/// Decorative: an Enterprise Server may not know it, and an issue may have its pin already.
async fn pin(app: &GithubApp, place: &Place, id: &str) {
    if let Err(error) = app
        .call(place, &in_repository(&routes::PIN_COMMENT, place, &[id]))
        .await
    {
        tracing::debug!(repository = %place.repository, issue = place.issue, %error, "status comment not pinned");
    }
}
