//! The text of a template written from the items found.

use std::fmt::Write as _;

use super::Found;
use crate::domain::checklist::normalise_title;
use crate::domain::inert::{inert_line, inert_markdown};
use crate::domain::phase::Phase;
use crate::domain::template::{ItemActor, Template, TemplateItem, body::slug, builtin, front};

/// An item with its id.
struct Named<'a> {
    id: String,
    title: String,
    found: &'a Found,
}

pub(super) fn template(items: &[Found]) -> String {
    let standard = builtin::standard();
    let named = named(items, &standard);
    let mut text = "---\nname: imported\ntitle: \"Rollout: {components}\"\n\
                    description: Imported from a checklist document\nexpedited: false\n"
        .to_owned();
    text.push_str(front_fields());
    text.push_str("items:\n");
    for item in &named {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "  {}: {}",
            quoted(&item.id),
            settings(standard.item(&item.id))
        );
    }
    text.push_str("---\n");
    for phase in Phase::ALL {
        let mut of_phase = named
            .iter()
            .filter(|item| item.found.phase == phase)
            .peekable();
        if of_phase.peek().is_some() {
            let _ = write!(text, "\n## Phase {}: {phase}\n\n", phase.number());
        }
        of_phase.for_each(|item| text.push_str(&line(item)));
    }
    text
}

/// The `fields` of the standard template, as its file has them.
fn front_fields() -> &'static str {
    let yaml = front::split(builtin::TEXTS[0].1).map_or("", |(yaml, _)| yaml);
    let start = yaml.find("fields:\n").unwrap_or(yaml.len());
    let end = yaml.find("items:\n").unwrap_or(yaml.len());
    yaml.get(start..end).unwrap_or_default()
}

/// Gives each item the id it had, the standard's id for its title, or one made of the title; none twice.
fn named<'a>(items: &'a [Found], standard: &Template) -> Vec<Named<'a>> {
    let mut named: Vec<Named<'a>> = Vec::new();
    for (index, found) in items.iter().enumerate() {
        let title = if found.title.is_empty() {
            format!("Item {}", index + 1)
        } else {
            found.title.clone()
        };
        let known = standard
            .items
            .iter()
            .find(|item| normalise_title(&item.title) == normalise_title(&title));
        let wanted = found
            .id
            .clone()
            .or_else(|| known.map(|item| item.id.clone()))
            .unwrap_or_else(|| slug(&title));
        let free = |id: &String| named.iter().all(|other| other.id != *id);
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let id = std::iter::once(wanted.clone())
            .chain(numbered)
            .find(free)
            .unwrap_or_default();
        named.push(Named { id, title, found });
    }
    named
}

/// What the standard template says about an item of this id, as a line of YAML.
fn settings(item: Option<&TemplateItem>) -> String {
    let mut keys = vec![format!(
        "required: {}",
        item.is_none_or(|item| item.required)
    )];
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(item) = item {
        keys.extend(
            item.gate
                .map(|gate| format!("gate: {}", word(serde_json::json!(gate)))),
        );
        keys.extend(
            item.announcement
                .map(|kind| format!("announcement: {kind}")),
        );
        keys.extend((item.by == ItemActor::Rollcall).then(|| "by: rollcall".to_owned()));
    }
    format!("{{{}}}", keys.join(", "))
}

/// An id as a key of YAML: in quotes where it could be read as a number, a truth or nothing.
fn quoted(id: &str) -> String {
    let other_meaning = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&id);
    let plain = id.starts_with(|c: char| c.is_ascii_lowercase()) && !other_meaning;
    if plain {
        id.to_owned()
    } else {
        format!("\"{id}\"")
    }
}

fn line(item: &Named<'_>) -> String {
    let sentence = inert_markdown(&item.found.sentence);
    let space = if sentence.is_empty() { "" } else { " " };
    let mut text = format!(
        "- [ ] **{}:**{space}{sentence} <!-- id: {} -->\n",
        inert_line(&item.title),
        item.id
    );
    for task in &item.found.tasks {
        let _ = writeln!(text, "  - [ ] {task}");
    }
    text
}
