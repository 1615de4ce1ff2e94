//! The repository itself: its files, its people, the teams of its organization.

use super::super::{
    Refused, World,
    payload::node,
    state::{Repository, State as Known},
};
use super::{Answer, call::Call, token::bearer};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, header::ACCEPT},
    response::IntoResponse,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(super) async fn one(call: Call) -> Answer {
    let state = call.world.state();
    Ok(Json(state.repository_json(state.repository(call.repository)?)).into_response())
}

fn sha(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..20])
}

/// The head of the default branch: a SHA that changes with every file.
fn head(repository: &Repository) -> String {
    let files: Vec<String> = repository
        .files
        .iter()
        .map(|(path, text)| format!("{path}\0{text}"))
        .collect();
    sha(&format!("{}\0{}", repository.id, files.join("\0")))
}

pub(super) async fn commit(call: Call) -> Answer {
    let state = call.world.state();
    let repository = state.repository(call.repository)?;
    let sha = head(repository);
    if !["main", "HEAD", "heads/main", sha.as_str()].contains(&call.param("reference")) {
        return Err(Refused::new(
            422,
            &format!("No commit found for SHA: {}", call.param("reference")),
        ));
    }
    let url = format!(
        "{}/repos/{}/commits/{sha}",
        state.settings.api_url,
        repository.full_name()
    );
    Ok(Json(json!({"sha": sha, "node_id": node("C", repository.id), "url": url, "commit": {"message": "Update", "url": url}, "parents": []}))
        .into_response())
}

/// A file with its content in base64, broken every 60 characters as GitHub does; a folder as a list; or the raw text when asked.
pub(super) async fn contents(call: Call) -> Answer {
    let state = call.world.state();
    let repository = state.repository(call.repository)?;
    let reference = call.query.get("ref").map_or("main", String::as_str);
    if !["main", "HEAD", "refs/heads/main"].contains(&reference) && reference != head(repository) {
        return Err(Refused::new(
            404,
            &format!("No commit found for the ref {reference}"),
        ));
    }
    let path = call.param("path").trim_matches('/');
    let Some(text) = repository.files.get(path) else {
        return folder(&state, repository, path);
    };
    let accept = call
        .headers
        .get(ACCEPT)
        .and_then(|a| a.to_str().ok())
        .unwrap_or("");
    if accept.contains("raw") {
        return Ok(text.clone().into_response());
    }
    let mut json = entry(&state, repository, path, "file", text);
    let encoded = STANDARD.encode(text);
    let lines = (0..encoded.len())
        .step_by(60)
        .map(|i| &encoded[i..encoded.len().min(i + 60)]);
    json["content"] = json!(lines.flat_map(|line| [line, "\n"]).collect::<String>());
    json["encoding"] = json!("base64");
    Ok(Json(json).into_response())
}

fn folder(state: &Known, repository: &Repository, path: &str) -> Answer {
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let mut entries: Vec<Value> = Vec::new();
    for (name, text) in repository
        .files
        .iter()
        .filter(|(name, _)| name.starts_with(&prefix))
    {
        let (first, deeper) = name[prefix.len()..]
            .split_once('/')
            .map_or((&name[prefix.len()..], false), |(f, _)| (f, true));
        let child = format!("{prefix}{first}");
        if entries.last().is_none_or(|e| e["path"] != child.as_str()) {
            entries.push(entry(
                state,
                repository,
                &child,
                if deeper { "dir" } else { "file" },
                text,
            ));
        }
    }
    if entries.is_empty() {
        Err(Refused::not_found())
    } else {
        Ok(Json(entries).into_response())
    }
}

fn entry(state: &Known, repository: &Repository, path: &str, kind: &str, text: &str) -> Value {
    let full_name = repository.full_name();
    let url = format!(
        "{}/repos/{full_name}/contents/{path}?ref=main",
        state.settings.api_url
    );
    let page = format!("{}/{full_name}/blob/main/{path}", state.settings.web_url);
    let git = format!(
        "{}/repos/{full_name}/git/blobs/{}",
        state.settings.api_url,
        sha(text)
    );
    json!({"type": kind, "size": if kind == "dir" { 0 } else { text.len() }, "name": path.rsplit('/').next(), "path": path,
        "sha": sha(text), "url": url, "git_url": git, "html_url": page, "download_url": page,
        "_links": {"self": url, "git": git, "html": page}})
}

/// `maintain` reads `write` and `triage` reads `read` in `permission`; `role_name` is exact.
pub(super) async fn permission(call: Call) -> Answer {
    let state = call.world.state();
    let repository = state.repository(call.repository)?;
    let login = call.param("login");
    let user = state.user(login);
    if user.is_null() {
        return Err(Refused::new(404, &format!("{login} is not a user")));
    }
    let role = repository.role(login);
    let (permission, role_name) = role.map_or(("none", "none"), |r| (r.permission(), r.name()));
    Ok(
        Json(json!({"permission": permission, "role_name": role_name, "user": user}))
            .into_response(),
    )
}

pub(super) async fn membership(
    State(world): State<World>,
    Path((org, slug, login)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer {
    let mut state = world.state();
    state.check_token(&bearer(&headers)?)?;
    state.need("members", "read")?;
    let team = format!("{org}/{slug}").to_lowercase();
    let member = state
        .teams
        .get(&team)
        .is_some_and(|members| members.contains(&login.to_lowercase()));
    if !member {
        return Err(Refused::not_found());
    }
    let url = format!(
        "{}/orgs/{org}/teams/{slug}/memberships/{login}",
        state.settings.api_url
    );
    Ok(Json(json!({"url": url, "role": "member", "state": "active"})).into_response())
}
