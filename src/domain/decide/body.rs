//! The body: which boxes were flipped by whom, what people added or removed, and what it says of the update.

use super::{
    claim::{Claimed, claim},
    four_eyes, lifecycle,
    lines::Lines,
    own_edit, tasks,
    turn::Turn,
};
use crate::domain::{
    checklist::{self, Checklist, Flip},
    facts::{History, Newest},
    fields,
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::{HoldCause, Item, Rollout},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// A change that GitHub's newest body shows may still be on its way as a webhook for this long.
pub(super) const GRACE: SignedDuration = SignedDuration::from_mins(2);
/// GitHub's edit history is waited for this long; then what it might have explained is set back all the same.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(6);

/// The body was edited.
pub(super) fn edited(turn: &mut Turn<'_>, from: Option<&str>, body: &str) {
    let newest = turn
        .facts
        .newest
        .as_ref()
        .map_or(body, |newest| newest.body.as_str());
    if turn.is_own() {
        own_edit::came_back(turn, from, body, newest);
        structure(turn, newest, from);
    } else {
        four_eyes::edited(turn, from, body, newest);
        claims(turn, from, body, newest);
    }
}

/// Every box that this edit flipped is a claim of the person who edited. What the edit itself added is known only once the body is taken
/// in; so is what stands beneath it.
fn claims(turn: &mut Turn<'_>, from: Option<&str>, body: &str, newest: &str) {
    let list = checklist::parse(body);
    let flips = match from {
        Some(from) => checklist::flips(from, body),
        None => differences(&turn.rollout, &list),
    };
    let (items, mut others) = sorted(&turn.rollout, &list, flips);
    let mut refused = claimed(turn, items);
    let before = turn.rollout.items.len();
    structure(turn, newest, from);
    if from.is_none() && turn.rollout.items.len() != before {
        let added = |flip: &Flip| turn.before.item_by_id(&flip.id).is_none();
        others.extend(differences(&turn.rollout, &list).into_iter().filter(added));
    }
    let (items, tasks) = sorted(&turn.rollout, &list, others);
    refused.extend(claimed(turn, items));
    refused.extend(tasks::claimed(turn, &list, tasks));
    let newest = checklist::parse(newest);
    tasks::count(turn, &newest);
    settled(turn, &newest);
    if !refused.is_empty() {
        turn.say(Reply::FlipsRefused { flips: refused });
    }
}

/// The flips of items, each with the item's id, and those of other tasks.
fn sorted(rollout: &Rollout, list: &Checklist, flips: Vec<Flip>) -> (Vec<Flip>, Vec<Flip>) {
    let lines = Lines::of(rollout, list);
    let (mut items, mut others) = (Vec::new(), Vec::new());
    for flip in flips {
        match lines.item_at(flip.place) {
            Some(id) => items.push(Flip {
                id: id.to_owned(),
                ..flip
            }),
            None => others.push(flip),
        }
    }
    (items, others)
}

/// Judges claims on items; those that are refused, with their titles, are set back.
fn claimed(turn: &mut Turn<'_>, flips: Vec<Flip>) -> Vec<(String, Refusal)> {
    let mut refused = Vec::new();
    for flip in flips {
        let Some(item) = turn.rollout.item_by_id(&flip.id).cloned() else {
            continue;
        };
        match claim(turn, &item.id, flip.checked) {
            Claimed::Refused(refusal) => {
                turn.record(Fact::FlipRefused {
                    item: item.id.clone(),
                    code: refusal.code().to_owned(),
                });
                turn.rollout.unsettled.insert(item.id, !flip.checked);
                refused.push((item.title, refusal));
            }
            Claimed::Accepted => {
                turn.rollout.unsettled.insert(item.id, flip.checked);
            }
            Claimed::Same | Claimed::Superseded => {}
        }
    }
    refused
}

/// Boxes whose state in the body is not the one on record, as if flipped by one edit.
fn differences(rollout: &Rollout, list: &Checklist) -> Vec<Flip> {
    let lines = Lines::of(rollout, list);
    let differs = |item: &Item| {
        let place = lines.place(&item.id)?;
        let checked = list.items[place].checked;
        (checked != item.is_done()).then(|| Flip {
            id: item.id.clone(),
            title: item.title.clone(),
            checked,
            place,
        })
    };
    rollout.items.iter().filter_map(differs).collect()
}

/// Boxes that differ from the record and are not waiting to be set.
pub(super) fn unexplained(rollout: &Rollout, body: &str) -> Vec<Flip> {
    let mut flips = differences(rollout, &checklist::parse(body));
    flips.retain(|flip| !rollout.unsettled.contains_key(&flip.id));
    flips
}

/// Rollcall looked by itself: what differs from the record without a person behind it is set back.
pub(super) fn reconciled(turn: &mut Turn<'_>) {
    if let Some((repository, issue)) = &turn.facts.moved {
        return lifecycle::transferred(turn, repository, *issue);
    }
    let Some(newest) = &turn.facts.newest else {
        return;
    };
    structure(turn, &newest.body, None);
    let age = turn.facts.now.duration_since(changed_at(turn, newest));
    let waits = turn.facts.history == History::Unread && age < PATIENCE;
    if turn.rollout.is_finished() || age < GRACE || waits {
        return;
    }
    // What a lost webhook would have said: the issue was closed, or opened again.
    if newest.open {
        turn.lift(HoldCause::Closed);
    } else if !turn.rollout.holds.contains_key(&HoldCause::Closed) {
        turn.say(Reply::ClosedEarly);
        turn.hold(HoldCause::Closed, "the issue is closed");
    }
    let mut items = Vec::new();
    for flip in unexplained(&turn.rollout, &newest.body) {
        turn.rollout
            .unsettled
            .insert(flip.id.clone(), !flip.checked);
        turn.record(Fact::FlipUnexplained { item: flip.id });
        items.push(flip.title);
    }
    if !items.is_empty() {
        turn.say(Reply::FlipsUnexplained { items });
    }
}

/// When the body was last changed. Without the edit history that is when anything about the issue was, a comment for example.
fn changed_at(turn: &Turn<'_>, newest: &Newest) -> Timestamp {
    let last = match &turn.facts.history {
        History::Read(revisions) => revisions.last(),
        History::NotNeeded | History::Unread => None,
    };
    last.map_or(newest.updated_at, |revision| revision.at)
}

/// Takes from the newest body what people may shape: sub-tasks, their own items, what is missing, and the fields.
pub(super) fn structure(turn: &mut Turn<'_>, body: &str, from: Option<&str>) {
    let list = checklist::parse(body);
    let had_any = turn
        .rollout
        .items
        .iter()
        .any(|item| !item.missing && !item.extra);
    missing_items(turn, &list);
    if turn
        .rollout
        .items
        .iter()
        .all(|item| item.missing || item.extra)
    {
        if had_any && !turn.rollout.items.is_empty() {
            turn.say(Reply::ChecklistLost {
                before: from.map(str::to_owned),
            });
        }
        return;
    }
    tasks::extra_items(turn, &list, from);
    copied_items(turn, &list);
    tasks::count(turn, &list);
    number(&mut turn.rollout.items);
    take_fields(turn, body, &list);
    settled(turn, &list);
}

/// What the body says of the update. A body that lost its checklist, or a rollout that is over, changes nothing of it.
pub(super) fn read_fields(turn: &mut Turn<'_>, body: &str) {
    take_fields(turn, body, &checklist::parse(body));
}

fn take_fields(turn: &mut Turn<'_>, body: &str, list: &Checklist) {
    let own = |item: &Item| !item.extra && list.find(&item.id, &item.title).is_some();
    if !turn.rollout.is_finished() && turn.rollout.items.iter().any(own) {
        turn.rollout.fields = fields::parse(body, &turn.rollout.template);
    }
}

fn missing_items(turn: &mut Turn<'_>, list: &Checklist) {
    let changed: Vec<(String, bool)> = turn
        .rollout
        .items
        .iter()
        .map(|item| (item.id.clone(), list.find(&item.id, &item.title).is_none()))
        .filter(|(id, missing)| {
            turn.rollout
                .item(id)
                .is_some_and(|item| !item.extra && item.missing != *missing)
        })
        .collect();
    for (id, missing) in changed {
        if let Some(item) = turn.rollout.item_mut(&id) {
            item.missing = missing;
        }
        note_missing(turn, id, missing);
    }
}

/// What is gone from the body needs attention until it is back.
pub(super) fn note_missing(turn: &mut Turn<'_>, id: String, missing: bool) {
    let note = gone(&id);
    if missing {
        turn.rollout.attention.insert(note);
        turn.record(Fact::ItemMissing { item: id });
    } else {
        turn.rollout.attention.remove(&note);
        turn.record(Fact::ItemFound { item: id });
    }
}

/// The note of an item that is gone.
pub(super) fn gone(id: &str) -> String {
    format!("`{id}` is gone from the checklist")
}

/// A line that was copied together with its hidden id.
fn copied_items(turn: &mut Turn<'_>, list: &Checklist) {
    let copies: BTreeSet<&str> = list
        .items
        .iter()
        .filter(|item| item.copy)
        .filter_map(|item| item.id.as_deref())
        .collect();
    for item in &turn.rollout.items {
        let note = format!(
            "the mark of `{}` stands twice on the checklist; its first line counts",
            item.id
        );
        if copies.contains(item.id.as_str()) {
            turn.rollout.attention.insert(note);
        } else {
            turn.rollout.attention.remove(&note);
        }
    }
}

/// Numbers the items phase by phase: the template's first, then those that people added.
pub(super) fn number(items: &mut [Item]) {
    items.sort_by_key(|item| (item.phase, item.extra));
    let mut last = None;
    let mut place = 0;
    for item in items {
        place = if last == Some(item.phase) {
            place + 1
        } else {
            1
        };
        last = Some(item.phase);
        item.number = format!("{}.{place}", item.phase.number());
    }
}

/// A box that shows what is on record needs no setting any more.
fn settled(turn: &mut Turn<'_>, list: &Checklist) {
    let lines = Lines::of(&turn.rollout, list);
    let rollout = &mut turn.rollout;
    let items = &rollout.items;
    rollout.unsettled.retain(|id, wanted| {
        if checklist::is_beneath(id) {
            return list
                .find(id, id)
                .is_some_and(|task| task.checked != *wanted);
        }
        let Some(item) = items.iter().find(|item| item.id == *id) else {
            return false;
        };
        *wanted = item.is_done();
        let place = lines.place(&item.id);
        place.is_some_and(|place| list.items[place].checked != *wanted)
    });
}
