//! Tasks that people add: beside the items of a phase, where they are items too, and beneath an item.

use super::{body, claim, turn::Turn};
use crate::domain::{
    checklist::{self, Checklist, Flip, beneath, normalise_title},
    ledger::Fact,
    phase::Phase,
    policy::Rule,
    refusal::Refusal,
    rollout::{Item, ItemState, Subtasks},
    template::ItemActor,
};
use std::collections::{BTreeMap, BTreeSet};

/// Tasks beside the items of a phase are items too. People add them freely, and take away what is optional; what is required and gone is
/// missed like an item of the template, until it is back or left out by those who may.
pub(super) fn extra_items(turn: &mut Turn<'_>, list: &Checklist) {
    let found = extra_tasks(turn, list);
    let extra = turn.rollout.items.iter().filter(|item| item.extra);
    let extra: Vec<Item> = extra.cloned().collect();
    for item in extra {
        take_away(turn, &item, !found.contains_key(&item.id));
    }
    for (id, (task, phase)) in found {
        if id.is_empty() || turn.rollout.items.iter().any(|item| item.id == id) {
            continue;
        }
        let item = extra_item(turn, &id, task, phase);
        turn.rollout.items.push(item);
        turn.record(Fact::ItemAdded { item: id });
    }
}

fn take_away(turn: &mut Turn<'_>, item: &Item, gone: bool) {
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

/// The tasks of phases that are no items of the template, by normalised title.
fn extra_tasks<'l>(
    turn: &Turn<'_>,
    list: &'l Checklist,
) -> BTreeMap<String, (&'l checklist::Item, Phase)> {
    let own = || turn.rollout.items.iter().filter(|item| !item.extra);
    let ids: BTreeSet<&str> = own().map(|item| item.id.as_str()).collect();
    let titles: BTreeSet<String> = own().map(|item| normalise_title(&item.title)).collect();
    let mut found = BTreeMap::new();
    for task in list.items.iter().filter(|task| task.depth == 0) {
        let phase = task.phase.as_deref().and_then(Phase::from_name);
        let title = normalise_title(&task.title);
        let known = task.own_id().is_some_and(|id| ids.contains(id)) || titles.contains(&title);
        if let (Some(phase), false) = (phase, known) {
            found.insert(title, (task, phase));
        }
    }
    found
}

/// Open, whatever its box says: a box that came ticked is a claim like any other.
fn extra_item(turn: &Turn<'_>, id: &str, task: &checklist::Item, phase: Phase) -> Item {
    Item {
        id: id.to_owned(),
        title: task.title.clone(),
        phase,
        number: String::new(),
        required: turn.policy.extra_items_required,
        required_by_template: false,
        gate: None,
        who: None,
        announcement: None,
        by: ItemActor::Person,
        extra: true,
        state: ItemState::Open,
        owner: None,
        evidence: Vec::new(),
        missing: false,
        subtasks: Subtasks::default(),
        claimed_at: None,
    }
}

/// Boxes beneath items ask the rule of their item. Those that are refused, with their titles, are set back.
pub(super) fn claimed(turn: &mut Turn<'_>, flips: Vec<Flip>) -> Vec<(String, Refusal)> {
    let mut refused = Vec::new();
    for flip in flips {
        let item = flip.above.as_ref();
        let item = item.and_then(|above| turn.rollout.item(above)).cloned();
        let key = flip.above.as_ref().map(|above| beneath(above, &flip.id));
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

/// Who may tick beneath an item: whoever may tick it, and where Rollcall ticks it, whoever may tick at all.
fn rule_beneath(turn: &Turn<'_>, item: &Item) -> Rule {
    match item.by {
        ItemActor::Person => claim::rule_of(turn, item),
        ItemActor::Rollcall => turn.policy.ticks.clone(),
    }
}

/// Counts the tasks beneath each item; a box that is to be set back counts as it will be.
pub(super) fn count(turn: &mut Turn<'_>, list: &Checklist) {
    let titles: Vec<String> = list
        .items
        .iter()
        .map(|task| normalise_title(&task.title))
        .collect();
    let unsettled = turn.rollout.unsettled.clone();
    let is_done = |task: usize| {
        let task = &list.items[task];
        let key = list
            .above(task)
            .map(|item| beneath(&item.key(), &task.key()));
        let wanted = key.and_then(|key| unsettled.get(&key));
        *wanted.unwrap_or(&task.checked)
    };
    for item in &mut turn.rollout.items {
        let own = normalise_title(&item.title);
        let Some(place) = list.items.iter().zip(&titles).position(|(task, title)| {
            task.id.as_deref() == Some(item.id.as_str()) || (task.depth == 0 && *title == own)
        }) else {
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
