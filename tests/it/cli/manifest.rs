//! `app-manifest.yml` asks for what the code uses, and for nothing else.

use super::rollcall;
use crate::examples::examples;
use rollcall::{
    github::{permissions::needed, routes::Access},
    webhook::payload::{Parsed, Webhook, parse},
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Manifest {
    default_permissions: BTreeMap<String, String>,
    default_events: BTreeSet<String>,
}

fn manifest() -> Manifest {
    serde_saphyr::from_str(&rollcall(&["manifest"]).out).expect("the manifest is YAML")
}

#[test]
fn its_permissions_are_those_that_the_calls_to_github_need() {
    let needed = needed().into_iter().map(|(name, access)| {
        let access = match access {
            Access::Read => "read",
            Access::Write => "write",
        };
        (name.to_owned(), access.to_owned())
    });
    assert_eq!(manifest().default_permissions, needed.collect());
}

/// GitHub sends the events of installations to every App; they cannot be asked for.
#[test]
fn its_events_are_those_that_are_followed() {
    let mut followed = BTreeSet::new();
    for example in examples() {
        let event = &example.event;
        let body = example.payload.to_string();
        let parsed = parse(Webhook {
            event,
            delivery: "d",
            body: body.as_bytes(),
            received_at: "2026-11-02T10:00:00Z".parse().expect("a time"),
        });
        let foreign = Parsed::Ignored(format!("event `{event}` is not followed"));
        if parsed != foreign && !event.starts_with("installation") {
            followed.insert(event.clone());
        }
    }
    assert_eq!(manifest().default_events, followed);
}
