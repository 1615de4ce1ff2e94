//! Values of the front matter read one by one, each with what a person should write instead.

use crate::domain::problem::{Problem, did_you_mean};
use crate::domain::yaml::{Key, Node, Value};

/// Collects mistakes while the keys are read.
pub(in crate::domain::template) struct Reader<'a> {
    pub(in crate::domain::template) file: &'a str,
    pub(in crate::domain::template) problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    pub(in crate::domain::template) fn say(
        &mut self,
        place: (usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.problems
            .push(Problem::at(self.file, place, message, hint));
    }

    /// The pairs of a mapping whose keys are known; the others are mistakes.
    pub(super) fn map<'n>(
        &mut self,
        node: &'n Node,
        known: &[&'static str],
    ) -> Vec<(&'n Key, &'n Node)> {
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

    pub(super) fn unknown(
        &mut self,
        what: &str,
        word: &str,
        place: (usize, usize),
        known: &[&'static str],
    ) {
        let hint = did_you_mean(word, known.iter().copied()).map_or_else(
            || format!("known are {}", words(known)),
            |meant| format!("did you mean `{meant}`?"),
        );
        self.say(place, format!("unknown {what} `{word}`"), hint);
    }

    pub(super) fn text(&mut self, node: &Node) -> String {
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

    pub(super) fn bool(&mut self, node: &Node) -> bool {
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

    /// The value of a word that is one of a few.
    pub(super) fn one_of<T>(
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
}

/// An enum whose variants are stored as these very words.
pub(super) fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

pub(super) fn has(node: &Node, key: &str) -> bool {
    matches!(&node.value, Value::Map(pairs) if pairs.iter().any(|(other, _)| other.text == key))
}

pub(super) fn words(known: &[&str]) -> String {
    known
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
