//! The JSON Schema of `.github/rollcall.yml`, from which editors complete and check it while it is written.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{
    Rule,
    freeze_read::{DAYS, LONGEST_NAME, MOST, MOST_DATES},
    gates_read::{break_glass_schema, gates_schema},
    read::elsewhere,
    read_approvals::{MOST_PEOPLE, SIGNED},
};
use crate::domain::command::CommandName;

/// The schema, in the dialect of 2020-12. It is a little more generous than [`super::parse`], which also looks at names of zones and at dates.
#[must_use]
pub fn json_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let rule = generator.subschema_for::<Rule>().to_value();
    let mut keys = shared_keys(&rule);
    let environments = |layer: &Value| {
        json!({
            "type": ["object", "null"],
            "description": "What differs for rollouts to an environment, by its name.",
            "additionalProperties": layer,
        })
    };
    let environment = object(&keys, "What differs for rollouts to this environment.");
    keys["environments"] = environments(&environment);
    let template = object(&keys, "What differs for rollouts of this template.");
    keys["template"] = text("Template of a rollout that names none; `standard` when not said.");
    keys["templates"] = json!({
        "type": ["object", "null"],
        "description": "What differs for rollouts of a template, by its name.",
        "additionalProperties": template,
    });
    let mut schema = object(&keys, "Who may do what in a rollout, and when.");
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Rollcall policy");
    schema["$defs"] = generator.take_definitions(true).into();
    schema["$defs"]["Part"] = part(&rule);
    schema["$defs"]["Gates"] = gates_schema();
    schema["$defs"]["BreakGlass"] = break_glass_schema(&rule);
    // An empty file is a policy as well: the default one.
    schema["type"] = json!(["object", "null"]);
    schema
}

/// The keys that the file and its templates have in common.
fn shared_keys(rule: &Value) -> Value {
    let who = |says: &str| {
        let mut rule = rule.clone();
        rule["description"] = json!(says);
        rule
    };
    json!({
        "zone": text("IANA zone in which times without a zone are read and shown; `UTC` when not said."),
        "audiences": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "description": "Audiences that are told; the operator must have granted them to this repository.",
        },
        "notice": duration("Least time between the stakeholder announcement and the start; `24h` when not said."),
        "ticks": who("Who may tick where neither the item nor the template says so; `write` when not said."),
        "deployers": who("Who may start, promote, abort and roll back; `write` when not said. Whom it excludes as opener, author or approver may abort and roll back all the same."),
        "waivers": who("Who may waive an item; `maintain` when not said."),
        "commands": commands(rule),
        "items": items(rule),
        "extra_items": {
            "enum": ["optional", "required"],
            "description": "Whether tasks that people add beside the items of a phase are required; `optional` when not said.",
        },
        "approvals": approvals(&who("Who may approve; `write` when not said.")),
        "freezes": freezes(),
        "windows": windows(),
        "gates": {"$ref": "#/$defs/Gates"},
        "break_glass": {"$ref": "#/$defs/BreakGlass"},
    })
}

fn commands(rule: &Value) -> Value {
    let open = |name: &CommandName| elsewhere(*name).is_none();
    let keys = CommandName::ALL
        .into_iter()
        .filter(open)
        .map(|name| (name.word().to_owned(), rule.clone()));
    object(
        &Value::Object(keys.collect()),
        "Who may use a command, where it differs from the default.",
    )
}

fn items(rule: &Value) -> Value {
    let mut waive = rule.clone();
    waive["description"] = json!("Who may leave it out; `nobody` when nobody may.");
    let keys = json!({"who": rule, "required": {"type": "boolean"}, "waive": waive});
    json!({
        "type": ["object", "null"],
        "description": "Single items of the checklist, by their id.",
        "additionalProperties": object(&keys, "Who may tick it, whether it is required, and who may leave it out."),
    })
}

