//! The fields read back from the body of an issue: one that Rollcall wrote and people edited, or an issue form.

use super::{Fields, components};
use crate::domain::checklist::normalise_title;
use crate::domain::inert::plain;
use crate::domain::markdown::{self, Heading};
use crate::domain::template::{Field, Template};

/// What Rollcall writes into an empty section.
pub(in crate::domain) const EMPTY: &str = "_to be filled in_";
/// What GitHub writes for an unanswered question of an issue form.
const NO_RESPONSE: &str = "_No response_";

/// Reads the sections of a body that the template has fields for: a heading with the label of the field, of any level,
/// and the text below it, as plain text. Lenient: sections may be absent, empty, repeated (the first with text counts)
/// or in another order.
#[must_use]
pub fn parse(body: &str, template: &Template) -> Fields {
    let mut fields = Fields::default();
    let headings = markdown::headings(body);
    let known: Vec<Named<'_>> = template.fields.iter().map(Named::of).collect();
    let named: Vec<Option<&Field>> = headings
        .iter()
        .map(|heading| field_of(heading, &known))
        .collect();
    for (index, heading) in headings.iter().enumerate() {
        let Some(field) = named[index] else {
            continue;
        };
        let ends = |next: &usize| headings[*next].level <= heading.level || named[*next].is_some();
        let end = (index + 1..headings.len())
            .find(ends)
            .map_or(body.len(), |next| headings[next].range.start);
        let text = value(&body[heading.range.end.min(end)..end]);
        set(&mut fields, &field.id, &text);
    }
    fields
}

/// A field with the words that a heading may name it by.
struct Named<'t> {
    field: &'t Field,
    words: [String; 2],
}

impl<'t> Named<'t> {
    fn of(field: &'t Field) -> Self {
        let words = [words(&field.label), words(&field.id)];
        Self { field, words }
    }
}

fn words(text: &str) -> String {
    normalise_title(&text.replace('-', " "))
}

fn field_of<'t>(heading: &Heading, known: &[Named<'t>]) -> Option<&'t Field> {
    let heading = words(&heading.text);
    let named = known.iter().find(|named| named.words.contains(&heading));
    named.map(|named| named.field)
}

/// The text of a section without comments and placeholders; still Markdown.
fn value(section: &str) -> String {
    let mut text = String::new();
    let mut rest = section;
    while let Some((before, comment)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text
        .lines()
        .filter(|line| !matches!(line.trim(), EMPTY | NO_RESPONSE));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn set(fields: &mut Fields, id: &str, text: &str) {
    if id == "components" {
        if fields.components.is_empty() {
            fields.components = components::parse(text);
        }
        return;
    }
    let field = match id {
        "purpose" => &mut fields.purpose,
        "benefits" => &mut fields.benefits,
        "impact" => &mut fields.impact,
        "contact" => &mut fields.contact,
        "rollback-plan" => &mut fields.rollback_plan,
        // A template cannot name another field.
        _ => return,
    };
    if field.is_empty() {
        *field = plain(text);
    }
}
