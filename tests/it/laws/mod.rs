//! The laws that the fuzz targets check (`fuzz/`, docs/fuzzing.md), held here for every input that fuzzing kept.

mod calendar;
mod checklist;
mod command;
mod import;
mod patch;
mod payload;
mod policy;
mod signature;
mod template;

use std::{fs, path::Path};

/// The kept inputs of a target, each through its law. On a stack of its own: unoptimised code takes more for nested input.
fn replay(target: &'static str, hold: fn(&[u8])) {
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let replayed = thread.spawn(move || replay_here(target, hold));
    let inputs = replayed
        .expect("a thread")
        .join()
        .expect("a law was broken");
    assert!(inputs >= 10, "only {inputs} inputs for {target}");
}

fn replay_here(target: &str, hold: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut inputs = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("a file").path();
        let bytes = fs::read(&path).expect("an input");
        let outcome = std::panic::catch_unwind(|| hold(&bytes));
        assert!(outcome.is_ok(), "{} breaks the law", path.display());
        inputs += 1;
    }
    inputs
}

#[test]
fn every_kept_body_has_its_boxes_where_they_stand() {
    replay("checklist", checklist::hold);
}

#[test]
fn every_flip_in_a_kept_body_changes_one_byte_and_one_item() {
    replay("patch", patch::hold);
}

#[test]
fn every_kept_comment_is_read() {
    replay("command", command::hold);
}

#[test]
fn every_kept_template_is_one_or_says_why_not() {
    replay("template", template::hold);
}

#[test]
fn every_kept_document_becomes_a_template() {
    replay("import", import::hold);
}

#[test]
fn every_kept_policy_is_one_or_says_why_not() {
    replay("policy", policy::hold);
}

#[test]
fn every_kept_calendar_is_one_or_says_why_not() {
    replay("calendar", calendar::hold);
}

#[test]
fn every_kept_delivery_is_understood_or_set_aside() {
    replay("payload", payload::hold);
}

#[test]
fn of_the_kept_signatures_only_the_right_ones_pass() {
    replay("signature", signature::hold);
}

#[test]
fn the_fuzzer_is_built_with_the_versions_of_the_program() {
    let program = locked(include_str!("../../../Cargo.lock"));
    let fuzzer = locked(include_str!("../../../fuzz/Cargo.lock"));
    let known = |name: &str| program.iter().any(|(other, _)| *other == name);
    let differs = |package: &&(&str, &str)| known(package.0) && !program.contains(package);
    let differing: Vec<_> = fuzzer.iter().filter(differs).collect();
    assert!(differing.is_empty(), "{differing:?}");
    assert!(fuzzer.len() > 50);
}

/// Names and versions in a lock file.
fn locked(text: &str) -> Vec<(&str, &str)> {
    text.split("[[package]]").skip(1).map(named).collect()
}

fn named(package: &str) -> (&str, &str) {
    let value = |key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key));
        line.expect("a value").trim_matches('"')
    };
    (value("name = "), value("version = "))
}
