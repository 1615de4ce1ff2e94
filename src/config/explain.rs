//! What the readers of TOML say, in words for the operator.

use super::ConfigError;
use crate::domain::problem::did_you_mean;

/// Words in the names of keys that hold secrets; what is written there is never repeated.
const SECRET_KEYS: [&str; 5] = ["secret", "token", "password", "private_key", "database_url"];
/// How the kinds of values are called in Rust, and by people.
const KINDS: [(&str, &str); 9] = [
    ("u64", "a whole number"),
    ("u32", "a whole number"),
    ("u16", "a whole number up to 65535"),
    ("usize", "a whole number"),
    ("i32", "a whole number"),
    ("a string", "a text in quotes"),
    ("path string", "a path in quotes"),
    ("a sequence", "a list in brackets"),
    ("a boolean", "`true` or `false`"),
];

/// Whether something else stood where a section was expected.
pub(super) fn is_section(message: &str) -> bool {
    message.contains("expected struct ")
}

/// What stands in backticks.
pub(super) fn names(message: &str) -> Vec<String> {
    let quoted = message.split('`').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// Turns the words for one key into ours. An unknown key gets "did you mean"; a secret of the wrong kind is not repeated.
pub(super) fn explain(place: String, message: &str, key: &str) -> ConfigError {
    let key = key.trim();
    if message.starts_with("unknown field ") {
        return unknown_key(place, &names(message));
    }
    if message.starts_with("unknown variant ") {
        return not_one_of(place, key, &names(message));
    }
    if key.trim_matches(['[', ']']) == "audience" && message.starts_with("invalid type") {
        return ConfigError::new(place, "`audience` is a list of sections").hint(
            "write `[[audience]]` above the keys of each; in the environment `[{ name = \"customers\", … }]`",
        );
    }
    if is_section(message) {
        let hint = format!("write `[{key}]` on a line of its own, and its keys below");
        return ConfigError::new(place, format!("`{key}` is a section with keys of its own"))
            .hint(hint);
    }
    if message.starts_with("invalid type") && SECRET_KEYS.iter().any(|word| key.contains(word)) {
        return ConfigError::new(place, format!("`{key}` must be a text in quotes"));
    }
    let message = message.trim();
    let message = match message.split_once("expected ") {
        Some((found, kind)) => {
            let known = KINDS.iter().find(|(name, _)| *name == kind);
            format!("{found}expected {}", known.map_or(kind, |(_, name)| name))
        }
        None => message.to_owned(),
    };
    ConfigError::new(place, message)
}

fn unknown_key(place: String, names: &[String]) -> ConfigError {
    let key = names.first().map_or("", String::as_str);
    let known: Vec<&str> = names.iter().skip(1).map(String::as_str).collect();
    let error = ConfigError::new(place, format!("unknown key `{key}`"));
    let hint = did_you_mean(key, known.iter().copied()).map_or_else(
        || format!("known here: {}", known.join(", ")),
        |word| format!("did you mean `{word}`?"),
    );
    error.hint(hint)
}

fn not_one_of(place: String, key: &str, names: &[String]) -> ConfigError {
    let value = names.first().map_or("", String::as_str);
    let known = names.iter().skip(1).map(|name| format!("\"{name}\""));
    let known: Vec<String> = known.collect();
    ConfigError::new(place, format!("`{key}` cannot be \"{value}\""))
        .hint(format!("write {}", known.join(" or ")))
}
