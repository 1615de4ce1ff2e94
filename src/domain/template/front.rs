//! The front matter of a template: split from the body, read key by key.

use super::{Field, FieldKind, Gate, ItemActor};
use crate::domain::announcement_kind::AnnouncementKind;
use crate::domain::problem::{Problem, did_you_mean};
use crate::domain::yaml::{self, Key, Node, Value};

/// What the front matter says, before it is compared with the body.
#[derive(Default)]
pub(super) struct Front {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) expedited: bool,
    pub(super) fields: Vec<Field>,
    pub(super) items: Vec<FrontItem>,
}

/// An item of the front matter, with the place of its id.
pub(super) struct FrontItem {
    pub(super) id: String,
    pub(super) place: (usize, usize),
    pub(super) required: bool,
    pub(super) gate: Option<Gate>,
    pub(super) who: Option<serde_json::Value>,
    pub(super) announcement: Option<AnnouncementKind>,
    pub(super) by: ItemActor,
}

/// The two halves of a template: the YAML between the `---` lines, and the byte offset at which the body starts.
/// None when there is no front matter.
pub(super) fn split(text: &str) -> Option<(&str, usize)> {
    let start = text
        .strip_prefix('\u{feff}')
        .map_or(0, |_| '\u{feff}'.len_utf8());
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let from = start + first.len();
    let mut to = from;
    for line in lines {
        if line.trim_end() == "---" {
            return Some((&text[from..to], to + line.len()));
        }
        to += line.len();
    }
    None
}

/// Collects mistakes while the keys are read.
pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) problems: &'a mut Vec<Problem>,
}

const KEYS: [&str; 6] = [
    "name",
    "title",
    "description",
    "expedited",
    "fields",
    "items",
];
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
const PLACEHOLDERS: [&str; 3] = ["components", "purpose", "name"];

impl Reader<'_> {
    /// Reads the YAML of a front matter; its first line is line 2 of the file.
    pub(super) fn front(&mut self, text: &str) -> Option<Front> {
        let root = match yaml::parse(text, self.file, 2) {
            Ok(root) => root,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let mut front = Front::default();
        for (key, node) in self.map(&root, &KEYS) {
            match key.text.as_str() {
                "name" => front.name = self.slug(node),
                "title" => front.title = self.title(node),
                "description" => front.description = self.text(node),
                "expedited" => front.expedited = self.bool(node),
                "fields" => front.fields = self.fields(node),
                _ => front.items = self.items(node),
            }
        }
        for (key, empty) in [
            ("name", front.name.is_empty()),
            ("title", front.title.is_empty()),
            ("items", front.items.is_empty()),
        ] {
            if empty && !has(&root, key) {
                self.say(
                    (1, 1),
                    format!("the front matter lacks `{key}`"),
                    format!("add a line `{key}: …`"),
                );
            }
        }
        Some(front)
    }

    pub(super) fn say(
        &mut self,
        place: (usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.problems
            .push(Problem::at(self.file, place, message, hint));
    }

    /// The pairs of a mapping whose keys are known; the others are mistakes.
    fn map<'n>(&mut self, node: &'n Node, known: &[&'static str]) -> Vec<(&'n Key, &'n Node)> {
        let Value::Map(pairs) = &node.value else {
            self.say(
                node.place,
                format!("expected a mapping, found {}", node.kind()),
                format!("it has the keys {}", words(known)),
            );
            return Vec::new();
        };
        let mut good = Vec::new();
        for (key, node) in pairs {
            if known.contains(&key.text.as_str()) {
                good.push((key, node));
            } else {
                self.unknown("key", &key.text, key.place, known);
            }
        }
        good
    }

    fn unknown(&mut self, what: &str, word: &str, place: (usize, usize), known: &[&'static str]) {
        let hint = did_you_mean(word, known.iter().copied()).map_or_else(
            || format!("known are {}", words(known)),
            |meant| format!("did you mean `{meant}`?"),
        );
        self.say(place, format!("unknown {what} `{word}`"), hint);
    }

    fn text(&mut self, node: &Node) -> String {
        match &node.value {
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Null => String::new(),
            _ => {
                self.say(
                    node.place,
                    format!("expected text, found {}", node.kind()),
                    "put it in quotes",
                );
                String::new()
            }
        }
    }

    fn bool(&mut self, node: &Node) -> bool {
        if let Value::Bool(value) = node.value {
            return value;
        }
        self.say(
            node.place,
            format!("expected `true` or `false`, found {}", node.kind()),
            "",
        );
        false
    }

    fn slug(&mut self, node: &Node) -> String {
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

    fn title(&mut self, node: &Node) -> String {
        let title = self.text(node);
        for part in title.split('{').skip(1) {
            let word = part.split('}').next().unwrap_or_default();
            if !PLACEHOLDERS.contains(&word) {
                self.unknown("placeholder", word, node.place, &PLACEHOLDERS);
            }
        }
        title
    }

    fn fields(&mut self, node: &Node) -> Vec<Field> {
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

    fn field(&mut self, node: &Node) -> Field {
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
                        .unwrap_or_default()
                }
                "label" => field.label = self.text(node),
                "required" => field.required = self.bool(node),
                "kind" => kind = self.one_of("kind", node, &["text", "components"], from_word),
                _ => field.hint = self.text(node),
            }
        }
        let natural = if field.id == "components" {
            FieldKind::Components
        } else {
            FieldKind::Text
        };
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

    /// The value of a word that is one of a few.
    fn one_of<T>(
        &mut self,
        what: &str,
        node: &Node,
        known: &[&'static str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let word = self.text(node);
        if known.contains(&word.as_str()) {
            return read(&word);
        }
        self.unknown(what, &word, node.place, known);
        None
    }

    fn items(&mut self, node: &Node) -> Vec<FrontItem> {
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

    fn item(&mut self, key: &Key, node: &Node) -> FrontItem {
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
                    item.gate = self.one_of(
                        "gate",
                        node,
                        &["approval", "announcement", "details", "schedule"],
                        from_word,
                    )
                }
                "who" => item.who = Some(node.to_json()),
                "announcement" => {
                    item.announcement = self.one_of(
                        "announcement",
                        node,
                        &["planned", "scheduled", "update"],
                        from_word,
                    );
                }
                _ => {
                    item.by = self
                        .one_of("actor", node, &["person", "rollcall"], from_word)
                        .unwrap_or_default()
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

/// An enum whose variants are stored as these very words.
fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

fn has(node: &Node, key: &str) -> bool {
    matches!(&node.value, Value::Map(pairs) if pairs.iter().any(|(other, _)| other.text == key))
}

fn words(known: &[&str]) -> String {
    known
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
