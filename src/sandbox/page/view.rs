//! Everything the page shows, in one answer.

use super::super::{
    Sandbox,
    github::{CommentView, IssueView, Refused},
    mailbox::Mail,
    seed::{PERSONAS, REPOSITORY},
};
use super::render;
use crate::domain::{
    checklist,
    phase::Phase,
    render::{labels, marker},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    issue: Option<u64>,
}

/// The newest issue unless one is asked for.
pub(super) async fn view(
    State(sandbox): State<Sandbox>,
    Query(wish): Query<Wish>,
) -> Result<Json<Value>, Refused> {
    let issues = sandbox.world.issues(REPOSITORY)?;
    let wanted = issues
        .iter()
        .find(|i| Some(i.at.number) == wish.issue)
        .or(issues.first());
    let list: Vec<Value> =
        issues.iter().map(|i| json!({"number": i.at.number, "title": i.title, "open": i.open, "phase": phase_word(i)})).collect();
    Ok(Json(json!({
        "now": sandbox.clock.clock().now().to_string(),
        "skipped": sandbox.clock.skipped(),
        "personas": PERSONAS,
        "repository": REPOSITORY,
        "issues": list,
        "issue": wanted.map(issue_json),
        "telegram": sandbox.telegram.chats().into_iter().map(|chat| {
            let messages: Vec<Value> = chat.messages.iter().map(|m| json!({"id": m.id, "html": render::telegram(&m.html),
                "at": m.at.to_string(), "edits": m.edits, "pinned": m.pinned, "silent": m.silent,
                "document": m.document.as_ref().map(|(name, _)| name)})).collect();
            json!({"title": chat.title, "messages": messages})
        }).collect::<Vec<_>>(),
        "mails": sandbox.mailbox.mails().iter().rev().map(mail_json).collect::<Vec<_>>(),
    })))
}

/// What Rollcall's own label says: a phase, or the end.
fn phase_word(issue: &IssueView) -> Option<&str> {
    let own = issue
        .labels
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| labels::is_own(name));
    own.filter_map(|name| name.get(labels::PREFIX.len()..))
        .find(|word| *word != "on hold")
}

fn issue_json(issue: &IssueView) -> Value {
    let checklist = checklist::parse(&issue.body);
    let items: Vec<Value> = checklist
        .items
        .iter()
        .map(|i| json!({"id": i.id, "title": i.title, "checked": i.checked}))
        .collect();
    let phases: Vec<Value> = Phase::ALL
        .iter()
        .map(|phase| {
            let here = checklist
                .items
                .iter()
                .filter(|i| i.phase.as_deref().and_then(Phase::from_name) == Some(*phase));
            let (done, of) = here.fold((0, 0), |(done, of), item| {
                (done + usize::from(item.checked), of + 1)
            });
            json!({"name": phase.name(), "done": done, "of": of})
        })
        .collect();
    let (status, comments): (Vec<_>, Vec<_>) = issue
        .comments
        .iter()
        .partition(|c| c.body.starts_with(marker::STATUS));
    json!({
        "number": issue.at.number, "title": issue.title, "author": issue.author, "open": issue.open,
        "reason": issue.state_reason, "labels": issue.labels, "at": issue.created_at.to_string(),
        "html": render::body(&issue.body, &checklist), "source": issue.body, "items": items, "phases": phases, "phase": phase_word(issue),
        "held": issue.labels.iter().any(|(name, _)| name == "rollout: on hold"),
        "status": status.first().map(|c| comment_json(c)),
        "comments": comments.into_iter().map(comment_json).collect::<Vec<_>>(),
    })
}

fn comment_json(comment: &CommentView) -> Value {
    json!({"id": comment.id, "author": comment.author, "html": render::markdown(&comment.body), "text": comment.body,
        "at": comment.created_at.to_string(), "edited": comment.updated_at > comment.created_at, "reactions": comment.reactions})
}

fn mail_json(mail: &Mail) -> Value {
    json!({"id": mail.id, "to": mail.to, "from": mail.header("from"), "subject": mail.header("subject"), "at": mail.at.to_string(),
        "calendar": mail.part("text/calendar").is_some()})
}

fn find(sandbox: &Sandbox, id: u64) -> Result<Mail, Refused> {
    sandbox
        .mailbox
        .mails()
        .into_iter()
        .find(|m| m.id == id)
        .ok_or_else(|| Refused::new(404, "Not Found"))
}

/// A mail's headers and text.
pub(super) async fn mail(
    State(sandbox): State<Sandbox>,
    Path(id): Path<u64>,
) -> Result<Json<Value>, Refused> {
    let mail = find(&sandbox, id)?;
    let mut json = mail_json(&mail);
    json["headers"] = json!(mail.content.headers);
    json["text"] = json!(mail.part("text/plain"));
    json["has_html"] = json!(mail.part("text/html").is_some());
    Ok(Json(json))
}

/// A mail's HTML, for a frame in which it can do nothing.
pub(super) async fn mail_html(
    State(sandbox): State<Sandbox>,
    Path(id): Path<u64>,
) -> Result<Response, Refused> {
    let html = find(&sandbox, id)?.part("text/html").unwrap_or_default();
    let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
    Ok((
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, policy),
        ],
        html,
    )
        .into_response())
}
