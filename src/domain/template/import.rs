//! A plain checklist document made into a template, leniently.

mod read;
mod write;

/// A template made from a plain document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the template; `lint_template` finds no mistake in it unless the document had no items.
    pub template: String,
    /// How many items the document had, without those beneath others. With none the template is of no use.
    pub items: usize,
    /// What was repaired, guessed or left out: `line 7: …`, in the order of the document.
    pub repairs: Vec<String>,
}

/// Makes a template of a checklist document whose Markdown may be odd: phases that are not headings, `[ ]` without a
/// list marker, markers alone on a line, instructions that have lost their item. Items that the standard template has
/// get its ids, gates and announcements; others get an id made of their title.
#[must_use]
pub fn import(text: &str) -> Imported {
    let document = read::document(text);
    let template = write::template(&document.items);
    let mut repairs = document.repairs;
    repairs.sort_by_key(|(line, _)| *line);
    let repairs = repairs
        .into_iter()
        .map(|(line, what)| format!("line {line}: {what}"))
        .collect();
    Imported {
        template,
        items: document.items.len(),
        repairs,
    }
}

/// An item found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    phase: crate::domain::phase::Phase,
    id: Option<String>,
    title: String,
    /// The instruction, on one line.
    sentence: String,
    /// The boxes beneath it.
    tasks: Vec<String>,
}

#[cfg(test)]
mod tests;
