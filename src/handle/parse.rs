//! An arrival as events: from GitHub's JSON, from the API's, or from a stored event.

use crate::{
    domain::event::Event,
    store::{LeasedArrival, Outcome, Source},
    webhook::{
        order::{self, Order},
        payload,
    },
};

/// What an arrival says.
pub(super) enum Parsed {
    /// These happened.
    Events(Vec<Event>),
    /// Somebody asks for a rollout, and GitHub must be asked where.
    Order(Box<Order>),
    /// There is nothing to do.
    Finished(Outcome),
}

pub(super) fn parse(arrival: &LeasedArrival) -> Parsed {
    match arrival.kind.as_str() {
        "event" if arrival.source != Source::Github => {
            match serde_json::from_slice::<Event>(&arrival.body) {
                Ok(event) => Parsed::Events(vec![event]),
                Err(error) => Parsed::Finished(Outcome::Unreadable(error.to_string())),
            }
        }
        order::KIND if arrival.source != Source::Github => {
            match serde_json::from_slice::<Order>(&arrival.body) {
                Ok(order) => Parsed::Order(Box::new(order)),
                Err(error) => Parsed::Finished(Outcome::Unreadable(error.to_string())),
            }
        }
        kind => match payload::parse(webhook(arrival, kind)) {
            payload::Parsed::Events(events) => Parsed::Events(events),
            payload::Parsed::Ignored(reason) => Parsed::Finished(Outcome::Ignored(reason)),
            payload::Parsed::Unreadable(reason) => Parsed::Finished(Outcome::Unreadable(reason)),
        },
    }
}

fn webhook<'a>(arrival: &'a LeasedArrival, event: &'a str) -> payload::Webhook<'a> {
    payload::Webhook {
        event,
        delivery: &arrival.key,
        body: &arrival.body,
        received_at: arrival.received_at,
    }
}
