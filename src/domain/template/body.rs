//! Shapes in the Markdown of a checklist that people take for boxes and GitHub does not.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::domain::markdown::{self, Lines};

/// What is odd about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list marker and nothing else.
    LoneMarker,
    /// Text that starts with `[ ]` without a list marker.
    LooseBox,
    /// A list marker and something like a box, which is none.
    BrokenBox,
}

impl Shape {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::LoneMarker => {
                "a list marker alone on its line: GitHub shows an empty item, or turns the line above into a heading"
            }
            Self::LooseBox => "`[ ]` without a list marker: GitHub shows no box",
            Self::BrokenBox => "this looks like a box, but GitHub shows none",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::LoneMarker => "remove the line, or join it with the next one",
            Self::LooseBox => "start the line with `- [ ] `",
            Self::BrokenBox => {
                "write `- [ ] ` and text: one space between the brackets, one on each side"
            }
        }
    }
}

/// The odd lines of a body outside code and HTML, with the byte offset of what is odd. `boxes` are the offsets of the
/// real boxes.
pub(super) fn odd_shapes(body: &str, boxes: &[usize]) -> Vec<(usize, Shape)> {
    let literal: Vec<Range<usize>> = markdown::events(body)
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock)))
        .map(|(_, range)| range)
        .collect();
    let lines = Lines::of(body);
    let odd = lines.iter().filter_map(|(_, start, line)| {
        let text = line.trim_start();
        let offset = start + line.len() - text.len();
        let shape = shape(text)?;
        let real = boxes
            .iter()
            .any(|at| (offset..offset + text.len()).contains(at));
        let inside = literal.iter().any(|range| range.contains(&offset));
        (!real && !inside).then_some((offset, shape))
    });
    odd.collect()
}

fn shape(line: &str) -> Option<Shape> {
    let line = line.trim_end();
    if matches!(line, "-" | "*" | "+") {
        return Some(Shape::LoneMarker);
    }
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if digits.len() < line.len() {
        digits.strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(['-', '*', '+'])
    };
    match rest {
        Some(rest) => looks_like_a_box(rest.trim_start()).then_some(Shape::BrokenBox),
        None => looks_like_a_box(line).then_some(Shape::LooseBox),
    }
}

fn looks_like_a_box(text: &str) -> bool {
    let Some((mark, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else {
        return false;
    };
    matches!(mark.trim(), "" | "x" | "X") && !rest.starts_with(['(', ':', '['])
}

/// The byte offset of the last heading before an offset.
pub(super) fn heading_before(body: &str, offset: usize) -> Option<usize> {
    markdown::headings(body)
        .iter()
        .map(|heading| heading.range.start)
        .take_while(|start| *start < offset)
        .last()
}

/// What is written as an id in the text of an item and cannot be one, with the byte offset of its comment. Only in the
/// item's first paragraph, where an id would be read.
pub(super) fn odd_id(item: &str) -> Option<(usize, &str)> {
    let end = item
        .find("\n\n")
        .into_iter()
        .chain(item.find("\n\r\n"))
        .min();
    let paragraph = &item[..end.unwrap_or(item.len())];
    paragraph.match_indices("<!--").find_map(|(at, opening)| {
        let inner = &paragraph[at + opening.len()..];
        let inner = inner[..inner.find("-->")?].trim();
        let key = inner.get(..3)?;
        let id = inner[3..].trim();
        (key.eq_ignore_ascii_case("id:") && !id.is_empty()).then_some((at, id))
    })
}

/// An id made of a title: lowercase words joined by hyphens.
pub(super) fn slug(title: &str) -> String {
    let words: String = title
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    if slug.is_empty() {
        "item".to_owned()
    } else {
        slug
    }
}
