//! The announcement as plain text, for mail.

use super::{
    escape,
    words::{Fact, Part, Pen, QUESTIONS, Words, words},
};
use crate::domain::announcement::Announcement;

/// Mail takes more than a chat: ten times the text of a Telegram message, and this many components.
pub(super) const PEN: Pen = Pen {
    room: 10,
    inert: str::to_owned,
};
pub(super) const MOST_COMPONENTS: usize = 100;

/// The text part of a mail. Lines end in LF; long lines are left to the reader's program.
#[must_use]
pub fn email_text(announcement: &Announcement) -> String {
    let said = words(announcement, &PEN);
    let mut lines = vec![said.headline.to_owned()];
    if !said.title.is_empty() {
        lines.push(said.title.clone());
    }
    lines.extend([String::new(), said.lead.clone()]);
    if let Some(message) = &said.message {
        lines.push(String::new());
        if !message.label.is_empty() {
            lines.push(format!("{}:", message.label));
        }
        lines.push(indented(&message.text));
    }
    lines.extend([
        String::new(),
        said.section.to_owned(),
        "-".repeat(said.section.len()),
    ]);
    lines.extend([&said.when, &said.downtime, &said.notice].map(line));
    lines.extend(components(&said.components));
    lines.extend(said.background.iter().map(line));
    if let Some(link) = &said.link {
        lines.extend([String::new(), format!("Details and progress: {link}")]);
    }
    // Two dashes and a blank begin what mail programs show as a signature.
    lines.extend([String::new(), "-- ".to_owned(), format!("{}.", said.source)]);
    lines.push(why_you(announcement, &said));
    lines.join("\n") + "\n"
}

fn line(fact: &Fact) -> String {
    if fact.text.contains('\n') {
        return format!("{}:\n{}", fact.label, indented(&fact.text));
    }
    format!("{}: {}", fact.label, fact.text)
}

fn components(parts: &[Part]) -> Vec<String> {
    if parts.is_empty() {
        return vec!["What is updated: not stated yet".to_owned()];
    }
    let mut lines = vec!["What is updated:".to_owned()];
    lines.extend(
        parts
            .iter()
            .take(MOST_COMPONENTS)
            .map(|part| format!("  - {}", part.sentence())),
    );
    if parts.len() > MOST_COMPONENTS {
        lines.push(format!("  - and {} more", parts.len() - MOST_COMPONENTS));
    }
    lines
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("  {line}")
            }
        })
        .collect();
    lines.join("\n")
}

/// Why the reader gets this mail, and whom to tell that it is not wanted.
pub(super) fn why_you(announcement: &Announcement, said: &Words) -> String {
    let audience = escape::clip(&escape::one_line(&announcement.audience), 80);
    let reason = format!("You get this mail because your address is on the list \"{audience}\".");
    if said.background.iter().any(|fact| fact.label == QUESTIONS) {
        format!("{reason} To be taken off it, use the contact under {QUESTIONS}.")
    } else {
        reason
    }
}
