//! The document read line by line, because what Markdown makes of it is what has to be repaired.

use super::Found;
use crate::domain::checklist::{self, heading_name, id_in};
use crate::domain::inert::{inert_markdown, plain};
use crate::domain::phase::Phase;

/// What a document holds.
#[derive(Default)]
pub(super) struct Document {
    pub(super) items: Vec<Found>,
    /// What was repaired, with its line.
    pub(super) repairs: Vec<(usize, String)>,
}

/// The walk over the lines.
#[derive(Default)]
struct Reader {
    document: Document,
    phase: Option<Phase>,
    /// Text belongs to the last item; false before the first and after a heading.
    in_item: bool,
    /// The line of the last item.
    item_line: usize,
    /// Text is being left out: said once.
    leaving_out: bool,
    /// Lines with nothing but a list marker.
    lone_markers: Vec<usize>,
}

pub(super) fn document(text: &str) -> Document {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // Further characters that end a line for a reader, and for no editor that counts lines: an item stays on its line.
    let text = text.replace(['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader.line(index + 1, line);
    }
    if let Some(first) = reader.lone_markers.first() {
        let count = reader.lone_markers.len();
        reader.document.repairs.push((
            *first,
            format!("removed list markers that stood alone on a line ({count} in all)"),
        ));
    }
    reader.document
}

impl Reader {
    fn repair(&mut self, line: usize, what: impl Into<String>) {
        self.document.repairs.push((line, what.into()));
    }

    fn line(&mut self, number: usize, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let words = text.trim_start_matches('#');
        let marked = words.len() < text.len() && words.starts_with([' ', '\t']);
        let (name, numbered) = heading_name(words);
        if let Some(phase) = Phase::from_name(name).filter(|_| numbered || marked) {
            return self.phase(number, phase, marked);
        }
        if matches!(text, "-" | "*" | "+") {
            return self.lone_markers.push(number);
        }
        if let Some(found) = boxed(text) {
            let beneath = line.starts_with([' ', '\t']) && self.in_item;
            if beneath {
                self.task(&found);
            } else {
                self.item(number, &found);
            }
            return;
        }
        if marked || self.ends_the_list(text) {
            return self.other_heading(number, words.trim());
        }
        self.text(number, text);
    }

    fn phase(&mut self, number: usize, phase: Phase, marked: bool) {
        if !marked {
            self.repair(number, format!("made `{phase}` a heading"));
        }
        self.phase = Some(phase);
        self.in_item = false;
        self.leaving_out = false;
    }

    fn item(&mut self, number: usize, found: &Boxed<'_>) {
        if !found.marker {
            self.repair(
                number,
                "gave `[ ]` the list marker it lacked: GitHub showed no box",
            );
        }
        if found.checked {
            self.repair(number, "unticked the box: a template starts unticked");
        }
        let (title, sentence, id) = parts(found.text);
        let phase = self.phase.unwrap_or_else(|| {
            self.document.repairs.push((
                number,
                "put an item that stood under no phase into Planning".to_owned(),
            ));
            Phase::Planning
        });
        self.document.items.push(Found {
            phase,
            id,
            title,
            sentence,
            tasks: Vec::new(),
        });
        self.in_item = true;
        self.item_line = number;
    }

    fn task(&mut self, found: &Boxed<'_>) {
        let task = inert_markdown(&without_comments(found.text));
        // What has no title to GitHub's eye, such as a lone colon, is nothing to do.
        let line = checklist::parse(&format!("- [ ] {task}\n"));
        let titled = line.items.iter().any(|item| !item.title.is_empty());
        if let Some(item) = self.document.items.last_mut().filter(|_| titled) {
            item.tasks.push(task);
        }
    }

    /// A short line without a full stop, after an item that has its sentence: the heading of what follows the list.
    fn ends_the_list(&self, text: &str) -> bool {
        let complete = self
            .document
            .items
            .last()
            .is_some_and(|item| item.sentence.ends_with(['.', '!', ')']));
        let short = text.len() <= 40 && text.split_whitespace().count() <= 4;
        self.in_item
            && complete
            && short
            && !text.starts_with(['-', '*', '+'])
            && !text.ends_with(['.', ')', ',', ';'])
    }

    fn other_heading(&mut self, number: usize, words: &str) {
        self.in_item = false;
        self.leaving_out = true;
        self.repair(
            number,
            format!("left out `{words}` and the text below it: it is no phase"),
        );
    }

    fn text(&mut self, number: usize, text: &str) {
        let Some(item) = self.document.items.last_mut().filter(|_| self.in_item) else {
            if !self.leaving_out {
                self.leaving_out = true;
                self.repair(number, "left out text that belongs to no item");
            }
            return;
        };
        let text = text
            .strip_prefix(['-', '*', '+'])
            .filter(|rest| rest.starts_with(' '))
            .unwrap_or(text)
            .trim();
        if item.sentence.is_empty() {
            let what = format!("joined the text of line {number} to its item");
            self.document.repairs.push((self.item_line, what));
        } else {
            item.sentence.push(' ');
        }
        item.sentence.push_str(without_comments(text).trim());
    }
}

/// A line with a box.
struct Boxed<'a> {
    marker: bool,
    checked: bool,
    text: &'a str,
}

fn boxed(line: &str) -> Option<Boxed<'_>> {
    let unnumbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if unnumbered.len() < line.len() {
        unnumbered.strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(['-', '*', '+'])
    };
    let (mark, text) = rest
        .unwrap_or(line)
        .trim_start()
        .strip_prefix('[')?
        .split_once(']')?;
    let is_box = matches!(mark.trim(), "" | "x" | "X") && !text.starts_with(['(', ':', '[']);
    is_box.then(|| Boxed {
        marker: rest.is_some(),
        checked: !mark.trim().is_empty(),
        text: text.trim(),
    })
}

/// Title, sentence and id of an item: `**Title:** sentence`, `Title: sentence`, `Title`.
fn parts(text: &str) -> (String, String, Option<String>) {
    let id = text.find("<!--").and_then(|at| id_in(&text[at..]));
    let text = without_comments(text);
    let text = text.trim();
    let bold = text
        .strip_prefix("**")
        .and_then(|rest| rest.split_once("**"));
    let (title, sentence) = bold.or_else(|| text.split_once(": ")).unwrap_or((text, ""));
    let sentence = sentence
        .trim_start_matches([':', '—', '–', '-', ' '])
        .trim();
    (
        plain(title).trim_end_matches([':', ' ']).to_owned(),
        sentence.to_owned(),
        id,
    )
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}
