//! The schema, the documentation and the reader say the same.

use serde_json::Value;

use super::{json_schema, parse, read::file_keys};
use crate::domain::{schedule::parse_duration, yaml};

const DOCUMENTATION: &str = include_str!("../../../docs/policy.md");

/// The YAML examples of the documentation.
fn examples() -> Vec<&'static str> {
    let blocks = DOCUMENTATION.split("```yaml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("an end"))
        .collect()
}

/// Whether a value satisfies a schema, as far as ours use the language. What is not understood is a failure, so that nothing is passed over.
fn holds(schema: &Value, value: &Value, root: &Value) -> bool {
    schema
        .as_object()
        .expect("a schema")
        .iter()
        .all(|(word, rule)| match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "additionalProperties" => true,
            "$ref" => {
                let pointer = rule.as_str().expect("a reference").trim_start_matches('#');
                holds(root.pointer(pointer).expect(pointer), value, root)
            }
            "anyOf" => rule
                .as_array()
                .expect("a list")
                .iter()
                .any(|schema| holds(schema, value, root)),
            "not" => !holds(rule, value, root),
            "enum" => rule.as_array().expect("a list").contains(value),
            "type" => {
                let names: Vec<&str> = rule.as_str().map_or_else(
                    || {
                        rule.as_array()
                            .expect("types")
                            .iter()
                            .filter_map(Value::as_str)
                            .collect()
                    },
                    |name| vec![name],
                );
                names.contains(&kind(value))
            }
            "required" => rule
                .as_array()
                .expect("a list")
                .iter()
                .all(|key| value.get(key.as_str().expect("a key")).is_some()),
            "properties" => value.as_object().is_none_or(|object| {
                let other = schema
                    .get("additionalProperties")
                    .unwrap_or(&Value::Bool(true));
                object
                    .iter()
                    .all(|(key, value)| allowed(rule.get(key).unwrap_or(other), value, root))
            }),
            "items" => value
                .as_array()
                .is_none_or(|list| list.iter().all(|value| holds(rule, value, root))),
            "minItems" => value.as_array().is_none_or(|list| !list.is_empty()),
            "maxItems" => value
                .as_array()
                .is_none_or(|list| list.len() as u64 <= rule.as_u64().expect("a number")),
            "maxLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().expect("a number")),
            "minLength" => value.as_str().is_none_or(|text| !text.is_empty()),
            "minimum" => value
                .as_i64()
                .is_none_or(|number| number >= rule.as_i64().expect("a number")),
            "maximum" => value
                .as_i64()
                .is_none_or(|number| number <= rule.as_i64().expect("a number")),
            "pattern" if rule == "^@" => value.as_str().is_none_or(|text| text.starts_with('@')),
            "pattern" => value
                .as_str()
                .is_none_or(|text| parse_duration(text).is_ok()),
            _ => panic!("`{word}` is not understood"),
        })
        && (schema.get("properties").is_some() || others_hold(schema, value, root))
}

/// `additionalProperties` without `properties`: every key is another one.
fn others_hold(schema: &Value, value: &Value, root: &Value) -> bool {
    match (schema.get("additionalProperties"), value.as_object()) {
        (Some(other), Some(object)) => object.values().all(|value| allowed(other, value, root)),
        _ => true,
    }
}

fn allowed(schema: &Value, value: &Value, root: &Value) -> bool {
    schema
        .as_bool()
        .unwrap_or_else(|| holds(schema, value, root))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn satisfies_schema(text: &str) -> bool {
    let schema = json_schema();
    holds(
        &schema,
        &yaml::parse(text, "f.yml", 1).expect("YAML").to_json(),
        &schema,
    )
}

#[test]
fn every_example_of_the_documentation_is_a_policy() {
    assert!(examples().len() > 3);
    for example in examples() {
        assert_eq!(parse(example, "example").err(), None, "{example}");
        assert!(satisfies_schema(example), "{example}");
    }
}

#[test]
fn the_documentation_names_every_key() {
    for key in file_keys() {
        assert!(DOCUMENTATION.contains(&format!("| `{key}` |")), "{key}");
    }
}

#[test]
fn the_schema_knows_the_keys_that_the_reader_knows() {
    let schema = json_schema();
    let mut known = file_keys();
    known.sort_unstable();
    let mut keys: Vec<&String> = schema["properties"]
        .as_object()
        .expect("keys")
        .keys()
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, known);
}

#[test]
fn what_the_schema_refuses_the_reader_refuses_too() {
    let wrong = [
        "aprovals: {}",
        "notice: soon",
        "notice: 7",
        "approvals: {required: 0}",
        "approvals: {required: many}",
        "approvals: {leave_out: [windows]}",
        "commands: {hodl: write}",
        "commands: {expedite: admin}",
        "commands: {confirm-expedite: admin}",
        "break_glass: {confirm: admin}",
        "break_glass: {who: admin, start: never}",
        "gates: {lunch: {within: 1h}}",
        "gates: {review: {within: soon}}",
        "gates: {announcement: {within: 1d}}",
        "gates: {deployment: {then: cancel}}",
        "gates: {hold: {then: hold}}",
        "gates: {escalate: [ana]}",
        "commands: {approve-deploy: write}",
        "items: {backup: {owner: write}}",
        "waivers: wirte",
        "waivers: [write]",
        "waivers: {user: ana, team: sre}",
        "waivers: {any: []}",
        "waivers: {at_least: {n: 0, of: [write]}}",
        "freezes: [{name: x, from: 2026-12-01}]",
        "freezes: [{from: 2026-12-01, to: 2026-12-02}]",
        "freezes: [{name: z, every: [caturday]}]",
        "templates: {minimal: {template: standard}}",
        "extra_items: maybe",
        "environments: {production: {templates: {}}}",
        "environments: {production: {notice: soon}}",
        "templates: {minimal: {environments: {production: {environments: {}}}}}",
        "items: {backup: {waive: never}}",
        "windows: tue-thu",
        "windows: [7]",
        "windows: [{zone: UTC}]",
        "freezes: [{name: x, dates: 2026-12-25}]",
        "freezes: [{name: x, dates: [2026-12-25], every: [friday]}]",
        "freezes: [{name: x, ics: 7}]",
        "approvals: {required: 2, all: [{from: write}]}",
        "approvals: {all: [{n: 0, from: write}]}",
        "approvals: {any: []}",
        "approvals: {all: [{n: 1}]}",
        "approvals: {all: [write]}",
        "waivers: {exclude: opener}",
        "waivers: {team: sre, exclude: opner}",
    ];
    for text in wrong {
        assert!(!satisfies_schema(text), "{text}");
        assert!(parse(text, "f.yml").is_err(), "{text}");
    }
}

#[test]
fn the_schema_in_the_repository_is_the_generated_one() {
    let committed: Value =
        serde_json::from_str(include_str!("../../../docs/rollcall.schema.json")).expect("JSON");
    if committed == json_schema() {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rollcall.schema.json.new");
    let text = serde_json::to_string_pretty(&json_schema()).expect("JSON");
    std::fs::write(path, text + "\n").expect("the folder can be written to");
    panic!("the schema has changed: look at {path} and move it over `docs/rollcall.schema.json`");
}
