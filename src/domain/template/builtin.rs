//! The templates that come with Rollcall.

use std::sync::LazyLock;

use super::{Template, parse};

/// The texts of the templates, by name; `standard` comes first and is what a request without a name gets.
pub const TEXTS: [(&str, &str); 3] = [
    (
        "standard",
        include_str!("../../../checklist-templates/standard.md"),
    ),
    (
        "minimal",
        include_str!("../../../checklist-templates/minimal.md"),
    ),
    (
        "security-patch",
        include_str!("../../../checklist-templates/security-patch.md"),
    ),
];

/// The template of this name, if Rollcall brings one.
#[must_use]
pub fn find(name: &str) -> Option<Template> {
    let (name, text) = TEXTS.into_iter().find(|(known, _)| *known == name)?;
    // A test holds that each of them parses.
    parse(text, &format!("{name}.md")).ok()
}

/// The template of a request that names none: five phases, 22 items.
///
/// # Panics
/// Never: the text is part of the program, and a test holds that it parses.
#[must_use]
pub fn standard() -> Template {
    static STANDARD: LazyLock<Template> =
        LazyLock::new(|| find("standard").expect("the embedded standard template parses"));
    STANDARD.clone()
}
