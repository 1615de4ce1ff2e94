//! Comments that no webhook told of. When Rollcall looks at GitHub, what was never heard is brought as what it would have been, and a word
//! whose comment is gone or says something else is taken away as its deletion or edit would have taken it.

use super::{body::GRACE, history, turn::Turn};
use crate::domain::{
    approval,
    command::{Command, Said, parse_comment},
    event::{Event, What},
    facts::{Comment, Comments},
    ids::{CommentId, Person},
    refusal::Refusal,
    rollout::{Rollout, Stage},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How many comments one look brings; the next look goes on behind them. Nobody can make a single decision last for minutes.
const MOST: usize = 50;

/// A look at the comments of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Comments that were written or changed since then, by GitHub's clock.
    pub since: Timestamp,
    /// Comments on which words rest that count: each is there or gone, whenever it was changed last.
    pub words: Vec<CommentId>,
    /// Whether a gate opens on it: then it is waited for.
    pub gate: bool,
}

/// The look that this event takes: as at the body, and whenever the approvals are looked at for the start.
pub(super) fn look(rollout: &Rollout, event: &Event) -> Option<Look> {
    let gate = opens_the_gate(event);
    let clock = matches!(event.what, What::DeadlinePassed { .. });
    let looks = gate || history::looks(event) || clock && rollout.stage == Stage::Preparing;
    if !looks || rollout.is_finished() || rollout.place.issue.is_none() {
        return None;
    }
    let words = words(rollout);
    // A comment was changed last when it was written, or later: one listing holds what is new and what the words rest on.
    let until = rollout.comments.until.unwrap_or(event.at);
    let since = words.values().map(|word| word.at).min();
    Some(Look {
        since: since.map_or(until, |oldest| oldest.min(until)),
        words: words.into_keys().collect(),
        gate,
    })
}

fn opens_the_gate(event: &Event) -> bool {
    matches!(&event.what, What::CommentCreated { body, .. }
        if parse_comment(body).contains(&Said::Command(Command::StartDeploy)))
}

/// Who said a word that counts, and when.
struct Source<'r> {
    by: &'r Person,
    at: Timestamp,
}

/// The comments on which a word rests that can fall with them. A rejection does not: nobody gets past it by deleting the comment.
fn words(rollout: &Rollout) -> BTreeMap<CommentId, Source<'_>> {
    let votes = approval::newest_words(&rollout.votes).into_iter();
    let approvals = votes.filter(|vote| vote.word == approval::Word::Approve);
    let mut words: BTreeMap<_, _> = approvals
        .map(|vote| (vote.comment, (&vote.person, vote.at)))
        .collect();
    // After the start nothing of a break-glass falls any more.
    let preparing = rollout.stage == Stage::Preparing;
    if let Some(glass) = rollout.gates.glass().filter(|_| preparing) {
        words.insert(glass.comment, (&glass.by, glass.at));
        let confirmed = glass.confirmed.iter();
        words.extend(confirmed.map(|word| (word.comment, (&word.by, word.at))));
    }
    let sources = words.into_iter();
    sources
        .map(|(comment, (by, at))| (comment, Source { by, at }))
        .collect()
}

/// The words whose comments are gone or changed, as the events that nobody has told of. Who did it is not known.
pub(super) fn lost(
    rollout: &Rollout,
    event: &Event,
    comments: &Comments,
    now: Timestamp,
) -> Vec<Event> {
    let Comments::Read(listed) = comments else {
        return Vec::new();
    };
    let gate = opens_the_gate(event);
    let mut lost = Vec::new();
    for (comment, source) in words(rollout) {
        let found = listed.iter().find(|it| it.id == comment);
        // The comments of an issue that was moved may have other numbers than when they were heard.
        let moved = |it: &&Comment| {
            it.created_at == source.at && it.author.as_ref().map(|who| who.id) == Some(source.by.id)
        };
        let (key, what) = match found.or_else(|| listed.iter().find(moved)) {
            None => (
                format!("comment:{}:gone", comment.0),
                What::CommentDeleted { comment },
            ),
            Some(it) if is_changed(rollout, comment, it) && (gate || is_settled(it, now)) => (
                format!("comment:{}:{}", comment.0, it.updated_at.as_second()),
                What::CommentEdited {
                    comment,
                    from: None,
                    body: it.body.clone(),
                },
            ),
            Some(_) => continue,
        };
        lost.push(brought(rollout, key, now, None, what));
    }
    lost
}

/// Whether the comment says something else than what was heard.
fn is_changed(rollout: &Rollout, known_as: CommentId, comment: &Comment) -> bool {
    let heard = rollout.comments.texts.get(&known_as);
    heard.map_or(is_edited(comment), |heard| *heard != hash(&comment.body))
}

fn is_edited(comment: &Comment) -> bool {
    comment.updated_at > comment.created_at
}

/// What is fresh may still be told by its webhook.
fn is_settled(comment: &Comment, now: Timestamp) -> bool {
    now.duration_since(comment.updated_at) >= GRACE
}

