//! `/approve-deploy`, `/reject`, `/withdraw`: the newest word of a person counts.

use super::Answer;
use crate::domain::{
    approval::{Vote, Word},
    decide::{four_eyes, gates, turn::Turn},
    ids::CommentId,
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::Stage,
};

/// Signs the current digest.
pub(super) fn approve(turn: &mut Turn<'_>, comment: CommentId, note: Option<String>) -> Answer {
    may_vote(turn)?;
    if let Some(own) = four_eyes::own_words(turn).into_iter().next() {
        return Err(own);
    }
    turn.not_outdated()?;
    let digest = gates::digest(turn);
    let again = stands(turn);
    vote(turn, comment, Word::Approve, note.clone())?;
    turn.record(Fact::Approved {
        digest: digest.0.clone(),
        note,
    });
    let quorum = gates::quorum(turn);
    Ok(Reply::Approved {
        digest: digest.short().to_owned(),
        valid: gates::count(quorum.filled),
        needed: gates::count(quorum.needed),
        again,
    })
}

/// Whether an approval by the same person counts for what would be deployed now.
fn stands(turn: &Turn<'_>) -> bool {
    let me = turn.event.actor.as_ref().map(|person| person.id);
    let mut valid = gates::quorum(turn).valid.into_iter();
    valid.any(|vote| Some(vote.person.id) == me)
}

/// Blocks the deployment until the same person says something else.
pub(super) fn reject(turn: &mut Turn<'_>, comment: CommentId, reason: String) -> Answer {
    may_vote(turn)?;
    let digest = gates::digest(turn);
    vote(turn, comment, Word::Reject, Some(reason.clone()))?;
    turn.record(Fact::Rejected {
        digest: digest.0,
        reason: reason.clone(),
    });
    Ok(Reply::Rejected { reason })
}

/// Takes one's word back.
pub(super) fn withdraw(turn: &mut Turn<'_>, comment: CommentId) -> Answer {
    may_vote(turn)?;
    let person = turn.event.actor.as_ref().map(|person| person.id);
    let newest = turn
        .rollout
        .votes
        .iter()
        .filter(|vote| Some(vote.person.id) == person)
        .max_by_key(|vote| (vote.at, vote.comment));
    let had_none = newest.is_none_or(|vote| vote.word == Word::Withdraw);
    vote(turn, comment, Word::Withdraw, None)?;
    if had_none {
        return Err(Refusal::NoVote);
    }
    turn.record(Fact::Withdrawn);
    Ok(Reply::Withdrawn)
}

fn may_vote(turn: &Turn<'_>) -> Result<(), Refusal> {
    if turn.rollout.stage == Stage::Preparing {
        Ok(())
    } else {
        Err(Refusal::AlreadyStarted)
    }
}

/// Keeps a word, even one that changes nothing: an older one that is still on its way is replaced by it. Of a word that came later than a
/// newer one nothing is claimed.
fn vote(
    turn: &mut Turn<'_>,
    comment: CommentId,
    word: Word,
    note: Option<String>,
) -> Result<(), Refusal> {
    let digest = gates::digest(turn);
    let Some(person) = turn.event.actor.clone() else {
        return Ok(());
    };
    let (who, at) = (person.id, turn.event.at);
    let newer = |vote: &Vote| vote.person.id == who && (at, comment) < (vote.at, vote.comment);
    let is_late = turn.rollout.votes.iter().any(newer);
    turn.rollout.votes.push(Vote {
        person,
        word,
        digest,
        at,
        comment,
        note,
    });
    if is_late {
        return Err(Refusal::AlreadyDone {
            what: "a newer word of yours was heard".to_owned(),
        });
    }
    Ok(())
}
