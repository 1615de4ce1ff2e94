//! The front matter of a template: split from the body, read key by key.

mod entries;
mod reader;

pub(super) use reader::Reader;

use super::{Field, Gate, ItemActor};
use crate::domain::announcement_kind::AnnouncementKind;
use crate::domain::yaml;

/// What the front matter says, before it is compared with the body.
#[derive(Default)]
pub(super) struct Front {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) expedited: bool,
    pub(super) environment: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) items: Vec<FrontItem>,
}

/// An item of the front matter, with the place of its id.
pub(super) struct FrontItem {
    pub(super) id: String,
    pub(super) place: (usize, usize),
    pub(super) required: bool,
    pub(super) gate: Option<Gate>,
    pub(super) who: Option<serde_json::Value>,
    pub(super) announcement: Option<AnnouncementKind>,
    pub(super) by: ItemActor,
}

/// The two halves of a template: the YAML between the `---` lines, and the byte offset at which the body starts.
/// None when there is no front matter.
pub(super) fn split(text: &str) -> Option<(&str, usize)> {
    let from = begin(text)?;
    let mut to = from;
    for line in text[from..].split_inclusive('\n') {
        if is_fence(line) {
            return Some((&text[from..to], to + line.len()));
        }
        to += line.len();
    }
    None
}

/// The byte offset behind the first line when that is `---`, whether or not another one closes it.
pub(super) fn begin(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = rest.split_inclusive('\n').next()?;
    is_fence(first).then_some(text.len() - rest.len() + first.len())
}

/// Whether a line is `---`, blanks behind it or not. A carriage return by itself ends a line in YAML and Markdown, so none may hide here:
/// the lines below would be counted wrongly.
fn is_fence(line: &str) -> bool {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    line.trim_end_matches([' ', '\t']) == "---"
}

const KEYS: [&str; 7] = [
    "name",
    "title",
    "description",
    "expedited",
    "environment",
    "fields",
    "items",
];

impl Reader<'_> {
    /// Reads the YAML of a front matter; its first line is line 2 of the file.
    pub(super) fn front(&mut self, text: &str) -> Option<Front> {
        let root = match yaml::parse(text, self.file, 2) {
            Ok(root) => root,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let mut front = Front::default();
        for (key, node) in self.map(&root, &KEYS) {
            match key.text.as_str() {
                "name" => front.name = self.slug(node),
                "title" => front.title = self.title(node),
                "description" => front.description = self.text(node),
                "expedited" => front.expedited = self.bool(node),
                "environment" => front.environment = self.environment(node),
                "fields" => front.fields = self.fields(node),
                _ => front.items = self.items(node),
            }
        }
        for (key, empty) in [
            ("name", front.name.is_empty()),
            ("title", front.title.is_empty()),
            ("items", front.items.is_empty()),
        ] {
            if empty && !reader::has(&root, key) {
                self.say(
                    (1, 1),
                    format!("the front matter lacks `{key}`"),
                    format!("add a line `{key}: …`"),
                );
            }
        }
        Some(front)
    }
}
