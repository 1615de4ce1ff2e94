//! Flips boxes in the body as it stands now.

use super::on_issue;
use crate::{
    domain::{checklist, ids::Place},
    github::{app::GithubApp, error::GithubError, routes, wire},
};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) async fn perform(
    app: &GithubApp,
    place: &Place,
    (boxes, titles): (&BTreeMap<String, bool>, &BTreeMap<String, String>),
) -> Result<Option<String>, GithubError> {
    let issue: wire::Issue = app
        .call(place, &on_issue(&routes::ISSUE, place, &[])?)
        .await?
        .json()?;
    let body = issue.body.unwrap_or_default();
    let flipped = checklist::flip_items(&body, boxes, titles);
    if !flipped.missing.is_empty() {
        tracing::info!(repository = %place.repository, issue = place.issue, missing = ?flipped.missing, "boxes not in the body");
    }
    if flipped.body != body {
        let call =
            on_issue(&routes::UPDATE_ISSUE, place, &[])?.body(json!({ "body": flipped.body }));
        app.call(place, &call).await?;
    }
    Ok(None)
}
