//! The walk over the blocks of a body that finds the boxes.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Item, lead, phase::Headings};
use crate::domain::markdown::{self, Lines};

/// What encloses the block at hand.
enum Container {
    /// A list item; with the index of its box when it has one.
    Item(Option<usize>),
    /// A block quote: its headings are its own.
    Quote,
    /// A footnote: likewise.
    Footnote,
}

/// The state of the walk.
struct Scan<'a> {
    body: &'a str,
    lines: Lines<'a>,
    items: Vec<Item>,
    containers: Vec<Container>,
    headings: Headings,
    /// The first paragraph of the item just opened, while it is being read.
    first: Option<Vec<(Event<'a>, Range<usize>)>>,
}

/// The boxes of a body in the order of the text.
pub(super) fn items(body: &str) -> Vec<Item> {
    let mut scan = Scan {
        body,
        lines: Lines::of(body),
        items: Vec::new(),
        containers: Vec::new(),
        headings: Headings::default(),
        first: None,
    };
    for (event, range) in markdown::events(body) {
        scan.take(event, range);
    }
    scan.items
}

impl<'a> Scan<'a> {
    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        if let Some(first) = &mut self.first {
            let opens_it = first.is_empty() && matches!(event, Event::Start(Tag::Paragraph));
            if markdown::is_inline(&event) {
                first.push((event, range));
                return;
            }
            if opens_it {
                return;
            }
            self.finish_first();
        }
        match event {
            Event::Start(Tag::Item) => {
                self.containers.push(Container::Item(None));
                self.first = Some(Vec::new());
            }
            Event::Start(Tag::BlockQuote(_)) => self.containers.push(Container::Quote),
            Event::Start(Tag::FootnoteDefinition(_)) => self.containers.push(Container::Footnote),
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                self.containers.pop();
            }
            other if self.containers.is_empty() => self.headings.take(&other),
            _ => {}
        }
    }

    /// The first paragraph of an item is over: was there a box at its start?
    fn finish_first(&mut self) {
        let Some(lead) = self
            .first
            .take()
            .and_then(|events| lead::read(self.body, &events))
        else {
            return;
        };
        let parent = self
            .containers
            .iter()
            .rev()
            .find_map(|container| match container {
                Container::Item(index) => *index,
                Container::Quote | Container::Footnote => None,
            });
        let (line, column) = self.lines.place(lead.offset);
        if self.is_behind_a_tab(line) {
            return;
        }
        if let Some(Container::Item(index)) = self.containers.last_mut() {
            *index = Some(self.items.len());
        }
        self.items.push(Item {
            id: lead.id,
            title: lead.title,
            phase: self.headings.phase(),
            checked: lead.checked,
            line,
            column,
            offset: lead.offset,
            copy: false,
            depth: parent.map_or(0, |index| self.items[index].depth + 1),
            parent,
        });
    }

    /// A quote goes on with `>` after at most three columns. The parser takes a tab for less than the four it is.
    fn is_behind_a_tab(&self, line: usize) -> bool {
        let in_quote = matches!(self.containers.first(), Some(Container::Quote));
        let indent = self.lines.line(line).split('>').next().unwrap_or_default();
        in_quote && indent.contains('\t')
    }
}
