//! Calls of the App itself: who it is, where it is installed, and tokens for there.

use super::super::{Refused, World, state::State as Known};
use super::{Answer, token::App};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use serde_json::{Value, json};

pub(super) async fn app(_: App, State(world): State<World>) -> Answer {
    let mut app = world.state().app_json();
    app["installations_count"] = json!(1);
    Ok(Json(app).into_response())
}

pub(super) async fn installations(_: App, State(world): State<World>) -> Answer {
    let state = world.state();
    let all = if state.installation.deleted {
        json!([])
    } else {
        json!([state.installation_json()])
    };
    Ok(Json(all).into_response())
}

impl Known {
    fn installed(&self, id: Option<u64>) -> Result<Value, Refused> {
        let fits = id.is_none_or(|id| id == self.installation.id) && !self.installation.deleted;
        if fits {
            Ok(self.installation_json())
        } else {
            Err(Refused::not_found())
        }
    }
}

pub(super) async fn installation(
    _: App,
    State(world): State<World>,
    Path(id): Path<u64>,
) -> Answer {
    Ok(Json(world.state().installed(Some(id))?).into_response())
}

pub(super) async fn of_repository(
    _: App,
    State(world): State<World>,
    Path((owner, repo)): Path<(String, String)>,
) -> Answer {
    let state = world.state();
    let selected = state.named(&format!("{owner}/{repo}"))?.selected;
    if !selected {
        return Err(Refused::not_found());
    }
    Ok(Json(state.installed(None)?).into_response())
}

pub(super) async fn of_organization(
    _: App,
    State(world): State<World>,
    Path(org): Path<String>,
) -> Answer {
    let state = world.state();
    if !state.installation.account.eq_ignore_ascii_case(&org) {
        return Err(Refused::not_found());
    }
    Ok(Json(state.installed(None)?).into_response())
}

pub(super) async fn access_token(
    _: App,
    State(world): State<World>,
    Path(id): Path<u64>,
) -> Answer {
    let mut state = world.state();
    state.installed(Some(id))?;
    if state.installation.suspended.is_some() {
        return Err(Refused::new(403, "This installation has been suspended"));
    }
    let (token, expires_at) = state.issue_token();
    let selection = state.installation_json()["repository_selection"].clone();
    let answer = json!({"token": token, "expires_at": expires_at, "permissions": state.settings.permissions,
        "repository_selection": selection});
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
