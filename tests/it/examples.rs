//! GitHub's own example webhooks, all of them.

use rollcall::webhook::payload::{Parsed, Webhook, parse};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// One example: the event's name and the payload.
pub struct Example {
    pub event: String,
    pub payload: Value,
}

/// The examples of the package `@octokit/webhooks-examples`.
pub fn examples() -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/partners/node_modules/@octokit/webhooks-examples/api.github.com/index.json");
    let text = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run tests/partners/install.sh", path.display())
    });
    let index: Vec<Value> = serde_json::from_slice(&text).expect("the index is a list");
    let examples = index.into_iter().flat_map(|event| {
        let name = event["name"]
            .as_str()
            .expect("an event has a name")
            .to_owned();
        let payloads = event["examples"]
            .as_array()
            .cloned()
            .expect("an event has examples");
        payloads.into_iter().map(move |payload| Example {
            event: name.clone(),
            payload,
        })
    });
    examples.collect()
}

fn parse_example(event: &str, payload: &Value) -> Parsed {
    let body = payload.to_string();
    parse(Webhook {
        event,
        delivery: "example",
        body: body.as_bytes(),
        received_at: "2026-11-02T10:00:00Z".parse().expect("a time"),
    })
}

#[test]
fn every_example_of_github_is_understood_or_ignored() {
    let examples = examples();
    assert_eq!(examples.len(), 329);
    for Example { event, payload } in examples {
        let parsed = parse_example(&event, &payload);
        assert!(
            !matches!(parsed, Parsed::Unreadable(_)),
            "{event}: {parsed:?}"
        );
    }
}

/// Few examples name an installation; with one, all that are followed become events.
#[test]
fn every_followed_example_becomes_events() {
    let mut followed: BTreeMap<String, usize> = BTreeMap::new();
    for Example { event, mut payload } in examples() {
        if payload.get("installation").is_none() {
            payload["installation"] = json!({ "id": 1 });
        }
        match parse_example(&event, &payload) {
            Parsed::Events(events) => *followed.entry(event).or_default() += events.len(),
            Parsed::Ignored(why) => assert!(
                ["is not followed", "names no repository", "was moved here"]
                    .iter()
                    .any(|known| why.contains(known)),
                "{event}: {why}"
            ),
            Parsed::Unreadable(why) => panic!("{event}: {why}"),
        }
    }
    insta::assert_debug_snapshot!(followed, @r#"
    {
        "installation": 7,
        "installation_repositories": 3,
        "issue_comment": 9,
        "issues": 13,
        "repository": 4,
    }
    "#);
}
