//! The keys of the front matter: name, title, fields and items.

use super::FrontItem;
use super::reader::{Reader, from_word, has, words};
use crate::domain::fields;
use crate::domain::policy::Rule;
use crate::domain::template::{Field, FieldKind, Gate, ItemActor};
use crate::domain::yaml::{Key, Node, Value};

const FIELD_KEYS: [&str; 5] = ["id", "label", "required", "kind", "hint"];
const ITEM_KEYS: [&str; 5] = ["required", "gate", "who", "announcement", "by"];
/// The fields a rollout has; a template chooses among them.
pub(in crate::domain) const FIELDS: [&str; 6] = [
    "purpose",
    "components",
    "benefits",
    "impact",
    "contact",
    "rollback-plan",
];
const GATES: [&str; 4] = ["approval", "announcement", "details", "schedule"];
const ANNOUNCEMENTS: [&str; 3] = ["planned", "scheduled", "update"];
const PLACEHOLDERS: [&str; 3] = ["components", "purpose", "name"];

/// Components are a table, every other field is a text.
fn natural_kind(field: &str) -> FieldKind {
    if field == "components" {
        FieldKind::Components
    } else {
        FieldKind::Text
    }
}

impl Reader<'_> {
    pub(super) fn slug(&mut self, node: &Node) -> String {
        let name = self.text(node);
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(good) {
            self.say(
                node.place,
                format!("`{name}` cannot be a name"),
                "use lowercase letters, digits and hyphens",
            );
        }
        name
    }

    pub(super) fn environment(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node);
        fields::environment(&text).unwrap_or_else(|message| {
            self.say(node.place, message, "use letters, digits and hyphens");
            None
        })
    }

    pub(super) fn title(&mut self, node: &Node) -> String {
        let title = self.text(node);
        for part in title.split('{').skip(1) {
            let word = part.split('}').next().unwrap_or_default();
            if !PLACEHOLDERS.contains(&word) {
                self.unknown("placeholder", word, node.place, &PLACEHOLDERS);
            }
        }
        title
    }

    pub(super) fn fields(&mut self, node: &Node) -> Vec<Field> {
        let Value::List(nodes) = &node.value else {
            self.say(
                node.place,
                format!("expected a list, found {}", node.kind()),
                "start each field with `- id: …`",
            );
            return Vec::new();
        };
        let mut fields: Vec<Field> = Vec::new();
        for node in nodes {
            let field = self.field(node);
            if fields.iter().any(|other| other.id == field.id) {
                self.say(
                    node.place,
                    format!("the field `{}` is here twice", field.id),
                    "remove one of them",
                );
            }
            fields.push(field);
        }
        fields
    }

    pub(super) fn field(&mut self, node: &Node) -> Field {
        let mut field = Field {
            id: String::new(),
            label: String::new(),
            required: false,
            kind: FieldKind::Text,
            hint: String::new(),
        };
        let mut kind = None;
        for (key, node) in self.map(node, &FIELD_KEYS) {
            match key.text.as_str() {
                "id" => {
                    field.id = self
                        .one_of("field", node, &FIELDS, |word| Some(word.to_owned()))
                        .unwrap_or_default();
                }
                "label" => field.label = self.text(node),
                "required" => field.required = self.bool(node),
                "kind" => kind = self.one_of("kind", node, &["text", "components"], from_word),
                _ => field.hint = self.text(node),
            }
        }
        let natural = natural_kind(&field.id);
        field.kind = kind.unwrap_or(natural);
        if field.kind != natural {
            self.say(
                node.place,
                format!("the field `{}` cannot be of this kind", field.id),
                "remove the key `kind`",
            );
        }
        if field.label.is_empty() {
            self.say(
                node.place,
                "a field lacks its `label`",
                "add the heading of its section as `label: …`",
            );
        }
        if !has(node, "id") {
            self.say(
                node.place,
                "a field lacks its `id`",
                format!("it is one of {}", words(&FIELDS)),
            );
        }
        field
    }

    pub(super) fn items(&mut self, node: &Node) -> Vec<FrontItem> {
        let Value::Map(pairs) = &node.value else {
            let hint = "write one line for each item: `backup: {required: true}`";
            self.say(
                node.place,
                format!("expected a mapping, found {}", node.kind()),
                hint,
            );
            return Vec::new();
        };
        pairs
            .iter()
            .map(|(key, node)| self.item(key, node))
            .collect()
    }

    /// A rule as it is written, once it has been understood.
    fn rule(&mut self, node: &Node) -> serde_json::Value {
        for mistake in Rule::read(node).err().unwrap_or_default() {
            let place = (mistake.line, mistake.column);
            self.say(place, mistake.message, mistake.hint);
        }
        node.to_json()
    }

    pub(super) fn item(&mut self, key: &Key, node: &Node) -> FrontItem {
        let mut item = FrontItem {
            id: key.text.to_ascii_lowercase(),
            place: key.place,
            required: true,
            gate: None,
            who: None,
            announcement: None,
            by: ItemActor::Person,
        };
        if node.value == Value::Null {
            return item;
        }
        for (key, node) in self.map(node, &ITEM_KEYS) {
            match key.text.as_str() {
                "required" => item.required = self.bool(node),
                "gate" => {
                    item.gate = self.one_of("gate", node, &GATES, from_word);
                }
                "who" => item.who = Some(self.rule(node)),
                "announcement" => {
                    item.announcement =
                        self.one_of("announcement", node, &ANNOUNCEMENTS, from_word);
                }
                _ => {
                    item.by = self
                        .one_of("actor", node, &["person", "rollcall"], from_word)
                        .unwrap_or_default();
                }
            }
        }
        if item.by == ItemActor::Rollcall
            && !matches!(
                item.gate,
                Some(Gate::Approval | Gate::Details | Gate::Schedule)
            )
        {
            let hint =
                "give it `gate: details`, `gate: schedule` or `gate: approval`, or remove `by`";
            self.say(
                key.place,
                format!("nothing tells Rollcall when to tick `{}`", item.id),
                hint,
            );
        }
        item
    }
}
