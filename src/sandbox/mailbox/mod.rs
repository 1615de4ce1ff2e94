//! A mailbox on loopback: takes every mail by SMTP and keeps it to be looked at. No TLS, and a login only when a test asks for one, so it
//! must not leave loopback.

mod mime;
mod smtp;

pub use mime::{Part, unfold};

use super::pulse::Pulse;
use crate::clock::Clock;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Oldest mails go when there are more.
const KEPT: usize = 1_000;

/// A mail as it was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Counted from 1.
    pub id: u64,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// When it came.
    pub at: Timestamp,
    /// Everything after DATA, without the stuffed dots.
    pub raw: String,
    /// The mail's headers and parts.
    pub content: Part,
}

impl Mail {
    /// A header, decoded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.content.header(name)
    }

    /// The first part of this content type, decoded: `text/plain`, `text/html`, `text/calendar`.
    #[must_use]
    pub fn part(&self, kind: &str) -> Option<String> {
        self.content.find(kind).map(Part::text)
    }
}

#[derive(Default)]
struct Known {
    last_id: u64,
    mails: Vec<Mail>,
    script: VecDeque<String>,
    /// What `AUTH PLAIN` must say; none while everybody may send.
    login: Option<String>,
}

/// The mailbox. Clones share one state.
#[derive(Clone)]
pub struct Mailbox {
    known: Arc<Mutex<Known>>,
    clock: Clock,
    pulse: Pulse,
}

impl Mailbox {
    /// An empty mailbox.
    #[must_use]
    pub fn new(clock: Clock, pulse: Pulse) -> Self {
        Self {
            known: Arc::default(),
            clock,
            pulse,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.known().mails.clone()
    }

    /// Takes mails only from whoever logs in like this, from now on.
    pub fn expect_login(&self, user: &str, password: &str) {
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        self.known().login = Some(plain);
    }

    fn login(&self) -> Option<String> {
        self.known().login.clone()
    }

    /// Answers a coming RCPT with this line, such as `451 4.7.1 try again later`.
    pub fn refuse(&self, line: &str) {
        self.known().script.push_back(line.to_owned());
    }

    fn scripted(&self) -> Option<String> {
        self.known().script.pop_front()
    }

    fn accept(&self, from: String, to: Vec<String>, raw: String) {
        let at = self.clock.now();
        let mut known = self.known();
        known.last_id += 1;
        let content = Part::parse(&raw);
        let mail = Mail {
            id: known.last_id,
            from,
            to,
            at,
            raw,
            content,
        };
        known.mails.push(mail);
        let surplus = known.mails.len().saturating_sub(KEPT);
        known.mails.drain(..surplus);
        drop(known);
        self.pulse.beat();
    }
}

#[cfg(test)]
mod tests;
