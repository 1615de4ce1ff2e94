//! `issue_comment`: comments on issues, and on pull requests, which GitHub calls issues here.

use super::{
    Events, Webhook,
    shape::{Account, Payload},
};
use crate::domain::{event::What, ids::CommentId};

pub(super) fn read(webhook: Webhook<'_>) -> Events {
    let action = webhook.action(&["created", "edited", "deleted"])?;
    let mut payload: Payload = webhook.json()?;
    let issue = webhook.needed(payload.issue.take(), "issue")?;
    let comment = webhook.needed(payload.comment.take(), "comment")?;
    let place = webhook.place(&payload, Some(issue.number))?;
    let id = CommentId(comment.id);
    let (at, what) = match action.as_str() {
        "created" => {
            let body = comment.body;
            let author = issue.user.map(Account::person);
            let change_author = author.filter(|_| issue.pull_request.is_some());
            let what = What::CommentCreated {
                comment: id,
                body,
                change_author,
            };
            (comment.created_at, what)
        }
        "edited" => {
            let from = payload.text_before("body");
            let body = comment.body;
            let what = What::CommentEdited {
                comment: id,
                from,
                body,
            };
            (comment.updated_at, what)
        }
        _ => (None, What::CommentDeleted { comment: id }),
    };
    let at = at.unwrap_or(webhook.received_at);
    Ok(webhook.events(vec![(place, what)], at, payload.sender))
}