/// The comments with commands that were never heard, as the events that they would have been, oldest first. What was edited since is no
/// command: its author is told to write it anew.
#[must_use]
pub fn unheard(
    rollout: &Rollout,
    event: &Event,
    comments: &Comments,
    now: Timestamp,
) -> Vec<Event> {
    let Comments::Read(listed) = comments else {
        return Vec::new();
    };
    let mut unheard: Vec<&Comment> = listed
        .iter()
        .filter(|comment| is_unheard(rollout, comment, now) && is_due(event, comment, now))
        .collect();
    unheard.sort_by_key(|comment| (comment.created_at, comment.id));
    unheard.truncate(MOST);
    let told = unheard
        .into_iter()
        .map(|comment| told(rollout, comment.clone()));
    told.collect()
}

fn told(rollout: &Rollout, comment: Comment) -> Event {
    let (id, body) = (comment.id, comment.body.clone());
    let (at, what) = if is_edited(&comment) {
        let what = What::CommentEdited {
            comment: id,
            from: Some(String::new()),
            body,
        };
        (comment.updated_at, what)
    } else {
        let what = What::CommentCreated {
            comment: id,
            body,
            change_author: None,
        };
        (comment.created_at, what)
    };
    brought(
        rollout,
        format!("comment:{}", id.0),
        at,
        comment.author,
        what,
    )
}

fn brought(
    rollout: &Rollout,
    key: String,
    at: Timestamp,
    actor: Option<Person>,
    what: What,
) -> Event {
    Event {
        key,
        at,
        place: rollout.place.clone(),
        rollout: Some(rollout.id.clone()),
        actor,
        what,
    }
}

/// Whether a person gives commands in it, and they were not heard. What was put aside waits for the operator, and was looked at before.
fn is_unheard(rollout: &Rollout, comment: &Comment, now: Timestamp) -> bool {
    let Some(author) = comment.author.as_ref().filter(|author| !author.bot) else {
        return false;
    };
    let until = rollout.comments.until.unwrap_or(now);
    // What was edited before was looked at before, or belongs to the place from which the issue was moved.
    let is_new = comment.updated_at >= until;
    let put_aside = rollout
        .parked
        .iter()
        .any(|it| it.at == comment.created_at && it.by.as_ref() == Some(&author.login));
    is_new
        && !put_aside
        && !rollout.heard.contains(&comment.id)
        && !parse_comment(&comment.body).is_empty()
}

/// Whether it is brought now: its webhook has had its time. At the gate what was written before the word that opens it is not waited for.
fn is_due(event: &Event, comment: &Comment, now: Timestamp) -> bool {
    let What::CommentCreated { comment: own, .. } = event.what else {
        return is_settled(comment, now);
    };
    let before = comment.id < own && comment.created_at <= event.at;
    comment.id != own && (is_settled(comment, now) || before && opens_the_gate(event))
}

/// Notes what this event's comment says, and how far the comments were looked at.
pub(super) fn note(turn: &mut Turn<'_>) {
    if let What::CommentCreated { comment, body, .. } | What::CommentEdited { comment, body, .. } =
        &turn.event.what
    {
        let text = hash(body);
        turn.rollout.comments.texts.insert(*comment, text);
    }
    let words: Vec<CommentId> = words(&turn.rollout).into_keys().collect();
    let texts = &mut turn.rollout.comments.texts;
    texts.retain(|comment, _| words.contains(comment));
    let Comments::Read(listed) = &turn.facts.comments else {
        return;
    };
    let now = turn.facts.now;
    let settled = listed.iter().filter(|comment| is_settled(comment, now));
    let last = settled.map(|comment| comment.updated_at).max();
    // What is left for the next look must be in its view.
    let left = unheard(&turn.rollout, turn.event, &turn.facts.comments, now);
    let first = left.iter().map(|event| event.at).min();
    let until = last.into_iter().chain(first).min();
    let known = turn.rollout.comments.until.unwrap_or(now);
    turn.rollout.comments.until = Some(until.map_or(known, |until| known.max(until)));
}

/// At the gate: GitHub has shown the comments, and none of those with commands is left unheard.
pub(super) fn at_the_gate(turn: &Turn<'_>) -> Result<(), Refusal> {
    let comments = &turn.facts.comments;
    let left = unheard(&turn.rollout, turn.event, comments, turn.facts.now);
    let first = left.first().map(|event| event.at);
    let why = match (comments, first) {
        (Comments::Unread(why), _) => why.clone(),
        (_, Some(first)) if first >= turn.event.at => return Err(Refusal::NewerUnheard),
        (_, Some(_)) => "there are more new ones than one look brings".to_owned(),
        (_, None) => return Ok(()),
    };
    let what = "all comments on this issue";
    Err(Refusal::NotTold { what, why })
}

/// Whether two texts of a comment are one: saving it anew may change nothing but its line ends.
pub(super) fn says_the_same(one: &str, other: &str) -> bool {
    hash(one) == hash(other)
}

/// A text that was typed is kept with line ends of two kinds.
fn hash(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    hex::encode(&Sha256::digest(text.trim_end().as_bytes())[..16])
}
