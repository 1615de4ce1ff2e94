use super::{rollcall, rollcall_with};
use serde_json::{Value, json};
use std::fs;

const LIST: &str =
    "## Planning\n\n- [x] **Issue:** file it <!-- id: issue -->\n- [ ] Tell people\n";

#[test]
fn items_are_listed_from_standard_input() {
    let ended = rollcall_with(&["items", "-"], LIST);
    assert_eq!(ended.code, 0);
    assert!(
        ended.out.contains("Issue") && ended.out.contains("Tell people"),
        "{}",
        ended.out
    );
}

#[test]
fn items_as_json_have_their_place() {
    let ended = rollcall_with(&["items", "-", "--json"], LIST);
    let items: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(
        items[0],
        json!({ "id": "issue", "title": "Issue", "phase": "Planning", "checked": true, "line": 3, "column": 3, "offset": 15 })
    );
    assert_eq!(items.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ended = rollcall(&["items", "no-such-file.md"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended
            .err
            .starts_with("error: `no-such-file.md` cannot be read: "),
        "{}",
        ended.err
    );
}

#[test]
fn the_templates_that_come_with_rollcall_have_no_mistakes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("standard.md");
    fs::write(&path, rollcall(&["template", "show", "standard"]).out).expect("a file");
    let ended = rollcall(&["check", path.to_str().expect("a path in Unicode")]);
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (0, "", "1 file, no mistakes\n")
    );
}

#[test]
fn mistakes_are_shown_with_their_place_and_the_fix() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = rollcall(&["template", "show", "minimal"]).out;
    let (template, policy) = (
        folder.path().join("mine.md"),
        folder.path().join("rollcall.yml"),
    );
    fs::write(&template, text + "\n- [ ] **Without an id:** it has none\n").expect("a file");
    fs::write(&policy, "aprovals:\n  required: 2\n").expect("a file");
    let paths = [&template, &policy].map(|path| path.to_str().expect("a path in Unicode"));
    let ended = rollcall(&["check", paths[0], paths[1]]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.out.contains("mine.md:") && ended.out.contains("has no id"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("rollcall.yml:1:1: ")
            && ended.out.contains("hint: did you mean `approvals`?"),
        "{}",
        ended.out
    );
}

#[test]
fn what_cannot_be_checked_says_what_can() {
    let ended = rollcall(&["check", "notes.txt"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.err, @"
    error: `notes.txt` is neither a template nor a policy file
    hint: templates end in `.md`, policy files in `.yml`
    ");
}

#[test]
fn an_unknown_template_gets_the_name_that_was_meant() {
    let ended = rollcall(&["template", "show", "standrad"]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.err, @"
    error: there is no template `standrad`
    hint: did you mean `standard`?
    ");
}

#[test]
fn an_imported_document_becomes_a_template_and_the_repairs_are_told() {
    let document =
        "Phase 1: Planning\n- [ ] Issue Creation:\n-\nFile an issue.\n\n[ ] Tell people\nSay it.\n";
    let ended = rollcall_with(&["template", "import", "-"], document);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.out.starts_with("---\n") && ended.out.contains("- [ ] "),
        "{}",
        ended.out
    );
    assert!(
        ended.err.lines().all(|line| line.starts_with("line ")) && !ended.err.is_empty(),
        "{}",
        ended.err
    );
}

#[test]
fn the_schema_of_the_policy_names_its_keys() {
    let ended = rollcall(&["policy", "schema"]);
    let schema: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert!(schema["properties"]["approvals"].is_object(), "{schema}");
}

#[test]
fn a_word_that_is_no_command_is_a_mistake_of_the_command_line() {
    let ended = rollcall(&["chek"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("check"), "{}", ended.err);
    assert_eq!(rollcall(&["--help"]).code, 0);
    assert_eq!(
        rollcall(&["--version"]).out,
        concat!("rollcall ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_mistake_in_the_configuration_ends_with_2_and_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rollcall.toml");
    fs::write(&path, "litsen = 1\n").expect("a file");
    let ended = rollcall(&[
        "serve",
        "--config",
        path.to_str().expect("a path in Unicode"),
    ]);
    assert_eq!(ended.code, 2);
    assert!(
        ended
            .err
            .ends_with("rollcall.toml:1:1: unknown key `litsen`\nhint: did you mean `listen`?\n"),
        "{}",
        ended.err
    );
}
