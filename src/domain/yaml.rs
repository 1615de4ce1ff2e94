//! YAML read into a tree that knows where everything stood, so that a mistake can be shown at its place.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::problem::Problem;

mod mistake;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// 1-based line and column of the value.
    pub place: (usize, usize),
    /// The value.
    pub value: Value,
}

/// What a YAML document holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a decimal number.
    Number(serde_json::Number),
    /// Text, quoted or plain.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the text; no key appears twice.
    Map(Vec<(Key, Node)>),
}

/// The key of a mapping with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// 1-based line and column.
    pub place: (usize, usize),
    /// The key.
    pub text: String,
}

/// Reads one YAML document whose first line is line `first_line` of `file`.
///
/// # Errors
/// The first mistake of the syntax, a key that appears twice, or a document that is nested or repeated without measure.
pub fn parse(text: &str, file: &str, first_line: usize) -> Result<Node, Problem> {
    // Aliases multiply what a short text says; a template or a policy stays far below these bounds.
    let bounds = serde_saphyr::budget! { max_nodes: 20_000, max_aliases: 500, max_anchors: 500, max_total_scalar_bytes: 1_000_000 };
    let options = serde_saphyr::options! { budget: bounds };
    let mut node = serde_saphyr::from_str_with_options::<Spanned<Value>>(text, options)
        .map(Node::from)
        .map_err(|error| {
            let error = error.without_snippet();
            let place = error.location().map_or((1, 1), place);
            let (message, hint) = mistake::in_our_words(&error.to_string());
            Problem::at(file, (place.0 + first_line - 1, place.1), message, hint)
        })?;
    node.shift(first_line - 1);
    Ok(node)
}

fn place(location: Location) -> (usize, usize) {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    (number(location.line()), number(location.column()))
}

impl From<Spanned<Value>> for Node {
    fn from(spanned: Spanned<Value>) -> Self {
        Self {
            place: place(spanned.referenced),
            value: spanned.value,
        }
    }
}

impl Node {
    fn shift(&mut self, lines: usize) {
        self.place.0 += lines;
        match &mut self.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| node.shift(lines)),
            Value::Map(pairs) => {
                for (key, node) in pairs {
                    key.place.0 += lines;
                    node.shift(lines);
                }
            }
            _ => {}
        }
    }

    /// The same value without its places.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) => value.clone().into(),
            Value::Text(value) => value.clone().into(),
            Value::List(nodes) => nodes.iter().map(Self::to_json).collect(),
            Value::Map(pairs) => pairs
                .iter()
                .map(|(key, node)| (key.text.clone(), node.to_json()))
                .collect(),
        }
    }

    /// What kind of value this is, in words: `a list`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

/// Builds a `Value` from whatever the parser meets.
struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(value);
        Ok(number.map_or_else(|| Value::Text(value.to_string()), Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element::<Spanned<Value>>()? {
            nodes.push(Node::from(node));
        }
        Ok(Value::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, node)) = map.next_entry::<Spanned<String>, Spanned<Value>>()? {
            let key = Key {
                place: place(key.referenced),
                text: key.value,
            };
            pairs.push((key, Node::from(node)));
        }
        Ok(Value::Map(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place_in_the_file() {
        let node = parse(
            "name: a\nitems:\n  backup: {who: [x, 2, 1.5, true, ~]}\n",
            "f.md",
            2,
        )
        .expect("YAML");
        let Value::Map(pairs) = &node.value else {
            panic!("a mapping: {node:?}")
        };
        assert_eq!(
            pairs[0].0,
            Key {
                place: (2, 1),
                text: "name".into()
            }
        );
        assert_eq!(pairs[0].1.place, (2, 7));
        let Value::Map(items) = &pairs[1].1.value else {
            panic!("a mapping: {node:?}")
        };
        assert_eq!(items[0].0.place, (4, 3));
        assert_eq!(
            node.to_json(),
            serde_json::json!({"name": "a", "items": {"backup": {"who": ["x", 2, 1.5, true, null]}}})
        );
    }

    #[test]
    fn mistakes_are_shown_where_they_are() {
        let place = |text: &str| {
            let problem = parse(text, "f.md", 2).expect_err(text);
            (problem.line, problem.column)
        };
        assert_eq!(place("a: 1\nb: [1\n"), (3, 4));
        assert_eq!(place("a: 1\na: 2\n"), (3, 1));
        assert_eq!(place("a: *b\n"), (2, 4));
        assert_eq!(place(&"[".repeat(5000)), (2, 256));
    }

    #[test]
    fn a_document_that_repeats_itself_without_measure_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let line = format!("*a{}, ", level - 1).repeat(9);
            let line = line.trim_end_matches(", ");
            bomb.extend([format!("a{level}: &a{level} [{line}]\n")]);
        }
        assert!(parse(&bomb, "f.md", 1).is_err());
        let text = "x".repeat(50_000);
        let list = "*a, ".repeat(100);
        assert!(parse(&format!("a: &a {text}\nb: [{list}]\n"), "f.md", 1).is_err());
    }
}
