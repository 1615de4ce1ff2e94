//! The one GraphQL question that Rollcall has: the edit history of an issue.

use super::super::{
    Refused, World,
    payload::time,
    state::{Edit, IssueAt, Kind, State as Known},
};
use super::token::bearer;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// 200 whatever comes of it, as GitHub's GraphQL answers; only a token that is no good is 401.
pub(super) async fn answer(
    State(world): State<World>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> Result<Response, Refused> {
    let mut state = world.state();
    state.check_token(&bearer(&headers)?)?;
    let is_known = asked["query"]
        .as_str()
        .is_some_and(|query| query.contains("userContentEdits"));
    if !is_known {
        return Ok(error("NOT_FOUND", "no such field in this stand-in"));
    }
    if state.need("issues", "read").is_err() {
        return Ok(error("FORBIDDEN", "Resource not accessible by integration"));
    }
    let history = state.history(&asked["variables"]);
    Ok(history.map_or_else(
        |_| {
            error(
                "NOT_FOUND",
                "Could not resolve to an Issue with that number.",
            )
        },
        |history| {
            Json(json!({"data": {"repository": {"issue": {"userContentEdits": history}}}}))
                .into_response()
        },
    ))
}

fn error(kind: &str, message: &str) -> Response {
    Json(json!({"data": {"repository": null}, "errors": [{"type": kind, "path": ["repository"], "message": message}]}))
        .into_response()
}

impl Known {
    fn history(&self, asked: &Value) -> Result<Value, Refused> {
        let text = |key: &str| asked[key].as_str().unwrap_or_default();
        let name = format!("{}/{}", text("owner"), text("name"));
        // GraphQL follows renamed repositories.
        let repository = self.named(&name).or_else(|refused| {
            let former = |former: &String| former.eq_ignore_ascii_case(&name);
            let mut all = self.repositories.iter();
            all.find(|it| it.former.iter().any(former)).ok_or(refused)
        })?;
        if !repository.selected && repository.private {
            return Err(Refused::not_found());
        }
        let issue = self.issue(IssueAt {
            repository: repository.id,
            number: asked["number"].as_u64().unwrap_or_default(),
        })?;
        let size = asked["first"].as_u64().unwrap_or(1).clamp(1, 100);
        let size = usize::try_from(size).unwrap_or(100);
        let after: usize = text("after").parse().unwrap_or_default();
        let newest_first = issue.edits.iter().rev().skip(after);
        let nodes: Vec<Value> = newest_first
            .take(size)
            .map(|edit| self.edit_json(edit))
            .collect();
        let end = after + nodes.len();
        Ok(json!({
            "nodes": nodes,
            "pageInfo": {"hasNextPage": end < issue.edits.len(), "endCursor": (end > 0).then(|| end.to_string())},
        }))
    }

    /// An App's login has no `[bot]` here.
    fn edit_json(&self, edit: &Edit) -> Value {
        let editor = self.account(&edit.editor).map(|account| {
            let (kind, login) = match account.kind {
                Kind::Bot => ("Bot", account.login.trim_end_matches("[bot]")),
                Kind::User | Kind::Organization => ("User", account.login.as_str()),
            };
            json!({"__typename": kind, "login": login, "databaseId": account.id})
        });
        json!({"editedAt": time(edit.at), "diff": edit.body, "editor": editor})
    }
}
