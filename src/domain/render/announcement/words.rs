//! What is said, before any channel gives it its form.

use super::escape;
use crate::domain::{
    announcement::Announcement,
    announcement_kind::AnnouncementKind as Kind,
    fields::Component,
    render::time::{render_duration, render_window},
};
use jiff::SignedDuration;

/// The news in two or three words.
#[must_use]
pub fn headline(kind: Kind) -> &'static str {
    match kind {
        Kind::Planned => "Update planned",
        Kind::Scheduled => "Update scheduled",
        Kind::Expedited => "Emergency update",
        Kind::Started => "Update started",
        Kind::Update => "How the update stands",
        Kind::Completed => "Update completed",
        Kind::RolledBack => "Update rolled back",
        Kind::Cancelled => "Update cancelled",
    }
}

/// The sentences of an announcement; every text in it is clean and no longer than the channel can bear.
pub(super) struct Words {
    pub(super) headline: &'static str,
    pub(super) title: String,
    /// One to three sentences: what the reader must know, and do.
    pub(super) lead: String,
    /// What a person added. The label is `Reason` or `Note`, or empty when the lead announces it.
    pub(super) message: Option<Fact>,
    /// Heading of what follows.
    pub(super) section: &'static str,
    pub(super) when: Fact,
    pub(super) downtime: Fact,
    pub(super) notice: Fact,
    pub(super) components: Vec<Part>,
    /// Why it is done, what it brings, whom to ask; only what is known.
    pub(super) background: Vec<Fact>,
    pub(super) link: Option<String>,
    /// Who announced it, and for which repository.
    pub(super) source: String,
}

/// The label under which the contact stands.
pub(super) const QUESTIONS: &str = "Questions";

/// A label and what is to be said under it.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: String,
}

/// One component: its name, `from 1 to 2`, the reason. The last two may be empty.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) versions: String,
    pub(super) reason: String,
}

impl Part {
    /// `api: from 1.4.1 to 1.4.2 (security update)`.
    pub(super) fn sentence(&self) -> String {
        let mut said = self.name.clone();
        if !self.versions.is_empty() {
            said = format!("{said}: {}", self.versions);
        }
        if !self.reason.is_empty() {
            said = format!("{said} ({})", self.reason);
        }
        said
    }
}

/// How a channel takes foreign text: how much of it, and whether it must be kept from becoming mentions.
pub(super) struct Pen {
    /// Every limit is multiplied by this.
    pub(super) room: usize,
    /// Applied before the text is clipped.
    pub(super) inert: fn(&str) -> String,
}

impl Pen {
    fn line(&self, text: &str, limit: usize) -> String {
        let limit = limit * self.room;
        escape::clip(
            &(self.inert)(&escape::one_line(&escape::beginning(text, limit))),
            limit,
        )
    }

    fn lines(&self, text: &str, limit: usize) -> String {
        let limit = limit * self.room;
        escape::clip(
            &(self.inert)(&escape::lines(&escape::beginning(text, limit))),
            limit,
        )
    }

    fn part(&self, component: &Component) -> Part {
        let (from, to) = (self.line(&component.from, 60), self.line(&component.to, 60));
        Part {
            name: match self.line(&component.name, 80) {
                name if name.is_empty() => "(not named)".to_owned(),
                name => name,
            },
            versions: match (from.as_str(), to.as_str()) {
                ("", "") => String::new(),
                ("", to) => format!("to {to}"),
                (from, "") => format!("from {from}"),
                (from, to) => format!("from {from} to {to}"),
            },
            reason: self.line(&component.reason, 120),
        }
    }
}

