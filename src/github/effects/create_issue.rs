//! Opens the rollout's issue, once.

use super::{Attempt, in_repository, marker, put_labels};
use crate::{
    domain::{effect::Label, ids::Place},
    github::{app::GithubApp, error::GithubError, pages, routes, wire},
};
use serde_json::json;
use std::ops::ControlFlow;

/// How far back a second attempt looks: a thousand issues and pull requests.
const MOST_PAGES: usize = 25;

/// What the issue shall be.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    pub(super) labels: &'a [Label],
}

pub(super) async fn perform(
    app: &GithubApp,
    attempt: Attempt<'_>,
    place: &Place,
    wanted: Wanted<'_>,
) -> Result<Option<String>, GithubError> {
    let marker =
        rollout_marker(wanted.body).map_or_else(|| marker::of_key(attempt.key), str::to_owned);
    let number = match find(app, attempt, place, &marker).await? {
        Some(number) => number,
        None => create(app, place, wanted, &marker).await?,
    };
    // Labels asked for at creation are dropped in silence when they may not be set, so they are looked at.
    put_labels::add(app, &place.at(number), wanted.labels).await?;
    Ok(Some(number.to_string()))
}

/// `<!-- rollcall:rollout ID -->`, as it stands last in the body; a template may have brought others.
fn rollout_marker(body: &str) -> Option<&str> {
    let start = body.rfind("<!-- rollcall:rollout ")?;
    let end = body[start..].find("-->")?;
    Some(&body[start..start + end + 3])
}

/// What an earlier attempt has opened. The list is read, because the search index is seconds late.
async fn find(
    app: &GithubApp,
    attempt: Attempt<'_>,
    place: &Place,
    marker: &str,
) -> Result<Option<u64>, GithubError> {
    if attempt.number <= 1 {
        return Ok(None);
    }
    let slug = app.slug().await?;
    let size = pages::TEXTS_PER_PAGE;
    let page = |page| {
        let query = format!("state=all&sort=created&direction=desc&per_page={size}&page={page}");
        in_repository(&routes::ISSUES, place, &[]).query(&query)
    };
    pages::find(
        app,
        place,
        page,
        (size, MOST_PAGES),
        |issue: wire::Issue| {
            let is_rollout = issue.body.is_some_and(|body| marker::holds(&body, marker));
            if is_rollout && marker::is_own(issue.user.as_ref(), slug) {
                ControlFlow::Break(issue.number)
            } else {
                ControlFlow::Continue(())
            }
        },
    )
    .await
}

async fn create(
    app: &GithubApp,
    place: &Place,
    wanted: Wanted<'_>,
    marker: &str,
) -> Result<u64, GithubError> {
    for label in wanted.labels {
        put_labels::make(app, place, label).await?;
    }
    let labels: Vec<&str> = wanted
        .labels
        .iter()
        .map(|label| label.name.as_str())
        .collect();
    let body = json!({ "title": wanted.title, "body": marker::fit(wanted.body, marker), "labels": labels });
    let reply = app
        .call(
            place,
            &in_repository(&routes::CREATE_ISSUE, place, &[]).body(body),
        )
        .await?;
    Ok(reply.json::<wire::Issue>()?.number)
}
