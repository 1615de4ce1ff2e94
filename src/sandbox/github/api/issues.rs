//! Issues: create, read, list, change.

use super::super::{
    Refused,
    change::NewIssue,
    state::{Issue, State, Whereabouts},
};
use super::{Answer, call::Call};
use axum::{Json, http::StatusCode, response::IntoResponse};
use serde_json::Value;
use std::cmp::Reverse;

pub(super) async fn create(call: Call) -> Answer {
    let title = call
        .text("title")?
        .ok_or_else(|| Refused::invalid("Issue", "title", "missing_field", None))?;
    let new = NewIssue {
        title,
        body: call.text("body")?,
        labels: call.labels()?.unwrap_or_default(),
        pull_request: false,
    };
    let mut state = call.world.state();
    let bot = state.bot();
    let at = state.create_issue(call.repository, &bot, new)?;
    let json = state.issue_json(state.repository(at.repository)?, state.issue(at)?);
    Ok((StatusCode::CREATED, Json(json)).into_response())
}

pub(super) async fn one(call: Call) -> Answer {
    let at = call.at()?;
    let state = call.world.state();
    Ok(Json(state.issue_json(state.repository(at.repository)?, state.issue(at)?)).into_response())
}

pub(super) async fn list(call: Call) -> Answer {
    let entries = {
        let state = call.world.state();
        matching(&state, &call)?
    };
    Ok(call.page(entries))
}

fn matching(state: &State, call: &Call) -> Result<Vec<Value>, Refused> {
    let asked = |name: &str, default: &'static str| {
        call.query
            .get(name)
            .map_or(default, String::as_str)
            .to_owned()
    };
    let wanted = asked("state", "open");
    if !["open", "closed", "all"].contains(&wanted.as_str()) {
        return Err(Refused::invalid("Issue", "state", "invalid", None));
    }
    let labels = asked("labels", "");
    let labels: Vec<&str> = labels.split(',').filter(|l| !l.is_empty()).collect();
    let (creator, since) = (asked("creator", ""), asked("since", ""));
    let repository = state.repository(call.repository)?;
    if !repository.has_issues {
        return Err(Refused::gone("Issues are disabled for this repo"));
    }
    let fits = |issue: &&Issue| {
        issue.whereabouts == Whereabouts::Here
            && (wanted == "all" || issue.open == (wanted == "open"))
            && labels
                .iter()
                .all(|l| issue.labels.iter().any(|have| have.eq_ignore_ascii_case(l)))
            && (creator.is_empty() || issue.author.eq_ignore_ascii_case(&creator))
            && (since.is_empty() || super::super::payload::time(issue.updated_at) >= since)
    };
    let mut found: Vec<&Issue> = repository.issues.values().filter(fits).collect();
    let key = |issue: &Issue| match asked("sort", "created").as_str() {
        "updated" => (issue.updated_at.as_second(), issue.number),
        "comments" => (
            i64::try_from(issue.comments.len()).unwrap_or(i64::MAX),
            issue.number,
        ),
        _ => (issue.created_at.as_second(), issue.number),
    };
    if asked("direction", "desc") == "asc" {
        found.sort_by_key(|i| key(i));
    } else {
        found.sort_by_key(|i| Reverse(key(i)));
    }
    Ok(found
        .into_iter()
        .map(|i| state.issue_json(repository, i))
        .collect())
}

/// `If-Match` is refused, and `labels` replaces the whole set, as GitHub does both.
pub(super) async fn update(call: Call) -> Answer {
    if call.headers.contains_key("if-match") {
        return Err(Refused::new(
            400,
            "Conditional request headers are not allowed in unsafe requests unless supported by the endpoint",
        ));
    }
    let at = call.at()?;
    let (title, body, labels) = (call.text("title")?, call.text("body")?, call.labels()?);
    let (wanted, reason) = (call.text("state")?, call.text("state_reason")?);
    let mut state = call.world.state();
    let bot = state.bot();
    state.edit_issue(at, &bot, title, body)?;
    if let Some(labels) = labels {
        let surplus: Vec<String> = state
            .issue(at)?
            .labels
            .iter()
            .filter(|l| !labels.contains(l))
            .cloned()
            .collect();
        for name in surplus {
            state.remove_label(at, &bot, &name)?;
        }
        state.add_labels(at, &bot, &labels)?;
    }
    match wanted.as_deref() {
        None => {}
        Some("open") => state.set_open(at, &bot, true, None)?,
        Some("closed") => state.set_open(at, &bot, false, reason.as_deref())?,
        Some(_) => return Err(Refused::invalid("Issue", "state", "invalid", None)),
    }
    Ok(Json(state.issue_json(state.repository(at.repository)?, state.issue(at)?)).into_response())
}