/// Finds the words for an announcement.
pub(super) fn words(a: &Announcement, pen: &Pen) -> Words {
    Words {
        headline: headline(a.kind),
        title: pen.line(&a.title, 200),
        lead: lead(a),
        message: message(a, pen),
        section: section(a.kind),
        when: Fact {
            label: "When",
            text: a
                .window
                .as_ref()
                .map_or_else(|| "not fixed yet".to_owned(), |w| render_window(w, &a.zone)),
        },
        downtime: Fact {
            label: "Expected downtime",
            text: downtime(a),
        },
        notice: Fact {
            label: "What you will notice",
            text: known(pen.lines(&a.impact, 600)).unwrap_or_else(|| "not stated yet".to_owned()),
        },
        components: a
            .components
            .iter()
            .map(|component| pen.part(component))
            .collect(),
        background: background(a, pen),
        link: escape::web_address(&a.link).map(ToOwned::to_owned),
        source: source(a, pen),
    }
}

fn known(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn lead(a: &Announcement) -> String {
    let said = match a.kind {
        Kind::Planned => {
            "An update is being prepared. Nothing has changed yet. If you have concerns, please tell us now."
        }
        Kind::Scheduled => {
            "The time of the update is set. If you were told another time before, this one counts. If it does not suit you, please tell us before it starts."
        }
        Kind::Expedited => {
            "An emergency does not leave time for the usual steps: the update may start at any moment, without the usual notice. We will tell you when it starts and when it is done."
        }
        Kind::Started => return started(expected(a)),
        Kind::Update if a.message.trim().is_empty() => "The update is under way.",
        Kind::Update => "Here is the latest on the update.",
        Kind::Completed => {
            "The update is done. The new versions are in use. How did it go for you? Please say so on the issue, from 1 (badly) to 5 (well)."
        }
        Kind::RolledBack => "The update is being taken back: we return to the previous versions.",
        Kind::Cancelled => "The update will not take place.",
    };
    said.to_owned()
}

fn started(downtime: Option<SignedDuration>) -> String {
    let interruption = match downtime {
        None => String::new(),
        Some(none) if none.is_zero() => " No downtime is expected.".to_owned(),
        Some(time) => format!(
            " Please expect about {} of downtime.",
            render_duration(time)
        ),
    };
    format!("The update has started.{interruption} We will tell you when it is done.")
}

/// The downtime as answered; what is below zero counts as none.
fn expected(a: &Announcement) -> Option<SignedDuration> {
    a.window
        .as_ref()
        .and_then(|w| w.downtime)
        .map(|time| time.max(SignedDuration::ZERO))
}

fn downtime(a: &Announcement) -> String {
    match expected(a) {
        None => "not stated yet".to_owned(),
        Some(none) if none.is_zero() => "no downtime expected".to_owned(),
        Some(time) => format!("about {}", render_duration(time)),
    }
}

fn message(a: &Announcement, pen: &Pen) -> Option<Fact> {
    let label = match a.kind {
        Kind::Expedited | Kind::RolledBack | Kind::Cancelled => "Reason",
        Kind::Update => "",
        _ => "Note",
    };
    known(pen.lines(&a.message, 900)).map(|text| Fact { label, text })
}

/// After the end, what follows is no longer a forecast.
fn section(kind: Kind) -> &'static str {
    match kind {
        Kind::Completed | Kind::RolledBack | Kind::Cancelled => "What was announced",
        _ => "About this update",
    }
}

fn background(a: &Announcement, pen: &Pen) -> Vec<Fact> {
    let contact = known(pen.lines(&a.contact, 300)).or_else(|| {
        escape::web_address(&a.link).map(|_| "please ask on the page linked below".to_owned())
    });
    let facts = [
        ("Why", known(pen.lines(&a.purpose, 500))),
        ("What it brings", known(pen.lines(&a.benefits, 400))),
        (QUESTIONS, contact),
    ];
    facts
        .into_iter()
        .filter_map(|(label, text)| text.map(|text| Fact { label, text }))
        .collect()
}

fn source(a: &Announcement, pen: &Pen) -> String {
    let repository = pen.line(&a.repository, 140);
    match a.by.as_deref().map(|by| pen.line(by, 60)).and_then(known) {
        Some(by) => format!("Announced by {by} for {repository}"),
        None => format!("Announced for {repository}"),
    }
}
