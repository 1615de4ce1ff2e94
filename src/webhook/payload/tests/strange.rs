//! Payloads that nobody would send.

use super::*;
use proptest::prelude::*;

fn any_json() -> impl Strategy<Value = Value> {
    let keys = "(action|issue|comment|installation|repository|sender|changes|label|number|id|body|title|from|login|[a-z]{1,3})";
    let words = "(opened|edited|created|deleted|transferred|labeled|added|removed|\\PC{0,8})";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(keys, inner, 0..10)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const EVENTS: [&str; 6] = [
    "issues",
    "issue_comment",
    "repository",
    "installation",
    "installation_repositories",
    "release",
];

proptest! {
    #[test]
    fn no_json_is_too_strange(event in prop::sample::select(&EVENTS[..]), body in any_json()) {
        if let Parsed::Events(events) = parse_json(event, &body) {
            prop_assert!(!events.is_empty());
        }
    }

    #[test]
    fn no_bytes_are_too_strange(event in prop::sample::select(&EVENTS[..]), body in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!matches!(parse_bytes(event, &body), Parsed::Events(_)));
    }

    /// A sound payload with one part replaced by anything.
    #[test]
    fn no_part_is_too_strange(
        event in prop::sample::select(&EVENTS[..]),
        action in "(opened|edited|closed|transferred|labeled|created|deleted|renamed|added|removed)",
        part in "(issue|comment|installation|repository|sender|changes|label|repositories|repositories_added)",
        value in any_json(),
    ) {
        let body = payload(&action, json!({ part: value }));
        if let Parsed::Events(events) = parse_json(event, &body) {
            prop_assert!(!events.is_empty());
        }
    }
}
