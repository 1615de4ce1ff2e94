//! A rule as JSON: written, read back, and described for editors.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};

use super::{notation_words::PERMISSIONS, rule::Rule};
use crate::domain::yaml;

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = node(&Value::deserialize(deserializer)?);
        Self::read(&node).map_err(|mistakes| {
            D::Error::custom(
                mistakes
                    .first()
                    .map_or("not a rule", |problem| &problem.message),
            )
        })
    }
}

/// The written form of a rule, which [`Rule::read`] reads back.
fn write(rule: &Rule) -> Value {
    let list = |rules: &[Rule]| Value::Array(rules.iter().map(write).collect());
    match rule {
        Rule::Anyone => json!("anyone"),
        Rule::Nobody => json!("nobody"),
        Rule::Opener => json!("opener"),
        Rule::Author => json!("author"),
        Rule::Approver => json!("approver"),
        Rule::Permission(permission) => json!({ "permission": permission }),
        Rule::Users(names) => json!({ "users": names }),
        Rule::Teams(names) => json!({ "teams": names }),
        Rule::Role(name) => json!({ "role": name }),
        Rule::All(rules) => json!({ "all": list(rules) }),
        Rule::Any(rules) => json!({ "any": list(rules) }),
        Rule::AtLeast { n, of } => json!({"at_least": {"n": n, "of": list(of)}}),
        Rule::Not(rule) => json!({ "not": write(rule) }),
    }
}

/// A JSON value in the form that rules are read from; it has no places.
fn node(value: &Value) -> yaml::Node {
    let key = |text: &String| yaml::Key {
        place: (1, 1),
        text: text.clone(),
    };
    let value = match value {
        Value::Null => yaml::Value::Null,
        Value::Bool(yes) => yaml::Value::Bool(*yes),
        Value::Number(number) => yaml::Value::Number(number.clone()),
        Value::String(text) => yaml::Value::Text(text.clone()),
        Value::Array(values) => yaml::Value::List(values.iter().map(node).collect()),
        Value::Object(pairs) => yaml::Value::Map(
            pairs
                .iter()
                .map(|(name, value)| (key(name), node(value)))
                .collect(),
        ),
    };
    yaml::Node {
        place: (1, 1),
        value,
    }
}

impl JsonSchema for Rule {
    fn schema_name() -> Cow<'static, str> {
        "Rule".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rule = generator.subschema_for::<Self>().to_value();
        let rules = json!({"type": "array", "items": rule, "minItems": 1});
        let text = json!({"type": "string", "minLength": 1});
        let names = json!({"type": "array", "items": text, "minItems": 1});
        let permissions = PERMISSIONS.map(|(word, _)| word);
        let exclude =
            json!({"anyOf": [rule, rules], "description": "Who is taken out of it again."});
        let key = |name: &str, value: &Value, says: &str| key(name, value, &exclude, says);
        let counted = json!({
            "type": "object",
            "properties": {"n": {"type": "integer", "minimum": 1}, "of": rules},
            "required": ["n", "of"],
            "additionalProperties": false,
        });
        json_schema!({
            "description": "Who may: a permission or more, a login, a team, a role, or a combination of these.",
            "anyOf": [
                {"enum": ["anyone", "nobody", "opener", "author", "approver"]},
                {"enum": permissions, "description": "This repository permission or a higher one."},
                {"type": "string", "pattern": "^@", "description": "@login or @org/team"},
                key("permission", &json!({"enum": permissions}), "This permission or a higher one."),
                key("user", &text, "One login."),
                key("users", &names, "One of these logins."),
                key("team", &text, "A team: org/slug, or slug for a team of the repository's owner."),
                key("teams", &names, "One of these teams."),
                key("role", &text, "This very repository role, custom ones included."),
                key("all", &rules, "Every one of these."),
                key("any", &rules, "At least one of these."),
                key("at_least", &counted, "At least n of these, for the same person."),
                key("not", &rule, "Everybody but those."),
            ],
        })
    }
}

/// A mapping with this one key, and perhaps `exclude`.
fn key(name: &str, value: &Value, exclude: &Value, says: &str) -> Value {
    json!({
        "type": "object",
        "properties": {name: value, "exclude": exclude},
        "required": [name],
        "additionalProperties": false,
        "description": says,
    })
}
