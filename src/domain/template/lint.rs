//! The two halves of a template compared: every mistake with its place and the way to mend it.

use super::front::{self, Front, FrontItem, Reader};
use super::{Template, TemplateItem, body};
use crate::domain::checklist::{self, Item};
use crate::domain::markdown::Lines;
use crate::domain::phase::Phase;
use crate::domain::problem::{Problem, did_you_mean};

/// The mistakes of a template, in the order of the file; none when Rollcall would run it.
#[must_use]
pub fn lint_template(text: &str, file: &str) -> Vec<Problem> {
    super::parse(text, file).err().unwrap_or_default()
}

/// Reads a template and adds its mistakes to `problems`. None when the front matter cannot be read at all.
pub(super) fn read(text: &str, file: &str, problems: &mut Vec<Problem>) -> Option<Template> {
    let mut reader = Reader { file, problems };
    let Some((yaml, start)) = front::split(text) else {
        let (message, hint) = if front::begin(text).is_some() {
            (
                "the front matter begins here and never ends: its closing `---` is missing",
                "write a line `---` between the last of its keys and the checklist",
            )
        } else {
            (
                "the file has no front matter",
                "start the file with `---`, the keys `name`, `title` and `items`, and another `---`",
            )
        };
        reader.say((1, 1), message, hint);
        return None;
    };
    let front = reader.front(yaml);
    let mut linter = Linter {
        text,
        start,
        lines: Lines::of(text),
        reader,
    };
    let items = checklist::parse(&text[start..]).items;
    linter.shapes(&items);
    linter.ids(&items);
    let front = front?;
    let items = linter.items(&items, &front);
    Some(Template {
        name: front.name,
        title: front.title,
        description: front.description,
        expedited: front.expedited,
        environment: front.environment,
        fields: front.fields,
        items,
        body: text[start..].trim_start_matches(['\r', '\n']).to_owned(),
        version: super::version(text),
    })
}

struct Linter<'a, 'r> {
    text: &'a str,
    /// The byte offset at which the body starts.
    start: usize,
    lines: Lines<'a>,
    reader: Reader<'r>,
}

impl Linter<'_, '_> {
    fn say(&mut self, offset: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.reader
            .say(self.lines.place(self.start + offset), message, hint);
    }

    /// What looks like a box to a person and is none to GitHub.
    fn shapes(&mut self, items: &[Item]) {
        let boxes: Vec<usize> = items.iter().map(|item| item.offset).collect();
        for (offset, shape) in body::odd_shapes(&self.text[self.start..], &boxes) {
            self.say(offset, shape.message(), shape.hint());
        }
    }

    /// Missing and repeated ids, empty titles.
    fn ids(&mut self, items: &[Item]) {
        for (index, item) in items.iter().enumerate() {
            if item.title.is_empty() {
                self.say(
                    item.offset,
                    "this item has no title",
                    "write `- [ ] **Title:** what is to be done`",
                );
            }
            let Some(id) = &item.id else {
                if item.depth == 0 {
                    let next = items.get(index + 1).map(|next| next.offset);
                    self.no_id(item, next);
                }
                continue;
            };
            if let Some(first) = items[..index]
                .iter()
                .find(|other| other.id.as_ref() == Some(id))
            {
                let line = self.lines.place(self.start + first.offset).0;
                self.say(
                    item.offset,
                    format!("the id `{id}` is on line {line} already"),
                    "give this item another id",
                );
            }
        }
    }

    /// An item without an id, or with one that cannot be. `next` is where the next item begins.
    fn no_id(&mut self, item: &Item, next: Option<usize>) {
        let body = &self.text[self.start..];
        let of_item = item.offset..next.unwrap_or(body.len());
        if let Some((at, id)) = body::odd_id(&body[of_item]) {
            let what = if id.contains(char::is_whitespace) {
                "ids have no spaces"
            } else {
                "ids have only letters without accents, digits, `-`, `_` and `.`"
            };
            let hint = format!("write `<!-- id: {} -->`", body::slug(id));
            return self.say(
                item.offset + at,
                format!("`{id}` cannot be an id: {what}"),
                hint,
            );
        }
        let id = body::slug(&item.title);
        self.say(
            item.offset,
            format!("the item `{}` has no id", item.title),
            format!("end the line with `<!-- id: {id} -->`"),
        );
    }

    /// The items of the body with what the front matter says about them.
    fn items(&mut self, items: &[Item], front: &Front) -> Vec<TemplateItem> {
        if items.is_empty() {
            self.say(
                0,
                "the body has no task-list items",
                "write them as `- [ ] **Title:** what is to be done <!-- id: title -->`",
            );
        }
        for named in &front.items {
            if !items
                .iter()
                .any(|item| item.depth == 0 && item.id.as_ref() == Some(&named.id))
            {
                self.not_in_body(named, items);
            }
        }
        let mut read: Vec<TemplateItem> = Vec::new();
        for item in items.iter().filter(|item| item.depth == 0) {
            let phase = self.phase(item, read.last().map(|item| item.phase));
            let Some(id) = &item.id else { continue };
            let Some(named) = front.items.iter().find(|named| named.id == *id) else {
                let hint =
                    format!("add `{id}: {{required: true}}` under `items`, or `required: false`");
                self.say(
                    item.offset,
                    format!("the front matter does not name the item `{id}`"),
                    hint,
                );
                continue;
            };
            read.extend(phase.map(|phase| TemplateItem {
                id: id.clone(),
                title: item.title.clone(),
                phase,
                required: named.required,
                gate: named.gate,
                who: named.who.clone(),
                announcement: named.announcement,
                by: named.by,
            }));
        }
        read
    }

    fn not_in_body(&mut self, named: &FrontItem, items: &[Item]) {
        let ids = || {
            items
                .iter()
                .filter(|item| item.depth == 0)
                .filter_map(|item| item.id.as_deref())
        };
        let id = &named.id;
        let hint = if items.iter().any(|item| item.id.as_ref() == Some(id)) {
            "it is a sub-task there: a sub-task needs no line here".to_owned()
        } else if let Some(meant) = did_you_mean(id, ids()) {
            format!("did you mean `{meant}`?")
        } else {
            format!("remove the line, or add `- [ ] **Title:** … <!-- id: {id} -->` to the body")
        };
        self.reader
            .say(named.place, format!("the body has no item `{id}`"), hint);
    }

    /// The phase of an item; a mistake when it has none or comes after a later phase.
    fn phase(&mut self, item: &Item, before: Option<Phase>) -> Option<Phase> {
        let hint = "the phases are `Phase 1: Planning`, `Phase 2: Testing`, `Phase 3: Pre-Deployment`, \
                    `Phase 4: Deployment`, `Phase 5: Post-Deployment`";
        let Some(heading) = &item.phase else {
            self.say(
                item.offset,
                format!("the item `{}` stands under no phase", item.title),
                hint,
            );
            return None;
        };
        let Some(phase) = Phase::from_name(heading) else {
            let place =
                body::heading_before(&self.text[self.start..], item.offset).unwrap_or(item.offset);
            self.say(
                place,
                format!("the heading `{heading}` is not a phase"),
                hint,
            );
            return None;
        };
        if let Some(before) = before.filter(|before| *before > phase) {
            let message = format!("the item `{}` of {phase} comes after {before}", item.title);
            self.say(item.offset, message, "put the phases in their order");
        }
        Some(phase)
    }
}
