//! Approvals after they were given: an edited or deleted comment voids the word in it.

use super::{comments, four_eyes, gates, glass, turn::Turn};
use crate::domain::{
    approval::{self, Digest, FieldChange, Quorum, SignedField, Vote, Why, Word},
    command::{Command, CommandName, Said, parse_comment},
    ids::{CommentId, Person},
    ledger::Fact,
    reply::Reply,
    rollout::Voided,
};
use std::collections::BTreeSet;

/// A comment was changed. Only new comments are commands. A signature is one on the whole comment: whatever was changed around it, by
/// whomever, it no longer stands on what people can read.
pub(super) fn comment_edited(
    turn: &mut Turn<'_>,
    comment: CommentId,
    from: Option<&str>,
    body: &str,
) {
    if turn.is_own() || from.is_some_and(|from| comments::says_the_same(from, body)) {
        return;
    }
    let before = from.map(parse_comment);
    let after = parse_comment(body);
    let says_otherwise = before.as_ref() != Some(&after);
    let before = before.unwrap_or_default();
    // An edit that overtakes its comment: what was signed in it is not heard any more, and that is said.
    let signs = before.iter().any(is_signature);
    let unheard = (says_otherwise || signs) && turn.rollout.heard.insert(comment);
    void(turn, comment, "its comment was edited", &after);
    glass::comment_gone(turn, comment);
    // A rejection in other words is the one that stands.
    let mut votes = turn.rollout.votes.iter();
    let stands = votes.any(|vote| vote.comment == comment && vote.word == Word::Reject);
    let has_new = after.iter().any(|said| {
        let is_command = matches!(said, Said::Command(_));
        is_command && !before.contains(said) && !(stands && is_rejection(said))
    });
    if (has_new && from.is_some()) || (signs && unheard) {
        turn.say(Reply::EditedCommand);
    }
}

/// Whether somebody vouches for something by it.
fn is_signature(said: &Said) -> bool {
    matches!(
        said,
        Said::Command(
            Command::Approve { .. } | Command::Expedite { .. } | Command::ConfirmExpedite { .. }
        )
    )
}

/// Whether it rejects, even when its reason was taken away.
fn is_rejection(said: &Said) -> bool {
    match said {
        Said::Command(command) => command.name() == CommandName::Reject,
        Said::Malformed { name, .. } => *name == CommandName::Reject,
        _ => false,
    }
}

/// A comment was deleted.
pub(super) fn comment_deleted(turn: &mut Turn<'_>, comment: CommentId) {
    turn.rollout.heard.insert(comment);
    void(turn, comment, "its comment was deleted", &[]);
    glass::comment_gone(turn, comment);
    // The status comment is part of the issue: when somebody deletes it, it comes back.
    turn.rollout.sent.remove("status");
}

/// Approvals and rejections in this comment no longer stand. The word becomes one that was taken back, so that no earlier word of the same
/// person comes to life again. A rejection goes only with its author's will: nobody gets past it by deleting the comment, and an edit takes
/// nothing back as long as the comment `says` that it rejects. A word that a newer one of the same person had replaced goes without a sound.
fn void(turn: &mut Turn<'_>, comment: CommentId, why: &str, says: &[Said]) {
    if turn.rollout.is_finished() {
        return;
    }
    let by = turn.event.actor.as_ref().map(|person| person.id);
    let rejects = says.iter().any(is_rejection);
    let newest = approval::newest_words(&turn.rollout.votes).into_iter();
    let newest: Vec<Vote> = newest.cloned().collect();
    let mut gone = Vec::new();
    for vote in &mut turn.rollout.votes {
        let may_go = match vote.word {
            Word::Approve => true,
            Word::Reject => !rejects && by == Some(vote.person.id),
            Word::Withdraw => false,
        };
        if vote.comment == comment && may_go {
            if newest.contains(vote) {
                gone.push((vote.person.clone(), vote.word == Word::Approve));
            }
            vote.word = Word::Withdraw;
        }
    }
    if turn.rollout.is_deploying() && gone.iter().any(|(_, approval)| *approval) {
        turn.rollout.attention.insert(
            "the comment of an approval was changed after the deployment had started".to_owned(),
        );
    }
    for (person, approval) in gone {
        let voter = person.login.clone();
        if approval {
            remember(turn, person, why);
        }
        turn.record(Fact::VoteVoided {
            voter: voter.clone(),
            why: why.to_owned(),
        });
        turn.say(Reply::VoteVoided {
            voter,
            why: why.to_owned(),
            approval,
        });
    }
}

