//! What the App must be granted, and told.

use crate::examples::examples;
use rollcall::{
    github::permissions,
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
    serde_saphyr::from_str(rollcall::cli::APP_MANIFEST).expect("the manifest is YAML")
}

#[test]
fn the_manifest_asks_for_what_the_routes_need_and_for_nothing_else() {
    let manifest: Manifest =
        serde_saphyr::from_str(rollcall::cli::APP_MANIFEST).expect("the manifest is YAML");
    let needed: BTreeMap<String, String> = permissions::needed()
        .into_iter()
        .map(|(name, access)| (name.to_owned(), access.name().to_owned()))
        .collect();
    assert_eq!(manifest.default_permissions, needed);
}

/// These come without being asked for.
const ALWAYS_SENT: [&str; 3] = [
    "installation",
    "installation_repositories",
    "installation_target",
];

#[test]
fn the_manifest_asks_for_the_events_that_are_followed_and_for_no_others() {
    let events: BTreeSet<String> = examples()
        .into_iter()
        .map(|example| example.event)
        .chain(ALWAYS_SENT.map(str::to_owned))
        .collect();
    assert!(events.len() > 50, "GitHub has many events: {events:?}");
    let mut followed: BTreeSet<String> = events
        .into_iter()
        .filter(|event| is_followed(event))
        .collect();
    for event in ALWAYS_SENT {
        assert!(followed.remove(event), "{event}");
    }
    assert_eq!(manifest().default_events, followed);
}

fn is_followed(event: &str) -> bool {
    let received_at = jiff::Timestamp::UNIX_EPOCH;
    let parsed = parse(Webhook {
        event,
        delivery: "1",
        body: b"{}",
        received_at,
    });
    !matches!(parsed, Parsed::Ignored(why) if why == format!("event `{event}` is not followed"))
}
