//! The first paragraph of a list item: its box, its title, its hidden id.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

/// What the first paragraph of an item with a box says.
pub(super) struct Lead {
    /// The byte offset of the `[`.
    pub(super) offset: usize,
    pub(super) checked: bool,
    pub(super) id: Option<String>,
    pub(super) title: String,
}

type Inline<'e, 'a> = &'e [(Event<'a>, Range<usize>)];

/// Applies GitHub's rule to the source text of a first paragraph: on the line of the item's marker, `[`, then a space, a
/// tab as wide as one, `x` or `X`, then `]`, then white space and something more. Looking at the source rather than at
/// the events keeps `[x]` a box where `[x]: url` makes it a link as well.
pub(super) fn read(body: &str, inline: Inline<'_, '_>) -> Option<Lead> {
    let offset = inline.first()?.1.start;
    let marker = line_before(body, offset).trim_end_matches([' ', '\t']);
    if !marker.ends_with(['-', '*', '+', '.', ')']) {
        return None;
    }
    // An escaped bracket starts its text after the backslash.
    if !body[..offset].ends_with([' ', '\t']) {
        return None;
    }
    let checked = match body.as_bytes().get(offset..offset + 4)? {
        [b'[', b'\t', b']', _] if !is_narrow(body, offset + 1) => return None,
        [b'[', b' ' | b'\t', b']', after] if after.is_ascii_whitespace() => false,
        [b'[', b'x' | b'X', b']', after] if after.is_ascii_whitespace() => true,
        _ => return None,
    };
    let end = offset + 3;
    let rest = inline.iter().position(|(_, range)| range.end > end)?;
    let rest = &inline[rest..];
    let blank = |event: &Event<'_>| match event {
        Event::Text(text) => text.trim().is_empty(),
        Event::SoftBreak | Event::HardBreak => true,
        _ => false,
    };
    if rest.iter().all(|(event, _)| blank(event)) {
        return None;
    }
    let id = rest.iter().rev().find_map(|(event, _)| match event {
        Event::InlineHtml(html) => id_in(html),
        _ => None,
    });
    Some(Lead {
        offset,
        checked,
        id,
        title: title(rest),
    })
}

/// What stands before an offset on its line.
fn line_before(body: &str, offset: usize) -> &str {
    let before = &body[..offset];
    before.rsplit(['\n', '\r']).next().unwrap_or_default()
}

/// Whether a tab takes one column only: the next of the stops, which are four apart, is right behind it.
fn is_narrow(body: &str, tab: usize) -> bool {
    let before = line_before(body, tab).chars();
    let before = before.filter(|c| *c != '\u{feff}');
    let column = before.fold(0, |column, c| match c {
        '\t' => column / 4 * 4 + 4,
        _ => column + 1,
    });
    column % 4 == 3
}

/// The id in `<!-- id: backup -->`: letters, digits, `-`, `_` and `.`.
pub(in crate::domain) fn id_in(html: &str) -> Option<String> {
    let inner = html
        .trim()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?
        .trim();
    let id = inner
        .get(..3)
        .filter(|key| key.eq_ignore_ascii_case("id:"))
        .map(|_| inner[3..].trim())?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!id.is_empty() && id.chars().all(allowed)).then(|| id.to_ascii_lowercase())
}

fn title(rest: Inline<'_, '_>) -> String {
    let text = bold_lead(rest).unwrap_or_else(|| first_line(rest));
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_end_matches([':', ' ']).to_owned()
}

/// The text between the `**` when they open the item and a colon, a dash or nothing follows them.
fn bold_lead(rest: Inline<'_, '_>) -> Option<String> {
    let start = rest
        .iter()
        .position(|(event, _)| !matches!(event, Event::Text(text) if text.trim().is_empty()))?;
    let (Event::Start(Tag::Strong), range) = &rest[start] else {
        return None;
    };
    let length = rest[start..]
        .iter()
        .position(|(event, inner)| matches!(event, Event::End(TagEnd::Strong)) && inner == range)?;
    let (inside, after) = (
        &rest[start + 1..start + length],
        &rest[start + length + 1..],
    );
    let bold: String = inside
        .iter()
        .filter_map(|(event, _)| text_of(event))
        .collect();
    let next = first_line(after);
    let next = next.trim_start();
    let leads =
        bold.trim_end().ends_with(':') || next.is_empty() || next.starts_with([':', '-', '–', '—']);
    (leads && !bold.trim().is_empty()).then_some(bold)
}

fn first_line(events: Inline<'_, '_>) -> String {
    events
        .iter()
        .map(|(event, _)| event)
        .skip_while(|event| matches!(event, Event::SoftBreak | Event::HardBreak))
        .take_while(|event| !matches!(event, Event::SoftBreak | Event::HardBreak))
        .filter_map(text_of)
        .collect()
}

/// The text an event shows; tags and comments show none.
fn text_of<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}
