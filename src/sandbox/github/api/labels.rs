//! Labels of the repository and of issues.

use super::super::Refused;
use super::{Answer, call::Call};
use axum::{Json, http::StatusCode, response::IntoResponse};

pub(super) async fn list(call: Call) -> Answer {
    let entries = {
        let state = call.world.state();
        let repository = state.repository(call.repository)?;
        repository
            .labels
            .iter()
            .map(|l| state.label_json(repository, l))
            .collect()
    };
    Ok(call.page(entries))
}

pub(super) async fn create(call: Call) -> Answer {
    let name = call.text("name")?.unwrap_or_default();
    let color = call.text("color")?.unwrap_or_else(|| "ededed".to_owned());
    if color.len() != 6 || !color.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Refused::invalid("Label", "color", "invalid", None));
    }
    let description = call.text("description")?;
    let mut state = call.world.state();
    let label = state.create_label(call.repository, &name, &color, description.as_deref())?;
    let json = state.label_json(state.repository(call.repository)?, &label);
    Ok((StatusCode::CREATED, Json(json)).into_response())
}

pub(super) async fn one(call: Call) -> Answer {
    let state = call.world.state();
    let repository = state.repository(call.repository)?;
    let label = repository
        .label(call.param("name"))
        .ok_or_else(Refused::not_found)?;
    Ok(Json(state.label_json(repository, label)).into_response())
}

/// Removing a label of the repository takes it off every issue.
pub(super) async fn destroy(call: Call) -> Answer {
    let mut state = call.world.state();
    let repository = state.repository_mut(call.repository)?;
    let name = repository
        .label(call.param("name"))
        .ok_or_else(Refused::not_found)?
        .name
        .clone();
    repository.labels.retain(|l| l.name != name);
    for issue in repository.issues.values_mut() {
        issue.labels.retain(|l| *l != name);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn of_issue(call: Call) -> Answer {
    let at = call.at()?;
    let entries = {
        let state = call.world.state();
        state.issue(at)?;
        state.issue_labels(at)
    };
    Ok(call.page(entries.as_array().cloned().unwrap_or_default()))
}

pub(super) async fn add(call: Call) -> Answer {
    let at = call.at()?;
    let names = call
        .labels()?
        .ok_or_else(|| Refused::invalid("Label", "labels", "missing_field", None))?;
    let mut state = call.world.state();
    let bot = state.bot();
    state.add_labels(at, &bot, &names)?;
    Ok(Json(state.issue_labels(at)).into_response())
}

pub(super) async fn remove(call: Call) -> Answer {
    let at = call.at()?;
    let mut state = call.world.state();
    let bot = state.bot();
    state.remove_label(at, &bot, call.param("name"))?;
    Ok(Json(state.issue_labels(at)).into_response())
}
