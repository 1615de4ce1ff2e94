//! A template and the fields of a rollout as the title and the body of an issue.

use super::{Field, FieldKind, Template};
use crate::domain::fields::{Component, EMPTY, Fields};
use crate::domain::inert::{inert_line, inert_markdown, plain};

/// The longest title Rollcall gives an issue, in characters; GitHub's own limit is 256.
const LONGEST_TITLE: usize = 200;

/// The title of the issue: the template's pattern filled in, on one line, at most 200 characters.
#[must_use]
pub fn render_title(template: &Template, fields: &Fields) -> String {
    let first_line = |text: &str| plain(text).lines().next().unwrap_or_default().to_owned();
    let title = template
        .title
        .split('{')
        .enumerate()
        .map(
            |(index, part)| match part.split_once('}').filter(|_| index > 0) {
                Some(("components", rest)) => short_list(&fields.components) + rest,
                Some(("purpose", rest)) => first_line(&fields.purpose) + rest,
                Some(("name", rest)) => template.name.clone() + rest,
                _ => part.to_owned(),
            },
        )
        .collect::<String>();
    let title = plain(&title)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if title.chars().count() <= LONGEST_TITLE {
        return title;
    }
    title.chars().take(LONGEST_TITLE - 1).chain(['…']).collect()
}

/// `api 1.4.1 → 1.4.2, db 15.1 → 15.2 and 3 more`.
fn short_list(components: &[Component]) -> String {
    let one = |component: &Component| {
        let versions = [component.from.trim(), component.to.trim()].map(str::to_owned);
        let versions = versions
            .into_iter()
            .filter(|version| !version.is_empty())
            .collect::<Vec<_>>()
            .join(" → ");
        format!("{} {versions}", component.name.trim())
            .trim()
            .to_owned()
    };
    let shown: Vec<String> = components.iter().take(3).map(one).collect();
    match components.len() {
        0 => "software update".to_owned(),
        1..=3 => shown.join(", "),
        count => format!("{} and {} more", shown.join(", "), count - 3),
    }
}

/// The body of the issue: a section for each field, then the checklist. What people wrote is inert in it.
#[must_use]
pub fn render_body(template: &Template, fields: &Fields) -> String {
    let mut body = String::new();
    for field in &template.fields {
        body.push_str(&section(field, fields));
    }
    body.push_str(template.body.trim());
    body.push('\n');
    body
}

fn section(field: &Field, fields: &Fields) -> String {
    let text = match field.kind {
        FieldKind::Components => table(&fields.components),
        FieldKind::Text => inert_markdown(text_of(field, fields)),
    };
    let empty =
        text.is_empty() || (field.kind == FieldKind::Components && fields.components.is_empty());
    let hint = inert_line(&field.hint).replace("--", "- -");
    let mut section = format!("### {}\n\n", inert_line(&field.label));
    if empty && !hint.is_empty() {
        section.extend(["<!-- ", &hint, " -->\n"]);
    }
    if empty {
        section.push_str(EMPTY);
        section.push_str("\n\n");
    }
    if !text.is_empty() {
        section.push_str(&text);
        section.push_str("\n\n");
    }
    section
}

fn text_of<'f>(field: &Field, fields: &'f Fields) -> &'f str {
    match field.id.as_str() {
        "purpose" => &fields.purpose,
        "benefits" => &fields.benefits,
        "impact" => &fields.impact,
        "contact" => &fields.contact,
        "rollback-plan" => &fields.rollback_plan,
        // A template cannot name another field.
        _ => "",
    }
}

/// The components as a table; without any, one empty row to fill in.
fn table(components: &[Component]) -> String {
    let mut rows = vec![
        "| Component | From | To | Reason |".to_owned(),
        "| --- | --- | --- | --- |".to_owned(),
    ];
    let row = |c: &Component| {
        format!(
            "| {} | {} | {} | {} |",
            inert_line(&c.name),
            inert_line(&c.from),
            inert_line(&c.to),
            inert_line(&c.reason)
        )
    };
    rows.extend(components.iter().map(row));
    if components.is_empty() {
        rows.push("|  |  |  |  |".to_owned());
    }
    rows.join("\n")
}
