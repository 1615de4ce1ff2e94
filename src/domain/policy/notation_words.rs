//! The words of a rule: logins, teams, permissions.

use super::notation::{Read, wrong};
use crate::domain::{
    person::Permission,
    yaml::{Node, Value},
};

/// The permissions that a rule may name, weakest first.
pub(super) const PERMISSIONS: [(&str, Permission); 5] = [
    ("read", Permission::Read),
    ("triage", Permission::Triage),
    ("write", Permission::Write),
    ("maintain", Permission::Maintain),
    ("admin", Permission::Admin),
];

/// A login: letters, digits and hyphens, and `_` in enterprises whose accounts are their own. The `@` may be left out.
pub(super) fn login(node: &Node) -> Read<String> {
    let name = text(node).trim_start_matches('@');
    if is_name(name) {
        return Ok(name.to_owned());
    }
    wrong(node.place, format!("`{}` is not a login", text(node)), "")
}

/// `org/slug` or `slug`. The `@` may be left out.
pub(super) fn team(node: &Node) -> Read<String> {
    let name = text(node).trim_start_matches('@');
    if name.split('/').count() <= 2 && name.split('/').all(is_name) {
        return Ok(name.to_owned());
    }
    let hint = "write `org/slug`, or `slug` for a team of the repository's owner";
    wrong(node.place, format!("`{}` is not a team", text(node)), hint)
}

fn is_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    (1..=100).contains(&text.len()) && text.chars().all(good)
}

pub(super) fn permission(word: &str) -> Option<Permission> {
    PERMISSIONS
        .into_iter()
        .find(|(known, _)| *known == word)
        .map(|(_, permission)| permission)
}

pub(super) fn text(node: &Node) -> &str {
    if let Value::Text(text) = &node.value {
        text.trim()
    } else {
        ""
    }
}