fn approvals(from: &Value) -> Value {
    let people = |says: &str| json!({"type": "integer", "minimum": 1, "maximum": MOST_PEOPLE, "description": says});
    let parts = json!({"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 1});
    let said = |name: &str, says: &str| {
        let mut parts = parts.clone();
        parts["description"] = json!(says);
        (name.to_owned(), parts)
    };
    let all = said("all", "Every one of these parts, by distinct people.");
    let any = said("any", "At least one of these parts.");
    let mut keys = json!({
        "required": people("How many distinct people must approve; 2 when not said."),
        "from": from,
        "not_opener": {"type": "boolean", "description": "Whether the one who opened the rollout is left out; true when not said."},
        "not_author": {"type": "boolean", "description": "Whether those who wrote the change, as far as they are known, or changed what would be deployed, are left out; true when not said."},
        "expire": duration("How long an approval holds; `7d` when not said."),
        "leave_out": {
            "type": ["array", "null"],
            "items": {"enum": SIGNED.map(|(word, _)| word)},
            "description": "What an approval does not sign: it stays valid when this changes.",
        },
    });
    for (name, parts) in [all, any] {
        keys[name] = parts;
    }
    let mut approvals = object(&keys, "How many must approve, and who.");
    // One quorum, said in one way.
    let two = |one: &str, other: &str| json!({"required": [one, other]});
    approvals["not"] = json!({"anyOf": [
        two("all", "any"), two("all", "required"), two("all", "from"), two("any", "required"), two("any", "from"),
    ]});
    approvals
}

/// A part of a quorum, for the definitions of the schema.
fn part(rule: &Value) -> Value {
    let parts = json!({"type": "array", "items": {"$ref": "#/$defs/Part"}, "minItems": 1});
    let one = |keys: Value, required: &str| json!({"type": "object", "properties": keys, "required": [required], "additionalProperties": false});
    let n = json!({"type": "integer", "minimum": 1, "maximum": MOST_PEOPLE});
    json!({
        "description": "So many people of whom, or a combination of such parts.",
        "anyOf": [
            one(json!({"n": n, "from": rule}), "from"),
            one(json!({"all": parts}), "all"),
            one(json!({"any": parts}), "any"),
        ],
    })
}

/// Days of every week, or a stretch of it in words.
fn every() -> Value {
    let days =
        json!({"type": "array", "items": {"enum": DAYS.map(|(word, _)| word)}, "minItems": 1});
    let words =
        text("A stretch of every week: `sat-sun`, `mon-fri 09:00-17:00`, `fri 16:00 - mon 06:00`.");
    json!({"anyOf": [days, words]})
}

fn freezes() -> Value {
    let mut name = text("What people call it.");
    name["maxLength"] = json!(LONGEST_NAME);
    let zone = text("IANA zone in which it is read; the file's when not said.");
    let moment = text("A date, or a date with a time.");
    let freeze = |keys: &[(&str, Value)]| {
        let mut all = json!({"name": name, "zone": zone});
        let mut required = vec!["name"];
        for (key, value) in keys {
            all[key] = value.clone();
            required.push(key);
        }
        let mut freeze = object(&all, "A freeze.");
        freeze["type"] = json!("object");
        freeze["required"] = json!(required);
        freeze
    };
    let dates = json!({"type": ["array", "null"], "items": text("A day: 2026-12-25."), "maxItems": MOST_DATES});
    let ics = text("Path of a calendar file in this repository.");
    json!({
        "type": ["array", "null"],
        "description": "Times in which no window may lie; at most ten of them with `ics`.",
        "maxItems": MOST,
        "items": {"anyOf": [
            freeze(&[("from", moment.clone()), ("to", moment.clone())]),
            freeze(&[("every", every())]),
            freeze(&[("dates", dates)]),
            freeze(&[("ics", ics)]),
        ]},
    })
}

fn windows() -> Value {
    let zone = text("IANA zone in which it is read; the file's when not said.");
    let mut whole = object(&json!({"every": every(), "zone": zone}), "A window.");
    whole["type"] = json!("object");
    whole["required"] = json!(["every"]);
    json!({
        "type": ["array", "null"],
        "description": "Times of the week in which windows may lie; always when not said.",
        "maxItems": MOST,
        "items": {"anyOf": [every(), whole]},
    })
}

pub(super) fn object(keys: &Value, says: &str) -> Value {
    json!({"type": ["object", "null"], "description": says, "properties": keys, "additionalProperties": false})
}

fn text(says: &str) -> Value {
    json!({"type": "string", "description": says})
}

pub(super) fn duration(says: &str) -> Value {
    json!({"type": "string", "pattern": "^\\s*([0-9]+\\s*[A-Za-z]+\\s*)+$", "description": says})
}
