//! Which line of a body is which item's.

use crate::domain::{
    checklist::{Checklist, Item, normalise_title},
    phase::Phase,
    rollout::{self, Rollout},
};
use std::collections::{BTreeMap, BTreeSet};

/// The lines of a body, as indices into its checklist.
pub(super) struct Lines {
    /// The line of each item that has one, by the item's id.
    items: BTreeMap<String, usize>,
    /// The lines that people added beside the template's items, by the id that each has as an item.
    added: BTreeMap<String, (usize, Phase)>,
}

impl Lines {
    /// An item of the template is known by its hidden id, and by its whole title where no line has the id. Every other line of a phase is
    /// an item that people added; what stands beneath an item is never one by its name.
    pub(super) fn of(rollout: &Rollout, list: &Checklist) -> Self {
        let own = rollout.items.iter().filter(|item| !item.extra);
        let place = |item: &rollout::Item| {
            let place = list.place(&item.id, &item.title)?;
            Some((item.id.clone(), place))
        };
        let mut items: BTreeMap<String, usize> = own.filter_map(place).collect();
        let added = added(rollout, list, &items.values().copied().collect());
        let extra = rollout.items.iter().filter(|item| item.extra);
        for item in extra {
            if let Some((place, _)) = added.get(&item.id) {
                items.insert(item.id.clone(), *place);
            }
        }
        Self { items, added }
    }

    /// The line of the item with this id.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.items.get(id).copied()
    }

    /// The id of the item whose line this is.
    pub(super) fn item_at(&self, place: usize) -> Option<&str> {
        let mut items = self.items.iter();
        items
            .find(|(_, own)| **own == place)
            .map(|(id, _)| id.as_str())
    }

    /// The lines that people added, whether or not they are on record.
    pub(super) fn added(&self) -> &BTreeMap<String, (usize, Phase)> {
        &self.added
    }
}

/// Of two lines of one name the first is the item.
fn added(
    rollout: &Rollout,
    list: &Checklist,
    taken: &BTreeSet<usize>,
) -> BTreeMap<String, (usize, Phase)> {
    let names = reserved(rollout, list);
    let mut added = BTreeMap::new();
    for (place, task) in list.items.iter().enumerate() {
        let phase = task.phase.as_deref().and_then(Phase::from_name);
        let free = task.depth == 0 && !taken.contains(&place) && !list.is_twin(task);
        let id = id_of(task, &names);
        if let (Some(phase), true, false) = (phase, free, id.is_empty()) {
            added.entry(id).or_insert((place, phase));
        }
    }
    added
}

/// The hidden id, else the normalised title. A title that is another's id or title gets a colon, which no hidden id and no normalised
/// title has at its end: it names no other item, and still finds its own line.
fn id_of(task: &Item, reserved: &BTreeSet<String>) -> String {
    let key = task.key();
    if task.own_id().is_none() && reserved.contains(&key) {
        format!("{key}:")
    } else {
        key
    }
}

fn reserved(rollout: &Rollout, list: &Checklist) -> BTreeSet<String> {
    let own = rollout.items.iter().filter(|item| !item.extra);
    let names = own.flat_map(|item| [item.id.clone(), normalise_title(&item.title)]);
    let marks = list.items.iter().filter_map(|task| task.id.clone());
    names.chain(marks).collect()
}
