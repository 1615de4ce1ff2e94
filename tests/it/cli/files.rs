use super::{rollcall, rollcall_with};
use serde_json::{Value, json};
use std::fs;

/// A folder with files, named by their whole paths.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0.path().display())
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }
}

#[test]
fn an_empty_record_is_none() {
    let folder = Folder::new();
    let empty = folder.file("empty.jsonl", "\n");
    let ended = rollcall(&["ledger", "verify", &empty]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    insta::assert_snapshot!(ended.err.replace(&empty, "FILE"), @"
    error: `FILE` is empty: there is no record to check
    hint: `rollcall ledger export --rollout ID > FILE` writes one; look whether it failed
    ");
}

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
    insta::assert_snapshot!(ended.out, @"
    notes.txt:1:1: `notes.txt` is neither a template nor a policy file
    hint: templates end in `.md`, policy files in `.yml`
    ");
}

#[test]
fn a_file_that_is_missing_hides_no_mistake_of_the_others() {
    let folder = Folder::new();
    let first = folder.file("first.yml", "zone: Nowhere\n");
    let missing = folder.path("missing.yml");
    let second = folder.file("second.yml", "aprovals: 1\n");
    let ended = rollcall(&["check", &first, &missing, &second]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (1, "3 files, 3 mistakes\n")
    );
    let said = ended.out.replace(&folder.path(""), "");
    let places: Vec<&str> = said
        .lines()
        .filter(|line| !line.starts_with("hint: "))
        .collect();
    assert!(places[0].starts_with("first.yml:1:7: "), "{said}");
    let unread = "missing.yml:1:1: `missing.yml` cannot be read: No such file or directory";
    assert!(places[1].starts_with(unread), "{said}");
    assert!(
        places[2].starts_with("second.yml:1:1: unknown key"),
        "{said}"
    );
}

#[test]
fn an_id_with_a_space_is_shown_with_one_that_would_do() {
    let folder = Folder::new();
    let minimal = rollcall(&["template", "show", "minimal"]).out;
    let spaced = format!(
        "{minimal}- [ ] **Safety:** copy it <!-- id: back up -->\n- [ ] **Last:** <!-- id: fertig-für-heute -->\n"
    );
    let path = folder.file("mine.md", &spaced);
    let ended = rollcall(&["check", &path]);
    assert_eq!(ended.code, 1);
    let line = minimal.lines().count() + 1;
    let told = format!(
        "{path}:{line}:27: `back up` cannot be an id: ids have no spaces\nhint: write `<!-- id: back-up -->`\n"
    );
    assert!(ended.out.contains(&told), "{}", ended.out);
    assert!(
        ended
            .out
            .contains("`fertig-für-heute` cannot be an id: ids have only letters without accents"),
        "{}",
        ended.out
    );
    assert!(!ended.out.contains("has no id"), "{}", ended.out);
}

#[test]
fn front_matter_that_never_ends_is_told_from_none() {
    let folder = Folder::new();
    let path = folder.file("open.md", "---\nname: mine\n\n## Phase 1: Planning\n");
    let told = rollcall(&["check", &path]).out.replace(&path, "open.md");
    insta::assert_snapshot!(told, @"
    open.md:1:1: the front matter begins here and never ends: its closing `---` is missing
    hint: write a line `---` between the last of its keys and the checklist
    ");
    let path = folder.file("none.md", "## Phase 1: Planning\n");
    let told = rollcall(&["check", &path]).out;
    assert!(told.contains("the file has no front matter"), "{told}");
}

#[test]
fn a_document_without_items_makes_no_template() {
    let ended = rollcall_with(&["template", "import", "-"], "# Notes\n\nhello\n");
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    insta::assert_snapshot!(ended.err, @"
    line 1: left out `Notes` and the text below it: it is no phase
    error: `-` has no items, so it makes no template
    hint: an item is a line such as `- [ ] Title: what is to be done`; phases are headings such as `## Phase 1: Planning`
    ");
}

#[test]
fn a_byte_order_mark_hides_neither_the_first_heading_nor_the_first_box() {
    let items = |text: &str| rollcall_with(&["items", "-", "--json"], text).out;
    let first: Value = serde_json::from_str(&items("\u{feff}- [ ] a\n")).expect("JSON");
    assert_eq!(
        (&first[0]["line"], &first[0]["column"], &first[0]["offset"]),
        (&json!(1), &json!(3), &json!(5))
    );
    let below: Value = serde_json::from_str(&items("\u{feff}## Testing\n- [ ] a\n")).expect("JSON");
    assert_eq!(below[0]["phase"], "Testing");
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
