//! Calls of the App itself: who it is, where it is installed, and tokens for there.

use super::super::{Refused, World, state::State as Known};
use super::{Answer, token::App};
use axum::{
    Json,
    body::Bytes,
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
    /// The repositories that a new token is to be narrowed to, by number or by name, and its permissions, which the App must have.
    fn narrowed(&self, asked: &Value) -> Result<Option<Vec<u64>>, Refused> {
        let granted = &self.settings.permissions;
        let permissions = asked["permissions"].as_object().into_iter().flatten();
        for (name, level) in permissions {
            let enough = |granted: &String| granted == "write" || level.as_str() == Some(granted);
            if !granted.get(name).is_some_and(enough) {
                let words = "The permissions requested are not granted to this installation.";
                return Err(Refused::new(422, words));
            }
        }
        let numbers = asked["repository_ids"].as_array().into_iter().flatten();
        let names = asked["repositories"].as_array().into_iter().flatten();
        if asked["repository_ids"].is_null() && asked["repositories"].is_null() {
            return Ok(None);
        }
        let by_number = numbers.map(|id| self.repository(id.as_u64().unwrap_or_default()).ok());
        let by_name = names.map(|name| {
            let full = format!(
                "{}/{}",
                self.installation.account,
                name.as_str().unwrap_or_default()
            );
            self.named(&full).ok()
        });
        let found = by_number
            .chain(by_name)
            .map(|repository| repository.filter(|it| it.selected).map(|it| it.id));
        let found: Option<Vec<u64>> = found.collect();
        let words = "There is at least one repository that does not exist or is not accessible to the parent installation.";
        found.map(Some).ok_or_else(|| Refused::new(422, words))
    }

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
    body: Bytes,
) -> Answer {
    let asked = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut state = world.state();
    state.installed(Some(id))?;
    if state.installation.suspended.is_some() {
        return Err(Refused::new(403, "This installation has been suspended"));
    }
    let repositories = state.narrowed(&asked)?;
    let (token, expires_at) = state.issue_token(repositories.clone(), asked["permissions"].clone());
    let selection = state.installation_json()["repository_selection"].clone();
    let mut answer = json!({"token": token, "expires_at": expires_at, "permissions": state.settings.permissions,
        "repository_selection": selection});
    if let Some(repositories) = repositories {
        let known = repositories
            .iter()
            .filter_map(|id| state.repository(*id).ok());
        answer["repositories"] = known.map(|it| state.repository_json(it)).collect();
        answer["repository_selection"] = json!("selected");
    }
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