fn remember(turn: &mut Turn<'_>, voter: Person, why: &str) {
    let at = turn.now();
    turn.rollout.gates.voided.push(Voided {
        voter,
        why: why.to_owned(),
        at,
    });
}

/// No approval stands any more, for this reason; returns whose did.
pub(super) fn void_all(turn: &mut Turn<'_>, why: &str) -> Vec<String> {
    let approvers = approval::approvers(&turn.rollout.votes).into_iter();
    let approvers: Vec<Person> = approvers.cloned().collect();
    let approvals = turn.rollout.votes.iter_mut();
    for vote in approvals.filter(|vote| vote.word == Word::Approve) {
        vote.word = Word::Withdraw;
    }
    let mut voters = Vec::new();
    for person in approvers {
        turn.record(Fact::VoteVoided {
            voter: person.login.clone(),
            why: why.to_owned(),
        });
        voters.push(person.login.clone());
        remember(turn, person, why);
    }
    voters
}

/// The quorum, once the approvals of those who are known to have lost the right are void. What is only unknown voids nothing.
pub(super) fn without_the_lost(turn: &mut Turn<'_>) -> Quorum {
    let quorum = gates::quorum(turn);
    let lost: Vec<(Vote, String)> = quorum
        .discounted
        .iter()
        .filter(|(vote, _)| vote.word == Word::Approve)
        .filter_map(|(vote, why)| match why {
            Why::NotAllowed { says } => Some((vote.clone(), says.clone())),
            _ => None,
        })
        .collect();
    if lost.is_empty() {
        return quorum;
    }
    for (vote, says) in lost {
        let voter = vote.person;
        let approves = |vote: &Vote| vote.person.id == voter.id && vote.word == Word::Approve;
        // As taken back, so that no older word of the same person comes to stand again.
        for vote in turn.rollout.votes.iter_mut().filter(|vote| approves(vote)) {
            vote.word = Word::Withdraw;
        }
        let why = format!("the right to approve was lost: {says}");
        turn.record(Fact::VoteVoided {
            voter: voter.login.clone(),
            why: why.clone(),
        });
        turn.say(Reply::ApproverLost {
            voter: voter.login.clone(),
            why: says,
            who: turn.policy.approvals.from.describe(),
        });
        remember(turn, voter, &why);
    }
    gates::quorum(turn)
}

/// What was signed is no longer what would be deployed: those who had signed are told what changed, and asked again.
pub(super) fn of_another_digest(
    turn: &mut Turn<'_>,
    before: &Digest,
    now: &Digest,
    changes: Vec<FieldChange>,
    signs: Option<(BTreeSet<SignedField>, BTreeSet<SignedField>)>,
) {
    let others: Vec<Vote> = approval::newest_words(&turn.rollout.votes)
        .into_iter()
        .filter(|vote| vote.word == Word::Approve && vote.digest != *now)
        .cloned()
        .collect();
    for vote in others.iter().filter(|vote| vote.digest == *before) {
        remember(turn, vote.person.clone(), "what was approved has changed");
    }
    if !others.is_empty() {
        // Who made the change is not asked to sign it.
        let free = |vote: &Vote| four_eyes::is_free(turn, &vote.person);
        let voters = others.into_iter().filter(free);
        let voters = voters.map(|vote| vote.person.login).collect();
        turn.say(Reply::ApprovalsVoided {
            changes,
            signs,
            voters,
        });
    }
}
