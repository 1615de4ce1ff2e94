//! Makes Rollcall's own labels on an issue be exactly the wanted ones, one by one: setting the whole list would undo what people do
//! at the same time.

use super::{in_repository, on_issue};
use crate::{
    domain::{effect::Label, ids::Place},
    github::{app::GithubApp, error::GithubError, pages, routes, wire},
};
use http::StatusCode;
use serde_json::json;
use std::ops::ControlFlow;

/// Begins every label that Rollcall takes off again.
const OWN: &str = "rollout:";

/// GitHub allows 100 labels on an issue.
const MOST_PAGES: usize = 3;

pub(super) async fn perform(
    app: &GithubApp,
    place: &Place,
    wanted: &[Label],
) -> Result<Option<String>, GithubError> {
    let there = add(app, place, wanted).await?;
    let is_wanted = |name: &str| {
        wanted
            .iter()
            .any(|label| label.name.eq_ignore_ascii_case(name))
    };
    for name in there
        .iter()
        .filter(|name| name.starts_with(OWN) && !is_wanted(name))
    {
        match app
            .call(place, &on_issue(&routes::REMOVE_LABEL, place, &[name])?)
            .await
        {
            Err(error) if !error.is_gone() => return Err(error),
            _ => {}
        }
    }
    Ok(None)
}

/// Adds the wanted labels that are not there yet; gives back those that were.
pub(super) async fn add(
    app: &GithubApp,
    place: &Place,
    wanted: &[Label],
) -> Result<Vec<String>, GithubError> {
    let there = read(app, place).await?;
    let missing: Vec<&Label> = wanted
        .iter()
        .filter(|label| {
            !there
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&label.name))
        })
        .collect();
    for label in &missing {
        make(app, place, label).await?;
    }
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|label| label.name.as_str()).collect();
        app.call(
            place,
            &on_issue(&routes::ADD_LABELS, place, &[])?.body(json!({ "labels": names })),
        )
        .await?;
    }
    Ok(there)
}

async fn read(app: &GithubApp, place: &Place) -> Result<Vec<String>, GithubError> {
    let mut names = Vec::new();
    let list = on_issue(&routes::ISSUE_LABELS, place, &[])?;
    let page = |page| {
        list.clone()
            .query(&format!("per_page={}&page={page}", pages::PER_PAGE))
    };
    pages::find(
        app,
        place,
        page,
        (pages::PER_PAGE, MOST_PAGES),
        |label: wire::Label| {
            names.extend(label.into_name());
            ControlFlow::<()>::Continue(())
        },
    )
    .await?;
    Ok(names)
}

/// Makes the label in the repository, with its colour, if it has none of that name.
pub(super) async fn make(app: &GithubApp, place: &Place, label: &Label) -> Result<(), GithubError> {
    match app
        .call(place, &in_repository(&routes::LABEL, place, &[&label.name]))
        .await
    {
        Ok(_) => return Ok(()),
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    let body =
        json!({ "name": label.name, "color": label.color, "description": label.description });
    match app
        .call(
            place,
            &in_repository(&routes::CREATE_LABEL, place, &[]).body(body),
        )
        .await
    {
        // Somebody has made it in between.
        Err(error) if error.status() != Some(StatusCode::UNPROCESSABLE_ENTITY) => Err(error),
        _ => Ok(()),
    }
}
