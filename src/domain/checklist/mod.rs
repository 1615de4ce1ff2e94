//! The task-list items of a body, as GitHub sees them, and the flipping of their boxes.

mod flip;
mod lead;
mod phase;
mod scan;
mod table;

pub use flip::{Flip, Flipped, flip, flip_items, flips, without_ticks};
pub(in crate::domain) use lead::id_in;
pub(in crate::domain) use phase::name as heading_name;
pub use table::items_table;

use serde::Serialize;
use std::collections::HashSet;

/// One box of a body. As JSON it has the keys `id`, `title`, `phase`, `checked`, `line`, `column`, `offset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The hidden id at the end of its line, `<!-- id: backup -->`, in lower case.
    pub id: Option<String>,
    /// Its bold lead, or else the text of its first line; no markup, no trailing colon.
    pub title: String,
    /// The heading it stands under, without `Phase N:`.
    pub phase: Option<String>,
    /// Whether the box is ticked.
    pub checked: bool,
    /// The line of its `[`, 1-based.
    pub line: usize,
    /// The column of its `[` in characters, 1-based.
    pub column: usize,
    /// The byte offset of its `[`.
    pub offset: usize,
    /// How many items it stands beneath: 0 is an item of the phase, more is a sub-task.
    #[serde(skip)]
    pub depth: usize,
    /// Whether another item above it has the same id: a line that somebody copied. The first one is the item.
    #[serde(skip)]
    pub copy: bool,
    /// The item it stands beneath: an index into `Checklist::items`, always smaller than its own.
    #[serde(skip)]
    pub parent: Option<usize>,
}

/// The boxes of a body, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Checklist {
    /// The boxes.
    pub items: Vec<Item>,
}

/// Reads the boxes of any text. Total: every text is a body, perhaps one without boxes.
#[must_use]
pub fn parse(body: &str) -> Checklist {
    let mut items = scan::items(body);
    let mut seen = HashSet::new();
    for item in &mut items {
        item.copy = item.id.clone().is_some_and(|id| !seen.insert(id));
    }
    Checklist { items }
}

impl Checklist {
    /// The item with this id; when the id is gone from the body, the first item of a phase without an id of its own whose title is the
    /// same but for case, spaces and closing punctuation. A task beneath an item is never taken for one by its title.
    #[must_use]
    pub fn find(&self, id: &str, title: &str) -> Option<&Item> {
        self.place(id, title).map(|index| &self.items[index])
    }

    /// Where [`Checklist::find`] finds it: an index into `items`.
    #[must_use]
    pub fn place(&self, id: &str, title: &str) -> Option<usize> {
        if let Some((item, task)) = id.split_once(BENEATH) {
            let is_it = |found: &Item| {
                let above = self.above(found);
                found.key() == task && above.is_some_and(|above| self.items[above].key() == item)
            };
            return self.items.iter().position(is_it);
        }
        let mut items = self.items.iter();
        let by_id = items.position(|item| item.id.as_deref() == Some(id));
        by_id.or_else(|| self.titled(title, |item| item.depth == 0))
    }

    /// Whether this is a copy of a whole line, id and title: the item stands twice, and the second time means nothing.
    #[must_use]
    pub fn is_twin(&self, item: &Item) -> bool {
        let title = normalise_title(&item.title);
        let same = |first: &Item| {
            !first.copy && first.id == item.id && normalise_title(&first.title) == title
        };
        item.copy && self.items.iter().any(same)
    }

    /// The item of a phase that a task stands beneath, as an index into `items`; none for that item itself.
    #[must_use]
    pub fn above(&self, task: &Item) -> Option<usize> {
        let mut above = task.parent?;
        while let Some(parent) = self.items[above].parent {
            above = parent;
        }
        Some(above)
    }

    /// Where a box stands that is to be set: an item's, else that of the first task of this title.
    fn position(&self, id: &str, title: &str) -> Option<usize> {
        let place = self.place(id, title);
        place.or_else(|| self.titled(title, |_| true))
    }

    /// The first without an id of its own that has this title.
    fn titled(&self, title: &str, which: impl Fn(&Item) -> bool) -> Option<usize> {
        let wanted = normalise_title(title);
        let same = |item: &Item| {
            item.own_id().is_none()
                && which(item)
                && normalise_title(&item.title) == wanted
                && !self.is_twin(item)
        };
        (!wanted.is_empty())
            .then(|| self.items.iter().position(same))
            .flatten()
    }
}

/// No id and no title has a line end in it.
const BENEATH: char = '\n';

/// What a task beneath an item is called where its box is to be set: titles of such tasks may stand beneath several items.
#[must_use]
pub fn beneath(item: &str, task: &str) -> String {
    format!("{item}{BENEATH}{task}")
}

/// Whether this is what [`beneath`] calls a task.
#[must_use]
pub fn is_beneath(id: &str) -> bool {
    id.contains(BENEATH)
}

impl Item {
    /// What the item is known by: its id, or its normalised title when it has none of its own.
    #[must_use]
    pub fn key(&self) -> String {
        let own = self.own_id().map(ToOwned::to_owned);
        own.unwrap_or_else(|| normalise_title(&self.title))
    }

    /// The id, unless it is another's.
    #[must_use]
    pub fn own_id(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| !self.copy)
    }
}

/// A title without what people change in passing: case, runs of spaces, invisible characters, closing punctuation.
#[must_use]
pub fn normalise_title(title: &str) -> String {
    let spaced = lower_case(title)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    spaced
        .trim_end_matches(|c: char| c == ' ' || ".:;,!".contains(c))
        .to_owned()
}

/// Letter by letter, without invisible characters. Most titles are ASCII, and this is asked for often.
fn lower_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
