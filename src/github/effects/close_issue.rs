//! Closes the issue.

use super::on_issue;
use crate::{
    domain::{effect::CloseReason, ids::Place},
    github::{app::GithubApp, error::GithubError, routes},
};
use serde_json::json;

pub(super) async fn perform(
    app: &GithubApp,
    place: &Place,
    reason: CloseReason,
) -> Result<Option<String>, GithubError> {
    let call = on_issue(&routes::UPDATE_ISSUE, place, &[])?
        .body(json!({ "state": "closed", "state_reason": reason }));
    app.call(place, &call).await?;
    Ok(None)
}
