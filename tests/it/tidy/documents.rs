//! A document that names a test names one that exists.

use super::source::sources;
use std::{collections::BTreeSet, fs, path::Path};

/// The documents that say which test holds what they claim.
const DOCUMENTS: [&str; 3] = ["ARCHITECTURE.md", "docs/reliability.md", "docs/security.md"];

/// The words in backticks that are names of tests: sentences with underscores, of four words at least.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.matches('_').count() >= 3 && word.chars().all(is_name)
    })
}

#[test]
fn every_test_that_a_document_names_exists() {
    let mut functions = BTreeSet::new();
    for source in ["src", "tests"].into_iter().flat_map(sources) {
        for line in &source.code {
            let name = line
                .split("fn ")
                .nth(1)
                .and_then(|rest| rest.split('(').next());
            functions.extend(name.map(|name| name.trim().to_owned()));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let Ok(text) = fs::read_to_string(root.join(document)) else {
            continue;
        };
        for name in named(&text) {
            found += 1;
            if !functions.contains(name) {
                missing.push(format!("{document}: `{name}`"));
            }
        }
    }
    assert!(found > 30, "the names were not found");
    assert!(
        missing.is_empty(),
        "no such test:\n  {}",
        missing.join("\n  ")
    );
}

/// Names of tests with the file in which a document says they are: `name` (`tests/it/file.rs`).
fn placed(text: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = text.split('`').collect();
    let names = pieces.windows(3).skip(1).step_by(2);
    let is_source = |path: &str| Path::new(path).extension().is_some_and(|it| it == "rs");
    let placed = names.filter(|three| three[1].starts_with(" (") && is_source(three[2]));
    placed.map(|three| (three[0], three[2])).collect()
}

#[test]
fn every_test_is_where_a_document_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).expect("a document");
        for (name, file) in placed(&text) {
            found += 1;
            let source = fs::read_to_string(root.join(file)).unwrap_or_default();
            assert!(
                source.contains(name),
                "{document}: `{name}` is not in `{file}`"
            );
        }
    }
    assert!(found > 10, "the names were not found");
}

#[test]
fn names_of_tests_are_told_from_other_words() {
    let text = "`a_test_of_this` and `database_url` and `src/a_b_c_d.rs`";
    assert_eq!(named(text).collect::<Vec<_>>(), ["a_test_of_this"]);
    let text = "`one` and `two` (`tests/a.rs`), `three`, `four` (a `word`)";
    assert_eq!(placed(text), [("two", "tests/a.rs")]);
}
