//! Reading the fields of an order, one by one, so that every mistake is told with its field.

use super::{COMPONENT_KEYS, MOST_COMPONENTS, Mistake};
use crate::domain::{
    fields::{self, Component},
    problem::did_you_mean,
};
use serde_json::{Map, Value};

/// Longest line, in characters: GitHub's limit for the title of an issue.
const LONGEST_LINE: usize = 256;
/// Longest text, in characters; with all texts at their longest an issue's body still has room.
const LONGEST_TEXT: usize = 8000;

/// Collects mistakes while it reads. A field with a mistake reads as empty.
#[derive(Default)]
pub(super) struct Reader {
    pub mistakes: Vec<Mistake>,
}

impl Reader {
    fn wrong(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.mistakes.push(Mistake {
            field: field.into(),
            message: message.into(),
        });
    }

    pub fn known_keys(&mut self, object: &Map<String, Value>, under: &str, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = did_you_mean(key, known.iter().copied()).map_or_else(
                || format!("is not known; known are {}", known.join(", ")),
                |word| format!("is not known; did you mean `{word}`?"),
            );
            self.wrong(format!("{under}{key}"), message);
        }
    }

    /// Text of any number of lines; empty when it is missing or `null`.
    pub fn text(&mut self, object: &Map<String, Value>, key: &str) -> String {
        let text = self.any(object, "", key);
        if text.chars().count() > LONGEST_TEXT {
            self.wrong(key, format!("is longer than {LONGEST_TEXT} characters"));
        }
        text
    }

    /// One line; empty when it is missing or `null`.
    pub fn line(&mut self, object: &Map<String, Value>, under: &str, key: &str) -> String {
        let line = self.any(object, under, key).trim().to_owned();
        if line.chars().count() > LONGEST_LINE {
            let message = format!("is longer than {LONGEST_LINE} characters");
            self.wrong(format!("{under}{key}"), message);
        } else if line.chars().any(char::is_control) {
            self.wrong(format!("{under}{key}"), "must be a single line");
        }
        line
    }

    fn any(&mut self, object: &Map<String, Value>, under: &str, key: &str) -> String {
        match object.get(key) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => {
                self.wrong(format!("{under}{key}"), "must be a text");
                String::new()
            }
        }
    }

    pub fn repository(&mut self, object: &Map<String, Value>) -> String {
        let before = self.mistakes.len();
        let repository = self.line(object, "", "repository");
        if self.mistakes.len() == before && !is_repository(&repository) {
            self.wrong("repository", "must be `owner/name`");
        }
        repository
    }

    /// The name of an environment; empty when it is not said.
    pub fn environment(&mut self, object: &Map<String, Value>) -> String {
        let said = self.line(object, "", "environment");
        if let Err(message) = fields::environment(&said) {
            self.wrong("environment", message);
        }
        said
    }

    /// At least one component with a name; what else it lacks is asked for later.
    pub fn components(&mut self, object: &Map<String, Value>) -> Vec<Component> {
        let list = match object.get("components") {
            Some(Value::Array(list)) if (1..=MOST_COMPONENTS).contains(&list.len()) => list,
            _ => {
                let message = format!(
                    "must be a list of 1 to {MOST_COMPONENTS} objects with `name`, `from`, `to` and `reason`"
                );
                self.wrong("components", message);
                return Vec::new();
            }
        };
        let numbered = list.iter().enumerate();
        numbered
            .map(|(index, value)| self.component(index, value))
            .collect()
    }

    fn component(&mut self, index: usize, value: &Value) -> Component {
        let Value::Object(object) = value else {
            self.wrong(format!("components[{index}]"), "must be an object");
            return Component::default();
        };
        let under = format!("components[{index}].");
        self.known_keys(object, &under, &COMPONENT_KEYS);
        let before = self.mistakes.len();
        let name = self.line(object, &under, "name");
        if self.mistakes.len() == before && name.is_empty() {
            self.wrong(format!("{under}name"), "is missing");
        }
        Component {
            name,
            from: self.line(object, &under, "from"),
            to: self.line(object, &under, "to"),
            reason: self.line(object, &under, "reason"),
        }
    }
}

/// `owner/name` in the letters that GitHub allows.
fn is_repository(text: &str) -> bool {
    let Some((owner, name)) = text.split_once('/') else {
        return false;
    };
    let owner_letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name_letters = |c: char| owner_letters(c) || c == '.';
    let sound = !owner.is_empty() && owner.chars().all(owner_letters);
    sound && !matches!(name, "" | "." | "..") && name.chars().all(name_letters)
}
