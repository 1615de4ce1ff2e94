//! Flips that no webhook told of, explained by GitHub's edit history: each is brought again as an edit of the person who made it.

use super::{
    body::{GRACE, PATIENCE, unexplained},
    comments,
    lines::Lines,
};
use crate::domain::{
    checklist::{self, Flip},
    command::{Command, Said, parse_comment},
    event::{Event, What},
    facts::{Facts, History, Newest, Revision},
    ids::Person,
    rollout::Rollout,
};
use jiff::Timestamp;
use std::borrow::Cow;

/// Since when the edit history is wanted to explain the newest body; none when nobody looks, or nothing in it needs explaining.
#[must_use]
pub fn wants_history(rollout: &Rollout, event: &Event, newest: &Newest) -> Option<Timestamp> {
    if !looks(event) || rollout.is_finished() {
        return None;
    }
    let flips = unexplained(rollout, &newest.body);
    let items = flips.iter().filter_map(|flip| rollout.item_by_id(&flip.id));
    let claims = items.map(|item| item.claimed_at.unwrap_or(rollout.created_at));
    // Whose edit of the versions it was cannot be told from the last known claim on a box. What the history has not told by then it hardly
    // will: Rollcall asks no more by itself, only for whoever says `/refresh`.
    let asked = matches!(event.what, What::CommentCreated { .. });
    let hopes = |at: Timestamp| asked || event.at.duration_since(at) < PATIENCE;
    let mut changers = rollout.changers.values();
    let unknown = changers.any(|changer| changer.by.is_none() && hopes(changer.at));
    claims.chain(unknown.then_some(rollout.created_at)).min()
}

/// Whether the record is compared with the newest body: Rollcall looks by itself, when somebody says `/refresh`, and when GitHub lets it
/// in again, because GitHub does not tell afterwards what happened meanwhile.
pub(super) fn looks(event: &Event) -> bool {
    match &event.what {
        What::Reconciled | What::RepositoryFound | What::InstallationResumed => true,
        What::CommentCreated { body, .. } => {
            parse_comment(body).contains(&Said::Command(Command::Refresh))
        }
        _ => false,
    }
}

/// An event as the steps that it comes to. When Rollcall looks, these are the words that no longer stand, the comments and edits that nobody
/// has told of, as they happened, and what they leave unexplained.
pub(super) fn steps<'e>(rollout: &Rollout, event: &'e Event, facts: &Facts) -> Vec<Cow<'e, Event>> {
    let mut told = comments::unheard(rollout, event, &facts.comments, facts.now);
    if looks(event) {
        told.extend(edits(rollout, event, facts));
    }
    told.sort_by_key(|event| event.at);
    // When a comment was deleted GitHub does not say: first of all, so that nothing opens on a word that is gone.
    let lost = comments::lost(rollout, event, &facts.comments, facts.now);
    let opens = matches!(
        event.what,
        What::RepositoryFound | What::InstallationResumed
    );
    let mut steps: Vec<Cow<'e, Event>> = lost.into_iter().chain(told).map(Cow::Owned).collect();
    if opens {
        steps.insert(0, Cow::Borrowed(event));
        steps.push(Cow::Owned(Event {
            key: format!("{}#look", event.key),
            actor: None,
            what: What::Reconciled,
            ..event.clone()
        }));
    } else {
        steps.push(Cow::Borrowed(event));
    }
    steps
}

/// The edits that explain what the newest body shows and the record does not, oldest first, each with nothing in it but such flips.
fn edits(rollout: &Rollout, event: &Event, facts: &Facts) -> Vec<Event> {
    let (History::Read(revisions), Some(newest)) = (&facts.history, &facts.newest) else {
        return Vec::new();
    };
    let open = unexplained(rollout, &newest.body);
    let mut edits = Vec::new();
    let mut before: Option<&str> = None;
    // Those whose revisions were removed from the history since.
    let mut unseen: Vec<Option<&Person>> = Vec::new();
    for revision in revisions {
        let Some(body) = &revision.body else {
            unseen.push(revision.editor.as_ref());
            continue;
        };
        let editor = revision.editor.as_ref();
        let sole = unseen.drain(..).all(|other| other == editor);
        let from = before.and_then(|before| told_by(rollout, &open, before, body, revision));
        before = Some(body);
        let (Some(person), Some(from)) = (editor.filter(|_| sole), from) else {
            continue;
        };
        // Rollcall's own flips follow from the record; they explain nothing. And what is so fresh will explain itself.
        if facts.app.is(person) || facts.now.duration_since(revision.at) < GRACE {
            continue;
        }
        edits.push(Event {
            key: format!("{}#{}", event.key, edits.len() + 1),
            at: revision.at,
            place: rollout.place.clone(),
            rollout: Some(rollout.id.clone()),
            actor: Some(person.clone()),
            what: What::BodyEdited {
                from: Some(from),
                body: body.clone(),
            },
        });
    }
    edits
}

/// The body before this revision, as far as it matters: with those boxes as they were that nobody has told of. None when there are none.
fn told_by(
    rollout: &Rollout,
    open: &[Flip],
    before: &str,
    body: &str,
    revision: &Revision,
) -> Option<String> {
    let list = checklist::parse(body);
    let lines = Lines::of(rollout, &list);
    let is_news = |flip: &Flip| {
        let item = lines.item_at(flip.place);
        let item = item.and_then(|id| rollout.item_by_id(id));
        item.is_some_and(|item| {
            open.iter().any(|open| open.id == item.id)
                && item.claimed_at.is_none_or(|last| last < revision.at)
        })
    };
    let flips: Vec<(String, bool)> = checklist::flips(before, body)
        .into_iter()
        .filter(is_news)
        .map(|flip| (list.items[flip.place].key(), !flip.checked))
        .collect();
    (!flips.is_empty()).then(|| checklist::flip(body, &flips).body)
}
