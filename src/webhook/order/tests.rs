use super::*;
use crate::domain::fields::Component;
use proptest::prelude::*;
use serde_json::json;

fn complete() -> Value {
    json!({
        "repository": "acme/shop",
        "template": "security-patch",
        "title": "Patch the shop",
        "purpose": "Close a hole",
        "components": [{ "name": "api", "from": "1.4.1", "to": "1.4.2", "reason": "security update" }],
        "benefits": "No more hole",
        "impact": "none",
        "contact": "@ada",
        "requested_by": "the release train",
        "key": "train-42",
    })
}

fn with(parts: Value) -> Vec<u8> {
    let mut order = complete();
    if let (Value::Object(order), Value::Object(parts)) = (&mut order, parts) {
        order.extend(parts);
    }
    order.to_string().into_bytes()
}

/// The mistakes of an order, one a line.
fn check(body: &[u8]) -> String {
    let mistakes = parse(body).expect_err("the order was taken");
    let lines = mistakes
        .iter()
        .map(|m| format!("{}: {}", m.field, m.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_complete_order_is_read() {
    let order = parse(&with(json!({}))).expect("sound");
    let api = Component {
        name: "api".into(),
        from: "1.4.1".into(),
        to: "1.4.2".into(),
        reason: "security update".into(),
    };
    assert_eq!(order.repository, "acme/shop");
    assert_eq!(order.request.key, "api:train-42");
    assert_eq!(order.request.fields.components, [api]);
    assert_eq!(order.request.fields.purpose, "Close a hole");
    assert_eq!(order.request.template.as_deref(), Some("security-patch"));
    assert!(order.request.fields.missing().is_empty());
}

#[test]
fn an_order_without_a_key_is_known_by_what_it_says() {
    let key = |parts: Value| parse(&with(parts)).expect("sound").request.key;
    let first = key(json!({ "key": null }));
    assert!(
        first.starts_with("api:") && first.len() == "api:".len() + 64,
        "{first}"
    );
    assert_eq!(first, key(json!({ "key": null })));
    assert_ne!(first, key(json!({ "key": null, "title": "Another" })));
    let turned = r#"{"components":[{"name":"api"}],"repository":"a/b"}"#;
    let straight = r#"{ "repository": "a/b", "components": [ {"name":"api"} ] }"#;
    assert_eq!(parse(turned.as_bytes()), parse(straight.as_bytes()));
}

#[test]
fn what_the_issue_asks_for_may_be_missing() {
    let order = json!({ "repository": "acme/shop", "components": [{ "name": "api" }] });
    let order = parse(order.to_string().as_bytes()).expect("sound");
    assert_eq!(
        order.request.fields.missing(),
        ["purpose", "components", "benefits"]
    );
    assert_eq!(order.request.template, None);
}

#[test]
fn every_mistake_is_told_with_its_field() {
    insta::assert_snapshot!(check(b"{"), @": this is not JSON: EOF while parsing an object at line 1 column 1");
    insta::assert_snapshot!(check(b"[]"), @": the order must be a JSON object");
    insta::assert_snapshot!(check(b"{}"), @"
    components: must be a list of 1 to 100 objects with `name`, `from`, `to` and `reason`
    repository: must be `owner/name`
    ");
    insta::assert_snapshot!(check(&with(json!({ "repository": "acme", "purpos": "x", "nonsense": 1 }))), @"
    nonsense: is not known; known are repository, template, title, purpose, components, benefits, impact, contact, rollback_plan, environment, requested_by, key
    purpos: is not known; did you mean `purpose`?
    repository: must be `owner/name`
    ");
    insta::assert_snapshot!(check(&with(json!({ "repository": "../etc/passwd" }))), @"repository: must be `owner/name`");
    insta::assert_snapshot!(check(&with(json!({ "title": "a\r\nb", "purpose": 7 }))), @"
    purpose: must be a text
    title: must be a single line
    ");
    insta::assert_snapshot!(check(&with(json!({ "title": "x".repeat(257), "benefits": "x".repeat(8001) }))), @"
    benefits: is longer than 8000 characters
    title: is longer than 256 characters
    ");
    insta::assert_snapshot!(check(&with(json!({ "components": [1, { "nme": "api" }, { "name": " ", "to": [] }] }))), @"
    components[0]: must be an object
    components[1].nme: is not known; did you mean `name`?
    components[1].name: is missing
    components[2].name: is missing
    components[2].to: must be a text
    ");
    insta::assert_snapshot!(check(&with(json!({ "components": [] }))), @"components: must be a list of 1 to 100 objects with `name`, `from`, `to` and `reason`");
}

proptest! {
    #[test]
    fn an_order_survives_the_inbox(purpose in "\\PC{0,40}", name in "[a-z]{1,9}", to in "[0-9.]{0,9}") {
        let body = with(json!({ "purpose": purpose, "components": [{ "name": name, "to": to }] }));
        let order = parse(&body).expect("sound");
        let stored = serde_json::to_vec(&order).expect("an order can be written");
        prop_assert_eq!(serde_json::from_slice::<Order>(&stored).expect("and read"), order);
    }

    #[test]
    fn no_bytes_are_too_strange(body in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse(&body).is_err());
    }
}
