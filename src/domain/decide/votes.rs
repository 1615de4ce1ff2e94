//! Approvals after they were given: an edited or deleted comment voids the word in it.

use super::turn::Turn;
use crate::domain::{
    command::{Said, parse_comment},
    ids::CommentId,
    ledger::Fact,
    reply::Reply,
};

/// A comment was changed. Only new comments are commands; a word given in this one no longer stands on what people can read.
pub(super) fn comment_edited(
    turn: &mut Turn<'_>,
    comment: CommentId,
    from: Option<&str>,
    body: &str,
) {
    if turn.is_own() {
        return;
    }
    // Editing something harmless around the command does not take the word back.
    if from.map(parse_comment) != Some(parse_comment(body)) {
        void(turn, comment, "its comment was edited");
    }
    let before = from.map(parse_comment).unwrap_or_default();
    let has_new = parse_comment(body)
        .into_iter()
        .any(|said| matches!(said, Said::Command(_)) && !before.contains(&said));
    if has_new && from.is_some() {
        turn.say(Reply::EditedCommand);
    }
}

/// A comment was deleted.
pub(super) fn comment_deleted(turn: &mut Turn<'_>, comment: CommentId) {
    void(turn, comment, "its comment was deleted");
    // The status comment is part of the issue: when somebody deletes it, it comes back.
    turn.rollout.sent.remove("status");
}

fn void(turn: &mut Turn<'_>, comment: CommentId, why: &str) {
    if turn.rollout.is_finished() {
        return;
    }
    let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut turn.rollout.votes)
        .into_iter()
        .partition(|vote| vote.comment == comment);
    turn.rollout.votes = kept;
    for vote in gone {
        let voter = vote.person.login;
        turn.record(Fact::VoteVoided {
            voter: voter.clone(),
            why: why.to_owned(),
        });
        turn.say(Reply::VoteVoided {
            voter,
            why: why.to_owned(),
        });
    }
}
