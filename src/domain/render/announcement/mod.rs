//! An announcement in words: one wording, and each channel's form of it.
//!
//! Readers are the people who use what is updated. They are told in whole sentences what happens, why, when, for how long, what they
//! will notice and whom to ask. Everything that people or GitHub wrote is inert: see `escape`.

mod email_html;
mod email_text;
mod escape;
mod telegram;
mod when;
mod words;

pub use email_html::email_html;
pub use email_text::email_text;
pub use telegram::{telegram_html, telegram_plain};
pub use words::headline;

use super::super::{announcement::Announcement, announcement_kind::AnnouncementKind};

/// Longest subject, in characters.
const SUBJECT: usize = 120;

/// The subject of a mail: one line of at most 120 characters, which begins with the repository's name in brackets.
#[must_use]
pub fn subject(announcement: &Announcement) -> String {
    let repository = escape::one_line(&announcement.repository);
    let name = repository.rsplit('/').next().unwrap_or_default();
    let mut news = headline(announcement.kind).to_owned();
    if let (AnnouncementKind::Scheduled, Some(window)) = (announcement.kind, &announcement.window) {
        news = format!("{news} for {}", when::start(window, &announcement.zone));
    }
    let prefix = match name {
        "" => String::new(),
        name => format!("[{}] ", escape::clip(name, 40)),
    };
    let title = escape::one_line(&announcement.title);
    let line = match title.as_str() {
        "" => format!("{prefix}{news}"),
        title => format!("{prefix}{news}: {title}"),
    };
    escape::clip(&line, SUBJECT)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
