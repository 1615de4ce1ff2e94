//! The announcement as a Telegram message: HTML of the few tags that Telegram knows, and plain text for when it is refused.

use super::{
    escape,
    words::{Fact, Part, Pen, Words, words},
};
use crate::domain::{announcement::Announcement, announcement_kind::AnnouncementKind as Kind};

/// Most UTF-16 units of a message after its tags have been read (Bot API, `sendMessage`).
const LIMIT: usize = 4096;

const PEN: Pen = Pen {
    room: 1,
    inert: escape::unlinked,
};

enum Span {
    Plain(String),
    Bold(String),
    Italic(String),
    Quote(String),
    Link { text: &'static str, address: String },
}

type Line = Vec<Span>;

/// The message with `parse_mode` HTML. At most 4,096 UTF-16 units once its tags are read: long texts are cut with an ellipsis, and
/// of many components the last ones are only counted.
#[must_use]
pub fn telegram_html(announcement: &Announcement) -> String {
    written(&layout(announcement), html)
}

/// The same message without any formatting, for when Telegram cannot read the other.
#[must_use]
pub fn telegram_plain(announcement: &Announcement) -> String {
    written(&layout(announcement), plain)
}

fn written(lines: &[Line], span: fn(&Span) -> String) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| line.iter().map(span).collect())
        .collect();
    lines.join("\n")
}

fn html(span: &Span) -> String {
    match span {
        Span::Plain(text) => escape::html(text),
        Span::Bold(text) => format!("<b>{}</b>", escape::html(text)),
        Span::Italic(text) => format!("<i>{}</i>", escape::html(text)),
        Span::Quote(text) => format!("<blockquote>{}</blockquote>", escape::html(text)),
        Span::Link { text, address } => format!("<a href=\"{}\">{text}</a>", escape::html(address)),
    }
}

fn plain(span: &Span) -> String {
    match span {
        Span::Plain(text) | Span::Bold(text) | Span::Italic(text) | Span::Quote(text) => {
            text.clone()
        }
        Span::Link { text, address } => format!("{text}: {address}"),
    }
}

/// The lines; the components get the room that the rest leaves.
fn layout(announcement: &Announcement) -> Vec<Line> {
    let said = words(announcement, &PEN);
    let mut head = head(announcement.kind, &said);
    let tail = tail(&said);
    let used = length(&head) + length(&tail);
    head.extend(components(&said.components, LIMIT.saturating_sub(used)));
    head.extend(tail);
    head
}

/// UTF-16 units with the line ends, counted on the plain form, which is never shorter than what the tags leave.
fn length(lines: &[Line]) -> usize {
    lines
        .iter()
        .flatten()
        .map(|span| escape::units(&plain(span)))
        .sum::<usize>()
        + lines.len()
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Planned => "📝",
        Kind::Scheduled => "📅",
        Kind::Expedited => "🚨",
        Kind::Started => "▶️",
        Kind::Update => "ℹ️",
        Kind::Completed => "✅",
        Kind::RolledBack => "↩️",
        Kind::Cancelled => "🚫",
    }
}

fn head(kind: Kind, said: &Words) -> Vec<Line> {
    let mut lines = vec![vec![
        Span::Plain(format!("{} ", sign(kind))),
        Span::Bold(said.headline.to_owned()),
    ]];
    if !said.title.is_empty() {
        lines.push(vec![Span::Plain(said.title.clone())]);
    }
    lines.extend([vec![], vec![Span::Plain(said.lead.clone())]]);
    if let Some(message) = &said.message {
        lines.push(vec![]);
        if !message.label.is_empty() {
            lines.push(vec![Span::Bold(format!("{}:", message.label))]);
        }
        lines.push(vec![Span::Quote(message.text.clone())]);
    }
    lines.extend([vec![], vec![Span::Bold(said.section.to_owned())]]);
    lines.extend([&said.when, &said.downtime, &said.notice].map(fact));
    lines
}

fn fact(fact: &Fact) -> Line {
    vec![
        Span::Bold(format!("{}:", fact.label)),
        Span::Plain(format!(" {}", fact.text)),
    ]
}

fn components(parts: &[Part], room: usize) -> Vec<Line> {
    let title = vec![Span::Bold("What is updated:".to_owned())];
    if parts.is_empty() {
        return vec![
            [title, vec![Span::Plain(" not stated yet".to_owned())]]
                .into_iter()
                .flatten()
                .collect(),
        ];
    }
    let mut lines = vec![title];
    for (index, part) in parts.iter().enumerate() {
        let line = vec![Span::Plain(format!("• {}", part.sentence()))];
        let rest = parts.len() - index - 1;
        let more = if rest == 0 { 0 } else { length(&[more(rest)]) };
        if length(&lines) + length(std::slice::from_ref(&line)) + more > room {
            lines.push(self::more(rest + 1));
            break;
        }
        lines.push(line);
    }
    lines
}

fn more(count: usize) -> Line {
    vec![Span::Plain(format!("• and {count} more"))]
}

fn tail(said: &Words) -> Vec<Line> {
    let mut lines: Vec<Line> = said.background.iter().map(fact).collect();
    lines.push(vec![]);
    if let Some(link) = &said.link {
        lines.push(vec![Span::Link {
            text: "Details and progress",
            address: link.clone(),
        }]);
    }
    lines.push(vec![Span::Italic(said.source.clone())]);
    lines
}
