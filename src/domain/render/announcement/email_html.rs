//! The announcement as HTML, for mail: headings, paragraphs and one table, with colours left to the reader's program.

use super::{
    email_text::{MOST_COMPONENTS, PEN, why_you},
    escape,
    words::{Fact, Part, Words, words},
};
use crate::domain::announcement::Announcement;

const BODY: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:0 auto;padding:16px";
const CELL: &str =
    "text-align:left;vertical-align:top;padding:4px 16px 4px 0;border-bottom:1px solid #8888";
const QUOTE: &str = "margin:8px 0;padding:0 0 0 12px;border-left:4px solid #8888";
const SMALL: &str = "font-size:14px;opacity:.8";

/// The HTML part of a mail: a whole document that loads nothing, names its language, and is readable on light and dark ground.
#[must_use]
pub fn email_html(announcement: &Announcement) -> String {
    let said = words(announcement, &PEN);
    let heading = match said.title.as_str() {
        "" => String::new(),
        title => format!(
            "<p dir=\"auto\" style=\"margin-top:0\"><strong>{}</strong></p>\n",
            escape::html(title)
        ),
    };
    let message = said.message.as_ref().map(quote).unwrap_or_default();
    let link = said.link.as_ref().map(|link| {
        format!(
            "<p><a href=\"{}\">Details and progress</a></p>\n",
            escape::html(link)
        )
    });
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{headline}</title>\n</head>\n<body style=\"{BODY}\">\n\
         <h1 style=\"font-size:22px;margin-bottom:4px\">{headline}</h1>\n{heading}<p>{lead}</p>\n{message}\
         <h2 style=\"font-size:18px\">{section}</h2>\n{facts}{components}{background}{link}\
         <p style=\"{SMALL}\">{source}.<br>{why}</p>\n</body>\n</html>\n",
        headline = said.headline,
        lead = escape::html(&said.lead),
        section = said.section,
        facts = rows([&said.when, &said.downtime, &said.notice]),
        components = components(&said),
        background = rows(&said.background),
        link = link.unwrap_or_default(),
        source = escape::html(&said.source),
        why = escape::html(&why_you(announcement, &said)),
    )
}

fn broken_lines(text: &str) -> String {
    escape::html(text).replace('\n', "<br>")
}

fn quote(message: &Fact) -> String {
    let label = match message.label {
        "" => String::new(),
        label => format!("<p style=\"margin-bottom:0\"><strong>{label}:</strong></p>\n"),
    };
    format!(
        "{label}<blockquote dir=\"auto\" style=\"{QUOTE}\">{}</blockquote>\n",
        broken_lines(&message.text)
    )
}

fn rows<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> String {
    facts
        .into_iter()
        .map(|fact| {
            format!(
                "<p dir=\"auto\"><strong>{}:</strong> {}</p>\n",
                fact.label,
                broken_lines(&fact.text)
            )
        })
        .collect::<Vec<_>>()
        .concat()
}

fn components(said: &Words) -> String {
    if said.components.is_empty() {
        return "<p><strong>What is updated:</strong> not stated yet</p>\n".to_owned();
    }
    let rows: String = said
        .components
        .iter()
        .take(MOST_COMPONENTS)
        .map(row)
        .collect();
    let more = match said.components.len().saturating_sub(MOST_COMPONENTS) {
        0 => String::new(),
        count => format!("<p>and {count} more</p>\n"),
    };
    format!(
        "<table style=\"border-collapse:collapse\">\n<caption style=\"text-align:left\"><strong>What is updated</strong></caption>\n\
         <tr><th scope=\"col\" style=\"{CELL}\">Component</th><th scope=\"col\" style=\"{CELL}\">Version</th><th scope=\"col\" style=\"{CELL}\">Reason</th></tr>\n\
         {rows}</table>\n{more}"
    )
}

fn row(part: &Part) -> String {
    format!(
        "<tr><th scope=\"row\" dir=\"auto\" style=\"{CELL}\">{}</th><td dir=\"auto\" style=\"{CELL}\">{}</td><td dir=\"auto\" style=\"{CELL}\">{}</td></tr>\n",
        escape::html(&part.name),
        escape::html(&part.versions),
        escape::html(&part.reason)
    )
}
