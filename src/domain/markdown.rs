//! The one way Markdown is read: `CommonMark` blocks as GitHub sees them, with byte ranges, and places for people.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The events of a body with their byte ranges. Task lists are left off on purpose: `checklist` applies GitHub's rule
/// itself, on the source text, because the extension of this parser departs from it (see `docs/parser.md`). A byte order
/// mark at the start is no text: the first line may be a heading or a list all the same.
pub(crate) fn events(body: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let text = body.strip_prefix('\u{feff}').unwrap_or(body);
    let start = body.len() - text.len();
    let events = Parser::new_ext(text, options).into_offset_iter();
    events.map(move |(event, range)| (event, range.start + start..range.end + start))
}

/// Whether an event belongs to the text of a paragraph, rather than opening or closing a block.
pub(crate) fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ),
        Event::End(tag) => matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image
        ),
        Event::Html(_) | Event::Rule => false,
        _ => true,
    }
}

/// A heading outside quotes, lists and footnotes.
pub(crate) struct Heading {
    /// 1 to 6.
    pub(crate) level: usize,
    /// Its words without markup.
    pub(crate) text: String,
    /// Its bytes, with the underline of a setext heading.
    pub(crate) range: Range<usize>,
}

/// The headings of a body in order.
pub(crate) fn headings(body: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0_usize;
    let mut open = false;
    for (event, range) in events(body) {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = true;
                headings.push(Heading {
                    level: level as usize,
                    text: String::new(),
                    range,
                });
            }
            Event::End(TagEnd::Heading(_)) => open = false,
            Event::Start(Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => depth += 1,
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                depth -= 1;
            }
            Event::Text(text) | Event::Code(text) if open => {
                headings
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|heading| heading.text.push_str(&text));
            }
            _ => {}
        }
    }
    headings
}

/// The starts of the lines of a text, for turning byte offsets into places. A line ends in LF, CRLF or a lone CR.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0)
            .chain((0..bytes.len()).filter(|at| ends(*at)).map(|at| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The 1-based line and column, in characters, of a byte offset. A byte order mark takes no column.
    pub(crate) fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let before = &self.text[self.starts[line - 1]..offset];
        (
            line,
            before.chars().filter(|c| *c != '\u{feff}').count() + 1,
        )
    }

    /// The lines with their 1-based numbers and byte offsets, without their endings.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, usize, &'a str)> {
        (1..=self.starts.len()).map(|number| (number, self.starts[number - 1], self.line(number)))
    }

    /// A line by its 1-based number, without its ending; empty beyond the end.
    pub(crate) fn line(&self, number: usize) -> &'a str {
        let Some(start) = self.starts.get(number.wrapping_sub(1)) else {
            return "";
        };
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        self.text[*start..end].trim_end_matches(['\r', '\n'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters_over_every_kind_of_line_end() {
        let text = "a\r\né🚀b\rc\n";
        let lines = Lines::of(text);
        assert_eq!(lines.place(text.find('b').expect("b")), (2, 3));
        assert_eq!(lines.place(text.find('c').expect("c")), (3, 1));
        assert_eq!(lines.place(text.len()), (4, 1));
        let all: Vec<_> = lines.iter().map(|(line, _, text)| (line, text)).collect();
        assert_eq!(all, [(1, "a"), (2, "é🚀b"), (3, "c"), (4, "")]);
    }
}
