//! How a rule is written, in YAML and JSON alike.
//!
//! ```yaml
//! anyone                          # nobody, opener, author, approver
//! write                           # this permission or higher; also `permission: write`
//! "@ana"                          # also `user: ana`, `users: [ana, ben]`
//! "@acme/sre"                     # also `team: sre`, `teams: [acme/sre, dba]`
//! role: release-captain           # a custom repository role
//! all: [write, "@acme/sre"]       # also any, at_least: {n: 2, of: […]}, not
//! {team: sre, exclude: [opener]}  # those, without these
//! ```

use super::{
    notation_words::{PERMISSIONS, login, permission, team, text},
    rule::Rule,
};
use crate::domain::{
    problem::{Problem, did_you_mean},
    yaml::{Key, Node, Value},
};

/// How deep rules may be nested.
pub const DEEPEST: usize = 8;

/// The keys of a rule.
const KEYS: [&str; 10] = [
    "permission",
    "user",
    "users",
    "team",
    "teams",
    "role",
    "all",
    "any",
    "at_least",
    "not",
];

const HOW: &str =
    "write a permission (`write`), `\"@login\"`, `\"@org/team\"`, or a key such as `team: sre`";

/// A part of a rule, or the mistakes in it; their file is filled in by whoever knows it.
pub(super) type Read<T> = Result<T, Vec<Problem>>;

impl Rule {
    /// Reads a rule and tells every mistake in it with its place.
    ///
    /// # Errors
    /// The mistakes, at least one, without the name of the file.
    pub fn read(node: &Node) -> Read<Self> {
        read(node, 1)
    }
}

/// The words that are rules by themselves.
const WORDS: [(&str, Rule); 5] = [
    ("anyone", Rule::Anyone),
    ("nobody", Rule::Nobody),
    ("opener", Rule::Opener),
    ("author", Rule::Author),
    ("approver", Rule::Approver),
];

fn read(node: &Node, depth: usize) -> Read<Rule> {
    if depth > DEEPEST {
        let message = format!("rules are nested more than {DEEPEST} deep");
        return wrong(node.place, message, "name a team for it instead");
    }
    match &node.value {
        Value::Text(word) => read_word(word.trim(), node),
        Value::Map(pairs) => read_keys(pairs, node, depth),
        Value::List(_) => wrong(
            node.place,
            "a list is not a rule",
            "say `any: […]` or `all: […]`",
        ),
        _ => wrong(node.place, format!("{} is not a rule", node.kind()), HOW),
    }
}

/// One key that says who, and perhaps `exclude`, which takes some of them out again.
fn read_keys(pairs: &[(Key, Node)], node: &Node, depth: usize) -> Read<Rule> {
    let (excluded, keys): (Vec<_>, Vec<_>) =
        pairs.iter().partition(|(key, _)| key.text == "exclude");
    let ((key, value), excluded) = match (keys.as_slice(), excluded.first()) {
        ([key], None) => return read_key(&key.0, &key.1, depth),
        ([key], Some((_, excluded))) => (key, excluded),
        ([], None) => return wrong(node.place, "the rule is empty", HOW),
        ([], Some((key, _))) => {
            let hint = "write `{team: sre, exclude: [opener]}`";
            return wrong(key.place, "`exclude` of whom is not said", hint);
        }
        ([_, (second, _), ..], _) => {
            let hint = "put several rules into `all: […]` or `any: […]`";
            return wrong(second.place, "a rule has one key", hint);
        }
    };
    let excluded = match &excluded.value {
        Value::List(_) => read_list(excluded, depth + 2).map(one_or_any),
        _ => read(excluded, depth + 2),
    };
    let rules = [
        read_key(key, value, depth + 1),
        excluded.map(|rule| Rule::Not(Box::new(rule))),
    ];
    all_or_mistakes(rules.into_iter()).map(Rule::All)
}

fn one_or_any(mut rules: Vec<Rule>) -> Rule {
    if rules.len() == 1 {
        rules.remove(0)
    } else {
        Rule::Any(rules)
    }
}

fn read_word(word: &str, node: &Node) -> Read<Rule> {
    let alone = WORDS.into_iter().find(|(known, _)| *known == word);
    match alone {
        Some((_, rule)) => Ok(rule),
        None => match (permission(word), word.strip_prefix('@')) {
            (Some(permission), _) => Ok(Rule::Permission(permission)),
            (_, Some(name)) if name.contains('/') => Ok(Rule::Teams(vec![team(node)?])),
            (_, Some(_)) => Ok(Rule::Users(vec![login(node)?])),
            _ => {
                let known = WORDS.map(|(word, _)| word).into_iter();
                let known = known.chain(PERMISSIONS.map(|(word, _)| word));
                wrong(
                    node.place,
                    format!("`{word}` is not a rule"),
                    meant(word, known),
                )
            }
        },
    }
}

