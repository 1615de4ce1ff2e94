//! Boxes flipped in a body, and between two bodies.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Checklist, Item, normalise_title, parse};

/// A body with boxes flipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flipped {
    /// The body; one byte differs for each box whose state changed.
    pub body: String,
    /// The wanted items that the body does not have.
    pub missing: Vec<String>,
}

/// One box that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// The item's id, or its normalised title when it has none.
    pub id: String,
    /// The title as the newer body shows it.
    pub title: String,
    /// The new state.
    pub checked: bool,
    /// Its place among the boxes of the newer body.
    pub place: usize,
}

/// Sets boxes to a state. An item is named by its id, or by its title when it has none; a task beneath an item by [`super::beneath`], or by
/// its title where no item is called so. Everything else in the body stays as it is, byte for byte: people own the body.
#[must_use]
pub fn flip<Id: AsRef<str>>(body: &str, wanted: &[(Id, bool)]) -> Flipped {
    let wanted = wanted.iter().map(|(id, checked)| (id.as_ref(), *checked));
    set(body, wanted, |list, id| list.position(id, id))
}

/// The same for items of which the titles are known: where no line has an item's id, its box is that of the line with its whole title.
#[must_use]
pub fn flip_items(
    body: &str,
    wanted: &BTreeMap<String, bool>,
    titles: &BTreeMap<String, String>,
) -> Flipped {
    let wanted = wanted.iter().map(|(id, checked)| (id.as_str(), *checked));
    set(body, wanted, |list, id| match titles.get(id) {
        Some(title) => list.place(id, title),
        None => list.position(id, id),
    })
}

fn set<'a>(
    body: &str,
    wanted: impl Iterator<Item = (&'a str, bool)>,
    find: impl Fn(&Checklist, &str) -> Option<usize>,
) -> Flipped {
    let checklist = parse(body);
    let mut bytes = body.as_bytes().to_vec();
    let mut missing = Vec::new();
    for (id, checked) in wanted {
        let Some(index) = find(&checklist, id) else {
            missing.push(id.to_owned());
            continue;
        };
        let mark = &mut bytes[checklist.items[index].offset + 1];
        if matches!(mark, b'x' | b'X') != checked {
            *mark = if checked { b'x' } else { b' ' };
        }
    }
    // Each changed byte was one ASCII character and is one again.
    let body = String::from_utf8(bytes).unwrap_or_else(|_| body.to_owned());
    Flipped { body, missing }
}

/// The body with every box empty: what of it is text.
#[must_use]
pub fn without_ticks(body: &str) -> String {
    let mut bytes = body.as_bytes().to_vec();
    for item in parse(body).items.iter().filter(|item| item.checked) {
        bytes[item.offset + 1] = b' ';
    }
    // Each changed byte was one ASCII character and is one again.
    String::from_utf8(bytes).unwrap_or_else(|_| body.to_owned())
}

/// What an edit did to the boxes: the items whose state differs between two bodies, in the order of the newer one.
/// An item that the older body lacks counts as unticked there, so one that arrives ticked is a flip: removing a line
/// and bringing it back ticked is no way around the policy. An item that the newer body lacks is not a flip.
#[must_use]
pub fn flips(from: &str, to: &str) -> Vec<Flip> {
    let (from, to) = (parse(from), parse(to));
    let changed = |(place, (item, old)): (usize, (&Item, Option<usize>))| {
        let old = old.map(|index| &from.items[index]);
        // A whole line that stands twice is the item once.
        if to.is_twin(item) {
            return None;
        }
        let own = |item: &Item| item.own_id().map(ToOwned::to_owned);
        let id = own(item)
            .or_else(|| old.and_then(own))
            .unwrap_or_else(|| item.key());
        (item.checked != old.is_some_and(|old| old.checked)).then(|| Flip {
            id,
            title: item.title.clone(),
            checked: item.checked,
            place,
        })
    };
    to.items
        .iter()
        .zip(partners(&from.items, &to.items))
        .enumerate()
        .filter_map(changed)
        .collect()
}

/// For each newer item the older one it was: the one with the same id, else, where one of the two has no id, the
/// first free one with the same normalised title. No older item is taken twice.
fn partners(from: &[Item], to: &[Item]) -> Vec<Option<usize>> {
    let mut by_id: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, item) in from.iter().enumerate() {
        if let Some(id) = &item.id {
            by_id.entry(id).or_default().push_back(index);
        }
    }
    let same_id = |item: &Item| by_id.get_mut(item.id.as_deref()?)?.pop_front();
    let mut pairs: Vec<Option<usize>> = to.iter().map(same_id).collect();
    let mut by_title: HashMap<String, VecDeque<usize>> = HashMap::new();
    let taken: HashSet<usize> = pairs.iter().flatten().copied().collect();
    for (index, item) in from
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index))
    {
        by_title
            .entry(normalise_title(&item.title))
            .or_default()
            .push_back(index);
    }
    for (item, pair) in to.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
        let Some(queue) = by_title.get_mut(&normalise_title(&item.title)) else {
            continue;
        };
        let place = queue
            .iter()
            .position(|index| item.id.is_none() || from[*index].id.is_none());
        *pair = place.and_then(|place| queue.remove(place));
    }
    pairs
}
