//! An announcement in words: one wording, and each channel's form of it.
//!
//! Readers are the people who use what is updated. They are told in whole sentences what happens, why, when, for how long, what they
//! will notice and whom to ask. Everything that people or GitHub wrote is inert: see `inert::messages`.

mod email_html;
mod email_text;
mod telegram;
mod words;

pub use email_html::email_html;
pub use email_text::email_text;
pub use telegram::{telegram_html, telegram_plain};
pub use words::headline;

use super::{
    super::{
        announcement::Announcement, announcement_kind::AnnouncementKind, inert::messages as escape,
    },
    time::render_time,
};

/// What an update says of itself before `/start-deploy`.
pub const NOT_STARTED: &str = "The update has not started yet.";

/// Longest subject, in characters.
const SUBJECT: usize = 120;

/// The subject of a mail: one line of at most 120 characters, which begins with the repository's name in brackets. A title that is
/// too long is cut; the time of a scheduled update is not.
#[must_use]
pub fn subject(announcement: &Announcement) -> String {
    let repository = escape::undecoded(&escape::one_line(&announcement.repository));
    let mut line = headline(announcement.kind).to_owned();
    if let Some(name) = repository
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        line = format!("[{}] {line}", escape::clip(name, 40));
    }
    let time = match (announcement.kind, &announcement.window) {
        (AnnouncementKind::Scheduled, Some(window)) => {
            format!(", {}", render_time(window.start, &announcement.zone))
        }
        _ => String::new(),
    };
    let room = SUBJECT.saturating_sub(escape::units(&line) + escape::units(&time) + ": ".len());
    let title = escape::undecoded(&escape::one_line(&announcement.title));
    match escape::clip(&title, room).as_str() {
        "" => line + &time,
        title => format!("{line}: {title}{time}"),
    }
}

#[cfg(test)]
mod page;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wording;
#[cfg(test)]
mod wording_mail;
