//! A webhook's bytes become events. This is the only place where the JSON of webhooks is understood.
//!
//! The shapes are lenient: what Rollcall does not need is not looked at, so that new events, actions and fields never hurt.

mod installation;
mod issue_comment;
mod issues;
mod repository;
mod shape;
#[cfg(test)]
mod tests;

use crate::domain::{
    event::{Event, What},
    ids::{InstallationId, Place},
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use shape::{Account, Action, Payload};
use std::fmt;

/// What a webhook turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// It says that this happened. A change of an installation happens to each repository it names; an edit may change
    /// title and body. Never empty.
    Events(Vec<Event>),
    /// It concerns nothing that Rollcall follows; why.
    Ignored(String),
    /// It should have been understood, but was not; why.
    Unreadable(String),
}

/// A webhook as it was stored.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// `X-GitHub-Event`.
    pub event: &'a str,
    /// `X-GitHub-Delivery`.
    pub delivery: &'a str,
    /// The bytes as they came.
    pub body: &'a [u8],
    /// When they came; the time of what has no time of its own.
    pub received_at: Timestamp,
}

/// Why there are no events; converted into [`Parsed`] at the end.
enum Stop {
    Ignored(String),
    Unreadable(String),
}

type Events = Result<Vec<Event>, Stop>;

/// Understands a webhook.
#[must_use]
pub fn parse(webhook: Webhook<'_>) -> Parsed {
    let events = match webhook.event {
        "issues" => issues::read(webhook),
        "issue_comment" => issue_comment::read(webhook),
        "repository" => repository::read(webhook),
        "installation" => installation::read(webhook),
        "installation_repositories" => installation::read_repositories(webhook),
        "installation_target" => installation::read_target(webhook),
        name => Err(Stop::Ignored(format!("event `{name}` is not followed"))),
    };
    match events {
        Ok(events) => Parsed::Events(events),
        Err(Stop::Ignored(why)) => Parsed::Ignored(why),
        Err(Stop::Unreadable(why)) => Parsed::Unreadable(why),
    }
}

impl Webhook<'_> {
    fn json<T: DeserializeOwned>(self) -> Result<T, Stop> {
        serde_json::from_slice(self.body).map_err(|error| self.unreadable(error))
    }

    fn unreadable(self, why: impl fmt::Display) -> Stop {
        Stop::Unreadable(format!("event `{}`: {why}", self.event))
    }

    /// The action, when it is one of those that are followed. The rest of a foreign action's JSON is not looked at.
    fn action(self, followed: &[&str]) -> Result<String, Stop> {
        let action = self.json::<Action>()?.action.unwrap_or_default();
        if followed.contains(&action.as_str()) {
            return Ok(action);
        }
        let event = self.event;
        Err(Stop::Ignored(format!(
            "action `{event}.{action}` is not followed"
        )))
    }

    /// What must be there, or the payload cannot be understood.
    fn needed<T>(self, part: Option<T>, name: &str) -> Result<T, Stop> {
        part.ok_or_else(|| self.unreadable(format_args!("`{name}` is missing")))
    }

    fn installation(self, payload: &Payload) -> Result<InstallationId, Stop> {
        let installation = payload.installation.as_ref();
        let id = installation.map(|installation| InstallationId(installation.id));
        id.ok_or_else(|| Stop::Ignored(format!("event `{}` names no installation", self.event)))
    }

    fn place(self, payload: &Payload, issue: Option<u64>) -> Result<Place, Stop> {
        let installation = self.installation(payload)?;
        let repository = self.needed(payload.repository.as_ref(), "repository")?;
        Ok(Place {
            installation,
            repository: repository.known(),
            issue,
        })
    }

    /// The events of one webhook, named after its delivery id; those after the first carry a number too.
    fn events(
        self,
        happened: Vec<(Place, What)>,
        at: Timestamp,
        actor: Option<Account>,
    ) -> Vec<Event> {
        let actor = actor.map(Account::person);
        let numbered = happened.into_iter().enumerate();
        let events = numbered.map(|(index, (place, what))| Event {
            key: match index {
                0 => self.delivery.to_owned(),
                _ => format!("{}.{index}", self.delivery),
            },
            at,
            place,
            rollout: None,
            actor: actor.clone(),
            what,
        });
        events.collect()
    }
}
