//! The announcement as plain text, for mail.

use super::{
    escape,
    words::{Fact, Pen, QUESTIONS, Words, words},
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
    let mut text = format!("{}\n", said.headline);
    if !said.title.is_empty() {
        text += &format!("{}\n", said.title);
    }
    text += &format!("\n{}\n", said.lead);
    if let Some(message) = &said.message {
        let label = if message.label.is_empty() {
            String::new()
        } else {
            format!("{}:\n", message.label)
        };
        text += &format!("\n{label}{}\n", indented(&message.text));
    }
    text += &format!("\n{}\n{}\n", said.section, "-".repeat(said.section.len()));
    for fact in [&said.when, &said.downtime, &said.notice] {
        text += &line(fact);
    }
    text += "What is updated:";
    if said.components.is_empty() {
        text += " not stated yet";
    }
    text.push('\n');
    for part in said.components.iter().take(MOST_COMPONENTS) {
        text += &format!("  - {}\n", part.sentence());
    }
    if said.components.len() > MOST_COMPONENTS {
        text += &format!("  - and {} more\n", said.components.len() - MOST_COMPONENTS);
    }
    for fact in &said.background {
        text += &line(fact);
    }
    if let Some(link) = &said.link {
        text += &format!("\nDetails and progress: {link}\n");
    }
    text + &format!(
        "\n-- \n{}.\n{}\n",
        said.source,
        why_you(announcement, &said)
    )
}

fn line(fact: &Fact) -> String {
    if fact.text.contains('\n') {
        return format!("{}:\n{}\n", fact.label, indented(&fact.text));
    }
    format!("{}: {}\n", fact.label, fact.text)
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
