//! Comments and reactions.

use super::super::{
    Refused,
    payload::time,
    state::{IssueAt, State},
};
use super::{Answer, call::Call};
use axum::{Json, http::StatusCode, response::IntoResponse};
use serde_json::Value;

impl State {
    fn comment_answer(&self, at: IssueAt, id: u64) -> Result<Value, Refused> {
        Ok(self.comment_json(
            self.repository(at.repository)?,
            self.issue(at)?,
            self.comment(at, id)?,
        ))
    }
}

pub(super) async fn list(call: Call) -> Answer {
    let at = call.at()?;
    let since = call.query.get("since").cloned().unwrap_or_default();
    let entries = {
        let state = call.world.state();
        let (repository, issue) = (state.repository(at.repository)?, state.issue(at)?);
        let fits = issue
            .comments
            .iter()
            .filter(|c| since.is_empty() || time(c.updated_at) >= since);
        fits.map(|c| state.comment_json(repository, issue, c))
            .collect()
    };
    Ok(call.page(entries))
}

pub(super) async fn create(call: Call) -> Answer {
    let at = call.at()?;
    let body = call.text("body")?.unwrap_or_default();
    let mut state = call.world.state();
    let bot = state.bot();
    let id = state.create_comment(at, &bot, body)?;
    Ok((StatusCode::CREATED, Json(state.comment_answer(at, id)?)).into_response())
}

pub(super) async fn one(call: Call) -> Answer {
    let id = call.number("id")?;
    let state = call.world.state();
    let at = state.comment_at(call.repository, id)?;
    Ok(Json(state.comment_answer(at, id)?).into_response())
}

pub(super) async fn update(call: Call) -> Answer {
    let id = call.number("id")?;
    let body = call
        .text("body")?
        .ok_or_else(|| Refused::invalid("IssueComment", "body", "missing_field", None))?;
    let mut state = call.world.state();
    let (at, bot) = (state.comment_at(call.repository, id)?, state.bot());
    state.edit_comment(at, &bot, id, body)?;
    Ok(Json(state.comment_answer(at, id)?).into_response())
}

pub(super) async fn destroy(call: Call) -> Answer {
    let id = call.number("id")?;
    let mut state = call.world.state();
    let (at, bot) = (state.comment_at(call.repository, id)?, state.bot());
    state.delete_comment(at, &bot, id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn pin(call: Call) -> Answer {
    set_pin(&call, true)
}

pub(super) async fn unpin(call: Call) -> Answer {
    set_pin(&call, false)
}

fn set_pin(call: &Call, pinned: bool) -> Answer {
    let id = call.number("id")?;
    let mut state = call.world.state();
    let (at, bot) = (state.comment_at(call.repository, id)?, state.bot());
    state.pin_comment(at, &bot, id, pinned)?;
    if pinned {
        Ok(Json(state.comment_answer(at, id)?).into_response())
    } else {
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// The issue or the comment whose reactions the path means.
fn reacted(call: &Call) -> Result<(IssueAt, Option<u64>), Refused> {
    if !call.params.contains_key("id") {
        return Ok((call.at()?, None));
    }
    let id = call.number("id")?;
    Ok((
        call.world.state().comment_at(call.repository, id)?,
        Some(id),
    ))
}

pub(super) async fn reactions(call: Call) -> Answer {
    let (at, comment) = reacted(&call)?;
    let entries = {
        let state = call.world.state();
        let reactions = match comment {
            Some(id) => &state.comment(at, id)?.reactions,
            None => &state.issue(at)?.reactions,
        };
        reactions.iter().map(|r| state.reaction_json(r)).collect()
    };
    Ok(call.page(entries))
}

/// 201 for a new reaction, 200 when it was there.
pub(super) async fn react(call: Call) -> Answer {
    let (at, comment) = reacted(&call)?;
    let content = call.text("content")?.unwrap_or_default();
    let mut state = call.world.state();
    let bot = state.bot();
    let (reaction, new) = state.react(at, comment, &bot, &content)?;
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(state.reaction_json(&reaction))).into_response())
}
