//! A task that people added and then called something else: it is the same task, with its proof and its owner.

use super::{body::gone, claim, lines::Lines, turn::Turn};
use crate::domain::{
    checklist::{self, Checklist, normalise_title},
    ledger::Fact,
    phase::Phase,
    rollout::{Item, ItemState},
};
use std::collections::BTreeSet;

/// Takes each added line that an item has become for that item. What shows it is the title, when only the hidden id came or went; else the
/// edit itself, when it put one line of the phase in the place of one other.
pub(super) fn renamed(turn: &mut Turn<'_>, list: &Checklist, from: Option<&str>) {
    let lines = Lines::of(&turn.rollout, list);
    let extra = turn.rollout.items.iter().filter(|item| item.extra);
    let orphans: Vec<Item> = extra
        .filter(|item| lines.place(&item.id).is_none())
        .cloned()
        .collect();
    let known = |id: &String| turn.rollout.item_by_id(id).is_some();
    let fresh: Vec<Fresh> = lines
        .added()
        .iter()
        .filter(|(id, _)| !known(id))
        .map(|(id, (place, phase))| Fresh {
            id: id.clone(),
            title: list.items[*place].title.clone(),
            place: *place,
            phase: *phase,
        })
        .collect();
    if orphans.is_empty() || fresh.is_empty() {
        return;
    }
    let from = from.map(checklist::parse);
    let from = from.map(|from| Lines::of(&turn.rollout, &from));
    let mut taken = BTreeSet::new();
    for item in &orphans {
        let is_it = |new: &&Fresh| {
            same_title(item, new) || same_place(item, new, from.as_ref(), &orphans, &fresh)
        };
        let new = fresh.iter().filter(|new| !taken.contains(&new.id));
        if let Some(new) = new.into_iter().find(is_it) {
            taken.insert(new.id.clone());
            rename(turn, item, new);
        }
    }
}

/// A line that is on record under no id.
struct Fresh {
    id: String,
    title: String,
    place: usize,
    phase: Phase,
}

fn same_title(item: &Item, new: &Fresh) -> bool {
    item.phase == new.phase && normalise_title(&item.title) == normalise_title(&new.title)
}

/// Whether the edit put this line where the item's was, and changed no other of the phase.
fn same_place(
    item: &Item,
    new: &Fresh,
    from: Option<&Lines>,
    orphans: &[Item],
    fresh: &[Fresh],
) -> bool {
    let place = from.and_then(|from| from.place(&item.id));
    let was_there = |other: &&Item| from.is_some_and(|from| from.place(&other.id).is_some());
    let orphans = orphans.iter().filter(|other| other.phase == item.phase);
    let fresh = fresh.iter().filter(|other| other.phase == item.phase);
    place == Some(new.place)
        && new.phase == item.phase
        && orphans.filter(was_there).count() == 1
        && fresh.count() == 1
}

/// What was done or left out under the old name stays so when whoever renamed it may say so of the new one.
fn rename(turn: &mut Turn<'_>, old: &Item, new: &Fresh) {
    let mut item = Item {
        id: new.id.clone(),
        title: new.title.clone(),
        ..old.clone()
    };
    let may_stay = turn.rollout.is_finished()
        || same_title(old, new)
        || match item.state {
            ItemState::Open => true,
            ItemState::Done { .. } => turn.may(&claim::rule_of(turn, &item)).is_ok(),
            ItemState::Waived { .. } => turn.may(turn.policy.rule_for_waiver(&item.id)).is_ok(),
        };
    if !may_stay {
        item.state = ItemState::Open;
    }
    if item.missing {
        turn.rollout.attention.remove(&gone(&old.id));
        item.missing = false;
    }
    if let Some(slot) = turn.rollout.item_mut(&old.id) {
        *slot = item;
    }
    follow(turn, &old.id, &new.id);
    turn.record(Fact::ItemRenamed {
        item: old.id.clone(),
        to: new.id.clone(),
    });
    if !may_stay {
        turn.record(Fact::Unticked {
            item: new.id.clone(),
        });
    }
}

/// What else is kept by the item's id.
fn follow(turn: &mut Turn<'_>, old: &str, new: &str) {
    let rollout = &mut turn.rollout;
    let (was, is) = (format!("`{old}`"), format!("`{new}`"));
    let notes = rollout.attention.iter().map(|note| note.replace(&was, &is));
    rollout.attention = notes.collect();
    if let Some(at) = rollout.set_at.remove(&format!("owner:{old}")) {
        rollout.set_at.insert(format!("owner:{new}"), at);
    }
    if let Some(wanted) = rollout.unsettled.remove(old) {
        rollout.unsettled.insert(new.to_owned(), wanted);
    }
}
