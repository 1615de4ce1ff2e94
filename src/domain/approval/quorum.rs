//! Counting words: whose newest one stands, and whether they are enough.

use std::collections::BTreeMap;

use super::{Demand, Part, Quorum, Review, Vote, Why, Word};
use crate::domain::{
    ids::{Person, UserId},
    policy::{Answer, Context, Rule},
};

/// Where the approvals stand.
///
/// Of every person the newest word counts, by the time of its comment. An approval must be of the current digest, not lapsed, not a
/// bot's, not the opener's or an author's or of whoever changed what would be deployed, and of somebody who satisfies the rule. A rejection blocks whatever the digest and its age, until its
/// author says something else or is known not to be allowed a word any more.
#[must_use]
pub fn quorum(votes: &[Vote], review: &Review<'_>) -> Quorum {
    let mut quorum = Quorum {
        needed: review.approvals.required,
        filled: 0,
        parts: Vec::new(),
        uncertain: false,
        valid: Vec::new(),
        discounted: Vec::new(),
        rejected_by: Vec::new(),
        reached: false,
    };
    for vote in newest_words(votes) {
        let why = match vote.word {
            Word::Withdraw => continue,
            Word::Approve => why_not_approved(vote, review),
            Word::Reject => why_not_rejected(vote, review),
        };
        match (why, vote.word) {
            (Some(why), _) => quorum.discounted.push((vote.clone(), why)),
            (None, Word::Reject) => quorum.rejected_by.push(vote.clone()),
            (None, _) => quorum.valid.push(vote.clone()),
        }
    }
    fill(&mut quorum, review);
    quorum
}

/// Whose newest word is an approval, whether or not it counts.
#[must_use]
pub fn approvers(votes: &[Vote]) -> Vec<&Person> {
    let words = newest_words(votes).into_iter();
    let approve = words.filter(|vote| vote.word == Word::Approve);
    approve.map(|vote| &vote.person).collect()
}

/// Gives the people who approved to the parts of the quorum, each person to one.
fn fill(quorum: &mut Quorum, review: &Review<'_>) {
    let one = Demand::People {
        n: review.approvals.required,
        from: review.approvals.from.clone(),
    };
    let demand = review.approvals.parts.as_ref().unwrap_or(&one);
    let answer = |person: usize, rule: &Rule| -> Answer {
        let vote = quorum.valid.get(person);
        let standing = vote.and_then(|vote| review.rights.get(&vote.person.id));
        standing.map_or(Answer::Unknown, |standing| {
            rule.judge(standing, &context(review)).answer
        })
    };
    let people = quorum.valid.len();
    let parts = demand.fill(people, &|person, rule| {
        answer(person, rule) == Answer::Allowed
    });
    let missing: usize = parts.iter().map(Part::missing).sum();
    let unclear = |rule: &&Rule| (0..people).any(|person| answer(person, rule) == Answer::Unknown);
    let doubtful = missing > 0 && demand.rules().iter().any(unclear);
    quorum.needed = parts.iter().map(|part| part.n).sum();
    quorum.filled = parts.iter().map(|part| part.by.len()).sum();
    quorum.parts = parts;
    quorum.uncertain = doubtful
        || quorum
            .discounted
            .iter()
            .any(|(_, why)| matches!(why, Why::Unknown { .. }));
    quorum.reached = quorum.rejected_by.is_empty() && missing == 0;
}

fn context<'a>(review: &Review<'a>) -> Context<'a> {
    Context {
        opener: review.opener,
        org: review.org,
        authors: review.authors,
        votes: &[],
    }
}

/// The newest word of every person, oldest first. Two words in one comment keep the order they were said in.
#[must_use]
pub fn newest_words(votes: &[Vote]) -> Vec<&Vote> {
    let mut newest: BTreeMap<UserId, &Vote> = BTreeMap::new();
    for vote in votes {
        let slot = newest.entry(vote.person.id).or_insert(vote);
        if (slot.at, slot.comment) <= (vote.at, vote.comment) {
            *slot = vote;
        }
    }
    let mut words: Vec<&Vote> = newest.into_values().collect();
    words.sort_by_key(|vote| (vote.at, vote.comment, vote.person.id));
    words
}

fn why_not_approved(vote: &Vote, review: &Review<'_>) -> Option<Why> {
    let approvals = review.approvals;
    if vote.person.bot {
        return Some(Why::Bot);
    }
    if approvals.not_opener && review.opener.is_some_and(|opener| opener.is(&vote.person)) {
        return Some(Why::Opener);
    }
    if approvals.not_author
        && review
            .authors
            .iter()
            .any(|author| author.id == vote.person.id)
    {
        return Some(Why::Author);
    }
    let changed = |person: &Person| person.id == vote.person.id;
    if approvals.not_author && review.changers.iter().any(changed) {
        return Some(Why::Changer);
    }
    if vote.digest != *review.digest {
        return Some(Why::OtherDigest);
    }
    let lapses = vote
        .at
        .saturating_add(approvals.expire)
        .unwrap_or(jiff::Timestamp::MAX);
    if lapses <= review.now {
        return Some(Why::Expired { at: lapses });
    }
    rights(vote, review)
}

fn why_not_rejected(vote: &Vote, review: &Review<'_>) -> Option<Why> {
    if vote.person.bot {
        return Some(Why::Bot);
    }
    rights(vote, review).filter(|why| matches!(why, Why::NotAllowed { .. }))
}

fn rights(vote: &Vote, review: &Review<'_>) -> Option<Why> {
    let Some(standing) = review.rights.get(&vote.person.id) else {
        return Some(Why::Unknown {
            says: format!("the rights of `{}` were not read", vote.person.login),
        });
    };
    let verdict = review.approvals.from.judge(standing, &context(review));
    match verdict.answer {
        Answer::Allowed => None,
        Answer::Refused => Some(Why::NotAllowed {
            says: verdict.reason(),
        }),
        Answer::Unknown => Some(Why::Unknown {
            says: verdict.unknown().unwrap_or(&verdict.says).to_owned(),
        }),
    }
}