fn read_key(key: &Key, value: &Node, depth: usize) -> Read<Rule> {
    match key.text.as_str() {
        "permission" => permission(text(value)).map(Rule::Permission).map_or_else(
            || {
                let known = PERMISSIONS.map(|(word, _)| format!("`{word}`")).join(", ");
                let message = format!("`{}` is not a repository permission", text(value));
                wrong(value.place, message, format!("write one of {known}"))
            },
            Ok,
        ),
        "user" => Ok(Rule::Users(vec![login(value)?])),
        "team" => Ok(Rule::Teams(vec![team(value)?])),
        "users" => read_names(value, "users", login).map(Rule::Users),
        "teams" => read_names(value, "teams", team).map(Rule::Teams),
        "role" if text(value).is_empty() => wrong(
            value.place,
            "`role` wants the name of a repository role",
            "",
        ),
        "role" => Ok(Rule::Role(text(value).to_owned())),
        "all" => read_list(value, depth).map(Rule::All),
        "any" => read_list(value, depth).map(Rule::Any),
        "not" => read(value, depth + 1).map(|rule| Rule::Not(Box::new(rule))),
        "at_least" => read_at_least(value, depth),
        other => wrong(
            key.place,
            format!("unknown key `{other}` in a rule"),
            meant(other, KEYS),
        ),
    }
}

fn read_list(node: &Node, depth: usize) -> Read<Vec<Rule>> {
    let Value::List(nodes) = &node.value else {
        let message = format!("expected a list of rules, found {}", node.kind());
        return wrong(node.place, message, "write `[write, \"@org/team\"]`");
    };
    if nodes.is_empty() {
        let hint = "say `anyone` or `nobody` if that is meant";
        return wrong(node.place, "the list of rules is empty", hint);
    }
    all_or_mistakes(nodes.iter().map(|node| read(node, depth + 1)))
}

fn read_names(node: &Node, key: &str, one: fn(&Node) -> Read<String>) -> Read<Vec<String>> {
    match &node.value {
        Value::List(nodes) if !nodes.is_empty() => all_or_mistakes(nodes.iter().map(one)),
        _ => {
            let message = format!("`{key}` wants a list of names");
            wrong(
                node.place,
                message,
                format!("write `{key}: [one, another]`"),
            )
        }
    }
}

fn read_at_least(node: &Node, depth: usize) -> Read<Rule> {
    let pairs = if let Value::Map(pairs) = &node.value {
        pairs.as_slice()
    } else {
        &[]
    };
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key.text == name)
            .map(|(_, node)| node)
    };
    let (Some(n), Some(of), 2) = (value("n"), value("of"), pairs.len()) else {
        let hint = "write `at_least: {n: 2, of: [write, \"@org/team\"]}`";
        return wrong(
            node.place,
            "`at_least` wants `n` and `of`, and nothing else",
            hint,
        );
    };
    let of = read_list(of, depth)?;
    let count = if let Value::Number(number) = &n.value {
        number.as_u64()
    } else {
        None
    };
    match count.and_then(|count| usize::try_from(count).ok()) {
        Some(n) if (1..=of.len()).contains(&n) => Ok(Rule::AtLeast { n, of }),
        _ => wrong(
            n.place,
            format!("`n` must be a number from 1 to {}", of.len()),
            "",
        ),
    }
}

fn meant(word: &str, known: impl IntoIterator<Item = &'static str>) -> String {
    did_you_mean(word, known).map_or_else(|| HOW.into(), |meant| format!("did you mean `{meant}`?"))
}

pub(super) fn wrong<T>(
    at: (usize, usize),
    message: impl Into<String>,
    hint: impl Into<String>,
) -> Read<T> {
    Err(vec![Problem::at("", at, message, hint)])
}

/// Everything that was read, or every mistake.
fn all_or_mistakes<T>(parts: impl Iterator<Item = Read<T>>) -> Read<Vec<T>> {
    let (mut good, mut mistakes) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Ok(part) => good.push(part),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() {
        Ok(good)
    } else {
        Err(mistakes)
    }
}
