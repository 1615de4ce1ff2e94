//! A checklist document with odd Markdown becomes a proper template.

use proptest::prelude::*;

use super::*;
use crate::domain::template::{builtin, lint_template, parse};

/// The shape of a document that was pasted from a word processor: phases without `#`, one box, then `[ ]` below
/// markers that stand alone. The words are ours.
const PASTED: &str = include_str!("../../../../tests/fixtures/pasted-checklist.txt");

#[test]
fn a_pasted_checklist_becomes_the_procedure() {
    let imported = import(PASTED);
    let template = parse(&imported.template, "imported.md").expect("a template without mistakes");
    let standard = builtin::standard();
    assert_eq!(template.items, standard.items);
    assert_eq!(template.fields, standard.fields);
    assert!(
        imported
            .template
            .contains("- [ ] **Backup Production Data:** Save"),
        "{}",
        imported.template
    );
    assert!(
        !imported.template.contains("Closing words"),
        "{}",
        imported.template
    );
}

#[test]
fn what_was_repaired_is_said() {
    insta::assert_snapshot!(import(PASTED).repairs.join("\n"), @"
    line 1: left out text that belongs to no item
    line 5: made `Planning` a heading
    line 6: joined the text of line 8 to its item
    line 7: removed list markers that stood alone on a line (34 in all)
    line 10: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 10: joined the text of line 12 to its item
    line 14: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 14: joined the text of line 16 to its item
    line 18: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 18: joined the text of line 20 to its item
    line 22: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 22: joined the text of line 23 to its item
    line 24: made `Testing` a heading
    line 25: joined the text of line 27 to its item
    line 29: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 29: joined the text of line 31 to its item
    line 33: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 33: joined the text of line 35 to its item
    line 37: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 37: joined the text of line 39 to its item
    line 41: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 41: joined the text of line 43 to its item
    line 45: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 45: joined the text of line 46 to its item
    line 47: made `Pre-Deployment` a heading
    line 48: joined the text of line 50 to its item
    line 52: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 52: joined the text of line 54 to its item
    line 56: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 56: joined the text of line 58 to its item
    line 60: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 60: joined the text of line 61 to its item
    line 62: made `Deployment` a heading
    line 63: joined the text of line 65 to its item
    line 67: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 67: joined the text of line 69 to its item
    line 71: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 71: joined the text of line 72 to its item
    line 73: made `Post-Deployment` a heading
    line 74: joined the text of line 76 to its item
    line 78: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 78: joined the text of line 80 to its item
    line 82: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 82: joined the text of line 84 to its item
    line 86: gave `[ ]` the list marker it lacked: GitHub showed no box
    line 86: joined the text of line 87 to its item
    line 88: left out `Closing words` and the text below it: it is no phase
    ");
}

#[test]
fn a_proper_checklist_needs_little_repair() {
    let imported = import(
        "## Planning\n- [x] **Ask:** Ask *all* of them <!-- id: ask-all -->\n  - [ ] the boss\n\n## Deployment\n1. [ ] Go — now\n- [ ] Go — now\n",
    );
    insta::assert_snapshot!(imported.template[imported.template.find("items:").expect("items")..], @"
    items:
      ask-all: {required: true}
      go-now: {required: true}
      go-now-2: {required: true}
    ---

    ## Phase 1: Planning

    - [ ] **Ask:** Ask *all* of them <!-- id: ask-all -->
      - [ ] the boss

    ## Phase 4: Deployment

    - [ ] **Go — now:** <!-- id: go-now -->
    - [ ] **Go — now:** <!-- id: go-now-2 -->
    ");
    insta::assert_snapshot!(imported.repairs.join("\n"), @"line 2: unticked the box: a template starts unticked");
    assert_eq!(lint_template(&imported.template, "f.md"), []);
}

#[test]
fn a_page_break_within_an_item_does_not_part_it_from_its_id() {
    let imported =
        import("## Testing\n- [ ] **Load:** first\u{c}then\u{2028}last\n  - [ ] a\u{85}b\n");
    assert!(
        imported
            .template
            .ends_with("- [ ] **Load:** first then last <!-- id: load -->\n  - [ ] a b\n"),
        "{}",
        imported.template
    );
    assert_eq!(lint_template(&imported.template, "f.md"), []);
}

#[test]
fn a_document_without_items_is_said_to_have_none() {
    assert_eq!(import("Dear all,\n\nhello").items, 0);
    assert_eq!(import("[ ] Tell them\nAll of them.").items, 1);
}

#[test]
fn a_byte_order_mark_hides_neither_the_first_heading_nor_the_first_box() {
    let imported = import("\u{feff}## Testing\n- [ ] **Load:** all of it\n");
    assert!(
        imported.template.contains("## Phase 2: Testing\n"),
        "{}",
        imported.template
    );
    assert_eq!(imported.repairs, Vec::<String>::new());
    assert_eq!(import("\u{feff}- [ ] **Load:** all of it\n").items, 1);
}

#[test]
fn a_task_of_nothing_but_a_colon_is_left_out() {
    let imported = import("## Phase 1: Planning\n\n- [ ] **A:** b\n  - [ ] :\n  - [ ] c\n");
    assert_eq!(lint_template(&imported.template, "f.md"), []);
    assert!(
        imported.template.ends_with("  - [ ] c\n"),
        "{}",
        imported.template
    );
    assert_eq!(imported.template.matches("  - [ ] ").count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_has_an_item_becomes_a_template_without_mistakes(
        lines in prop::collection::vec(prop::sample::select(vec![
            "Phase 1: Planning", "## Phase 4: Deployment", "# Notes", "-", "", "[ ] A: b `c", "- [ ] **A:** <b>", "  - [ ] <!-- id: 1 -->", "  - [ ] :",
            "- [x] true <!-- id: true -->", "text `with` *marks", "- more", "    code", "```", "> quote", "| a |", "|---|", "1. [ ] [a](b)",
            "[ ] \\", "- [ ] -", "- [ ] ** **", "- [ ] A: b\u{c}c", "Conclusion", "Done.", "\u{feff}", "\r", "- [ ] @all #1", "---", "===",
        ]), 0..30)
    ) {
        let imported = import(&lines.join("\n"));
        let problems = lint_template(&imported.template, "f.md");
        let empty = problems.iter().any(|problem| problem.message.contains("no task-list items"));
        prop_assert!(problems.is_empty() || empty, "{problems:?}\n{}", imported.template);
    }

    #[test]
    fn no_text_is_too_odd_to_import(text in "\\PC*|(.|\n)*") {
        let _ = import(&text);
        let _ = lint_template(&text, "f.md");
        let _ = lint_template(&format!("---\n{text}"), "f.md");
    }
}
