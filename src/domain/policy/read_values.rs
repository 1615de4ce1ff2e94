//! The single values of a policy file.

use jiff::SignedDuration;

use super::read::Reader;
use crate::domain::{
    problem::{Problem, did_you_mean},
    schedule::parse_duration,
    yaml::{Key, Node, Value},
};

impl Reader<'_> {
    pub(super) fn say(
        &mut self,
        at: (usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.problems
            .push(Problem::at(self.file, at, message, hint));
    }

    pub(super) fn unknown(&mut self, what: &str, word: &str, at: (usize, usize), known: &[&str]) {
        let listed = || {
            known
                .iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let hint = did_you_mean(word, known.iter().copied()).map_or_else(
            || format!("known are {}", listed()),
            |meant| format!("did you mean `{meant}`?"),
        );
        self.say(at, format!("unknown {what} `{word}`"), hint);
    }

    /// The pairs of a mapping with these keys; other keys are mistakes. Nothing at all is an empty mapping.
    pub(super) fn pairs<'n>(&mut self, node: &'n Node, known: &[&str]) -> Vec<(&'n Key, &'n Node)> {
        let mut good = Vec::new();
        for (key, node) in self.named(node) {
            if known.contains(&key.text.as_str()) {
                good.push((key, node));
            } else {
                self.unknown("key", &key.text, key.place, known);
            }
        }
        good
    }

    /// The pairs of a mapping whose keys people choose.
    pub(super) fn named<'n>(&mut self, node: &'n Node) -> Vec<(&'n Key, &'n Node)> {
        match &node.value {
            Value::Map(pairs) => pairs.iter().map(|(key, node)| (key, node)).collect(),
            Value::Null => Vec::new(),
            _ => {
                self.say(
                    node.place,
                    format!("expected keys with values, found {}", node.kind()),
                    "write `key: value`, with a space behind the `:`",
                );
                Vec::new()
            }
        }
    }

    pub(super) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            Value::List(nodes) => nodes,
            Value::Null => &[],
            _ => {
                self.say(
                    node.place,
                    format!("expected a list, found {}", node.kind()),
                    "write `[one, another]`",
                );
                &[]
            }
        }
    }

    pub(super) fn text(&mut self, node: &Node) -> String {
        if let Value::Text(text) = &node.value {
            return text.trim().to_owned();
        }
        let message = format!("expected text, found {}", node.kind());
        self.say(node.place, message, "put it in quotes");
        String::new()
    }

    /// A name: letters, digits, `-`, `_`, `.`.
    pub(super) fn name(&mut self, node: &Node) -> String {
        let before = self.problems.len();
        let name = self.text(node);
        if self.problems.len() > before {
            return name;
        }
        let good = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
        if name.is_empty() || !name.chars().all(good) {
            self.say(
                node.place,
                format!("`{name}` cannot be a name"),
                "use letters, digits and hyphens",
            );
        }
        name
    }

    pub(super) fn names(&mut self, node: &Node) -> Vec<String> {
        self.list(node).iter().map(|node| self.name(node)).collect()
    }

    pub(super) fn bool(&mut self, node: &Node) -> Option<bool> {
        if let Value::Bool(yes) = node.value {
            return Some(yes);
        }
        self.say(
            node.place,
            format!("expected `true` or `false`, found {}", node.kind()),
            "",
        );
        None
    }

    pub(super) fn duration(&mut self, node: &Node) -> SignedDuration {
        let written = if let Value::Number(number) = &node.value {
            number.to_string()
        } else {
            self.text(node)
        };
        parse_duration(&written).unwrap_or_else(|message| {
            self.say(node.place, message, "");
            SignedDuration::ZERO
        })
    }

    pub(super) fn one_of<T: Copy>(&mut self, node: &Node, known: &[(&str, T)]) -> Option<T> {
        let word = self.text(node);
        let found = known
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| *value);
        if found.is_none() && !word.is_empty() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            self.unknown("word", &word, node.place, &names);
        }
        found
    }
}

/// The value of a key, if it is there.
pub(super) fn value_of<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Map(pairs) = &node.value else {
        return None;
    };
    pairs
        .iter()
        .find(|(key, _)| key.text == name)
        .map(|(_, node)| node)
}

/// The words, if it is words.
pub(super) fn as_text(node: &Node) -> Option<&str> {
    if let Value::Text(text) = &node.value {
        Some(text.trim())
    } else {
        None
    }
}
