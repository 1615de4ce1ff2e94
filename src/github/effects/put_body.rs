//! Writes a whole body, if nobody was faster.

use super::on_issue;
use crate::{
    domain::ids::Place,
    github::{app::GithubApp, error::GithubError, routes, wire},
};
use serde_json::json;

pub(super) async fn perform(
    app: &GithubApp,
    place: &Place,
    expect: &str,
    body: &str,
) -> Result<Option<String>, GithubError> {
    let issue: wire::Issue = app
        .call(place, &on_issue(&routes::ISSUE, place, &[])?)
        .await?
        .json()?;
    let now = issue.body.unwrap_or_default();
    if same(&now, body) {
        return Ok(None);
    }
    if !same(&now, expect) {
        tracing::info!(repository = %place.repository, issue = place.issue, "body not written: somebody has changed it");
        return Ok(None);
    }
    let call = on_issue(&routes::UPDATE_ISSUE, place, &[])?.body(json!({ "body": body }));
    app.call(place, &call).await?;
    Ok(None)
}

/// Whether two bodies are one: a body saved in the browser comes back with CRLF.
fn same(one: &str, other: &str) -> bool {
    one == other || one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn line_endings_make_no_difference() {
        assert!(same("- [ ] a\r\n- [ ] b", "- [ ] a\n- [ ] b"));
        assert!(!same("- [ ] a\n", "- [x] a\n"));
    }
}
