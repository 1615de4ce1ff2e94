//! `issues`: opened, edited, closed and the rest of an issue's life.

use super::{
    Events, Stop, Webhook,
    shape::{Issue, Payload, RepositoryShape},
};
use crate::domain::event::What;
use serde::Deserialize;

const FOLLOWED: [&str; 8] = [
    "opened",
    "edited",
    "closed",
    "reopened",
    "deleted",
    "transferred",
    "labeled",
    "unlabeled",
];

pub(super) fn read(webhook: Webhook<'_>) -> Events {
    let action = webhook.action(&FOLLOWED)?;
    let mut payload: Payload = webhook.json()?;
    let issue = webhook.needed(payload.issue.take(), "issue")?;
    if action == "opened" && payload.changes.get("old_issue").is_some() {
        let why = "the issue was moved here, which `issues.transferred` says too";
        return Err(Stop::Ignored(why.to_owned()));
    }
    let place = webhook.place(&payload, Some(issue.number))?;
    // An issue that is gone was not updated by going.
    let gone = matches!(action.as_str(), "deleted" | "transferred");
    let updated_at = issue.updated_at.filter(|_| !gone);
    let what = match action.as_str() {
        "opened" => vec![opened(issue)],
        "edited" => edited(&payload, issue),
        "closed" => vec![What::IssueClosed],
        "reopened" => vec![What::IssueReopened],
        "deleted" => vec![What::IssueDeleted],
        "transferred" => vec![transferred(webhook, &payload)?],
        action => vec![labelled(&payload, action == "labeled")?],
    };
    let happened = what.into_iter().map(|what| (place.clone(), what)).collect();
    let at = updated_at.unwrap_or(webhook.received_at);
    Ok(webhook.events(happened, at, payload.sender))
}

fn opened(issue: Issue) -> What {
    What::IssueOpened {
        title: issue.title,
        body: issue.body,
        labels: issue.labels.into_iter().map(|label| label.name).collect(),
    }
}

/// GitHub says what an edit changed, but not always: then the body may have changed, and what it was before is not known.
fn edited(payload: &Payload, issue: Issue) -> Vec<What> {
    let title = payload.changes.get("title").is_some();
    let body = payload.changes.get("body").is_some() || !title;
    let mut edits = Vec::new();
    if body {
        edits.push(What::BodyEdited {
            from: payload.text_before("body"),
            body: issue.body,
        });
    }
    if title {
        edits.push(What::TitleEdited { title: issue.title });
    }
    edits
}

fn transferred(webhook: Webhook<'_>, payload: &Payload) -> Result<What, Stop> {
    let part = |name: &str| webhook.needed(payload.changes.get(name), name);
    let repository = RepositoryShape::deserialize(part("new_repository")?);
    let issue = Issue::deserialize(part("new_issue")?);
    Ok(What::IssueTransferred {
        repository: repository
            .map_err(|error| webhook.unreadable(error))?
            .known(),
        issue: issue.map_err(|error| webhook.unreadable(error))?.number,
    })
}

/// GitHub leaves the label out when it was deleted as such.
fn labelled(payload: &Payload, added: bool) -> Result<What, Stop> {
    let label = payload.label.as_ref();
    let label = label.ok_or_else(|| Stop::Ignored("the label itself is gone".to_owned()))?;
    Ok(What::LabelChanged {
        label: label.name.clone(),
        added,
    })
}
