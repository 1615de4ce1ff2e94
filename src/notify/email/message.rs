//! One mail: headers, and the announcement as text and as HTML.

use super::super::error::NotifyError;
use crate::domain::{
    announcement::Announcement,
    render::announcement::{email_html, email_text, subject},
};
use jiff::Timestamp;
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// Builds the mail. The same input gives the same bytes.
pub(super) fn render(
    from: &Mailbox,
    to: Mailbox,
    key: &str,
    announcement: &Announcement,
) -> Result<Message, NotifyError> {
    let host = from.email.domain().to_owned();
    let root = format!(
        "<rollout-{}@{host}>",
        hash(&[&announcement.rollout, &announcement.audience])
    );
    // Mail knows no date before 1970.
    let date = SystemTime::from(announcement.at.max(Timestamp::UNIX_EPOCH));
    let parts = MultiPart::alternative()
        .boundary(hash(&["boundary", key]))
        .singlepart(SinglePart::plain(email_text(announcement)))
        .singlepart(SinglePart::html(email_html(announcement)));
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(subject(announcement))
        .date(date)
        .message_id(Some(format!("<{}@{host}>", hash(&["message", key]))))
        // Every mail answers a first one that is never sent: so all mails of a rollout to an audience are one thread, whichever of
        // them a reader has got.
        .in_reply_to(root.clone())
        .references(root)
        .raw_header(header("List-Id", list_id(&announcement.audience, &host)))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()))
        .multipart(parts)
        .map_err(NotifyError::MailForm)
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// 32 hexadecimal digits that stand for the texts.
fn hash(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    hex::encode(&digest.finalize()[..16])
}

/// RFC 2919: a name in the sender's domain, by which readers can sort.
fn list_id(audience: &str, host: &str) -> String {
    let label: String = audience
        .chars()
        .take(40)
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    format!("<{}.rollcall.{host}>", label.trim_matches('-'))
}
