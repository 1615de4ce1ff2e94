//! Tasks that people add: beside the items of a phase, where they are items too, and beneath an item.

use super::{body, claim, lines::Lines, renamed::renamed, turn::Turn};
use crate::domain::{
    checklist::{self, Checklist, Flip, beneath},
    event::What,
    ledger::Fact,
    phase::Phase,
    policy::Rule,
    refusal::Refusal,
    rollout::{Item, ItemState, Subtasks},
    template::ItemActor,
};
use std::collections::BTreeSet;

/// Tasks beside the items of a phase are items too. People add them freely, and take away what is optional; what is required and gone is
/// missed like an item of the template, until it is back or left out by those who may. Whoever may leave it out does so by taking it away.
pub(super) fn extra_items(turn: &mut Turn<'_>, list: &Checklist, from: Option<&str>) {
    renamed(turn, list, from);
    let lines = Lines::of(&turn.rollout, list);
    let extra = turn.rollout.items.iter().filter(|item| item.extra);
    let extra: Vec<Item> = extra.cloned().collect();
    let cut = cut_by_edit(turn);
    for item in extra {
        let gone = lines.place(&item.id).is_none();
        if gone && cut.contains(&item.id) {
            leave_out(turn, &item);
        }
        take_away(turn, &item.id, gone);
    }
    for (id, (place, phase)) in lines.added() {
        let title = &list.items[*place].title;
        if let Some(item) = turn.rollout.item_mut(id) {
            item.title.clone_from(title);
            continue;
        }
        let item = extra_item(turn, id, title, *phase);
        turn.rollout.items.push(item);
        turn.record(Fact::ItemAdded { item: id.clone() });
    }
}

/// The tasks whose lines a person took away with this edit.
fn cut_by_edit(turn: &Turn<'_>) -> BTreeSet<String> {
    let What::BodyEdited {
        from: Some(from),
        body,
    } = &turn.event.what
    else {
        return BTreeSet::new();
    };
    let extra = turn.rollout.items.iter().filter(|item| item.extra);
    let ids: Vec<&String> = extra.map(|item| &item.id).collect();
    if ids.is_empty() || turn.rollout.is_finished() {
        return BTreeSet::new();
    }
    let lines = |body: &str| Lines::of(&turn.rollout, &checklist::parse(body));
    let (from, body) = (lines(from), lines(body));
    let cut = |id: &&String| from.place(id).is_some() && body.place(id).is_none();
    ids.into_iter().filter(cut).cloned().collect()
}

/// A required task that was taken away by somebody who could have said `/skip`.
fn leave_out(turn: &mut Turn<'_>, item: &Item) {
    let may = turn.may(turn.policy.rule_for_waiver(&item.id)).is_ok();
    let is_waived = matches!(item.state, ItemState::Waived { .. });
    let by = turn.event.actor.clone().filter(|_| !turn.is_own() && may);
    let Some(by) = by.filter(|_| item.required && !is_waived) else {
        return;
    };
    if claim::is_superseded(turn, item) {
        return;
    }
    let (at, reason) = (turn.facts.now, "its line was taken away".to_owned());
    if let Some(item) = turn.rollout.item_mut(&item.id) {
        let reason = reason.clone();
        item.state = ItemState::Waived { by, at, reason };
    }
    claim::remember(turn, &item.id);
    turn.record(Fact::Waived {
        item: item.id.clone(),
        reason,
    });
}

fn take_away(turn: &mut Turn<'_>, id: &str, gone: bool) {
    let Some(item) = turn.rollout.item_by_id(id).cloned() else {
        return;
    };
    let id = item.id.clone();
    if gone && !item.required {
        turn.rollout.attention.remove(&body::gone(&id));
        turn.rollout.items.retain(|other| other.id != id);
        turn.record(Fact::ItemRemoved { item: id });
        return;
    }
    if gone != item.missing {
        if let Some(item) = turn.rollout.item_mut(&id) {
            item.missing = gone;
        }
        body::note_missing(turn, id.clone(), gone);
    }
    if matches!(item.state, ItemState::Waived { .. }) {
        turn.rollout.attention.remove(&body::gone(&id));
    }
}

/// Open, whatever its box says: a box that came ticked is a claim like any other.
fn extra_item(turn: &Turn<'_>, id: &str, title: &str, phase: Phase) -> Item {
    Item {
        required: turn.policy.extra_items_required,
        extra: true,
        ..Item::open(id, title, phase)
    }
}

/// Boxes beneath items ask the rule of their item. Those that are refused, with their titles, are set back.
pub(super) fn claimed(
    turn: &mut Turn<'_>,
    list: &Checklist,
    flips: Vec<Flip>,
) -> Vec<(String, Refusal)> {
    let lines = Lines::of(&turn.rollout, list);
    let mut refused = Vec::new();
    for flip in flips {
        let above = list.above(&list.items[flip.place]);
        let item = above.and_then(|above| lines.item_at(above));
        let item = item.and_then(|id| turn.rollout.item_by_id(id)).cloned();
        let key = key_beneath(list, flip.place);
        let answer = item.map_or(Ok(()), |item| turn.may(&rule_beneath(turn, &item)));
        match (answer, key) {
            (Err(refusal), Some(key)) => {
                turn.record(Fact::FlipRefused {
                    item: flip.title.clone(),
                    code: refusal.code().to_owned(),
                });
                turn.rollout.unsettled.insert(key, !flip.checked);
                refused.push((flip.title, refusal));
            }
            (_, key) => {
                if let Some(key) = key {
                    turn.rollout.unsettled.remove(&key);
                }
                turn.record(Fact::TaskChanged {
                    title: flip.title,
                    checked: flip.checked,
                });
            }
        }
    }
    refused
}

/// What the task at this place is called where its box is to be set; none when it stands beneath no item.
fn key_beneath(list: &Checklist, place: usize) -> Option<String> {
    let task = &list.items[place];
    let above = &list.items[list.above(task)?];
    Some(beneath(&above.key(), &task.key()))
}

/// Who may tick beneath an item: whoever may tick it, and where Rollcall ticks it, whoever may tick at all.
fn rule_beneath(turn: &Turn<'_>, item: &Item) -> Rule {
    match item.by {
        ItemActor::Person => claim::rule_of(turn, item),
        ItemActor::Rollcall => turn.policy.ticks.clone(),
    }
}

/// Counts the tasks beneath each item; a box that is to be set back counts as it will be.
pub(super) fn count(turn: &mut Turn<'_>, list: &Checklist) {
    let lines = Lines::of(&turn.rollout, list);
    let unsettled = turn.rollout.unsettled.clone();
    let is_done = |task: usize| {
        let wanted = key_beneath(list, task).and_then(|key| unsettled.get(&key));
        *wanted.unwrap_or(&list.items[task].checked)
    };
    for item in &mut turn.rollout.items {
        let Some(place) = lines.place(&item.id) else {
            continue;
        };
        let below: Vec<bool> = (0..list.items.len())
            .filter(|task| lies_beneath(list, *task, place))
            .map(is_done)
            .collect();
        item.subtasks = Subtasks {
            done: below.iter().filter(|done| **done).count(),
            total: below.len(),
        };
    }
}

fn lies_beneath(list: &Checklist, task: usize, item: usize) -> bool {
    let mut parent = list.items[task].parent;
    while let Some(above) = parent {
        if above == item {
            return true;
        }
        parent = list.items[above].parent;
    }
    false
}
