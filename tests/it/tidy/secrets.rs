//! A secret is kept in a type that hides it.

use super::{check, source::Source};

/// What a field that holds a secret is called.
const NAMES: [&str; 6] = [
    "token",
    "tokens",
    "secret",
    "secrets",
    "password",
    "private_key",
];

/// The fields of a file that are called like a secret, are plain text, and belong to a type that derives `Debug`.
fn shown(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    let mut derives = false;
    for (index, line) in source.code.iter().enumerate() {
        let line = line.trim();
        if line.starts_with("#[derive(") {
            derives = line.contains("Debug");
        } else if line == "}" {
            derives = false;
        }
        let field = line.trim_start_matches("pub ").split_once(": ");
        let Some((name, kind)) = field.filter(|_| derives) else {
            continue;
        };
        let name = name.rsplit(' ').next().unwrap_or(name);
        let called = NAMES
            .iter()
            .any(|secret| name == *secret || name.ends_with(&format!("_{secret}")));
        if called
            && ["String", "str", "u8"]
                .iter()
                .any(|plain| kind.contains(plain))
            && !kind.contains("SecretString")
        {
            broken.push(source.at(index, line));
        }
    }
    broken
}

#[test]
fn no_type_that_shows_itself_holds_a_secret_as_plain_text() {
    check("keep it as `SecretString`", shown);
}

#[test]
fn a_plain_secret_is_found() {
    let check = |code: &str, found: usize| {
        let lines: Vec<String> = code.lines().map(str::to_owned).collect();
        let source = Source {
            path: "src/a.rs".to_owned(),
            code: lines.clone(),
            lines,
            test: false,
        };
        assert_eq!(shown(&source).len(), found, "{code}");
    };
    check(
        "#[derive(Clone, Debug)]\npub struct A {\n    pub token: String,\n}",
        1,
    );
    check(
        "#[derive(Debug)]\nstruct A {\n    bot_token: Option<String>,\n}",
        1,
    );
    check(
        "#[derive(Debug)]\nstruct A {\n    token: SecretString,\n}",
        0,
    );
    check("#[derive(Clone)]\nstruct A {\n    token: String,\n}", 0);
    check(
        "#[derive(Debug)]\nstruct A {\n    name: String,\n}\nfn f(token: &str) {}",
        0,
    );
}
