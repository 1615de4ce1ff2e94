//! What is a box, what is it called, and what flipping it does.

use proptest::prelude::*;

use super::*;

/// The boxes of a text as `line:column state title`, one a line.
fn boxes(body: &str) -> String {
    let show = |item: &Item| {
        format!(
            "{}:{} {} {}",
            item.line,
            item.column,
            if item.checked { "[x]" } else { "[ ]" },
            item.title
        )
    };
    parse(body)
        .items
        .iter()
        .map(show)
        .collect::<Vec<_>>()
        .join("\n")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(boxes(body), *expected, "{body:?}");
    }
}

#[test]
fn every_kind_of_list_holds_boxes() {
    check(&[
        ("- [ ] a", "1:3 [ ] a"),
        ("* [x] a", "1:3 [x] a"),
        ("+ [X] a", "1:3 [x] a"),
        ("1. [ ] a", "1:4 [ ] a"),
        ("2) [x] a", "1:4 [x] a"),
        ("- a\n  - [ ] b\n    1. [x] c", "2:5 [ ] b\n3:8 [x] c"),
        ("-\t[ ] a", "1:3 [ ] a"),
        ("-    [ ] a", "1:6 [ ] a"),
        ("- [ ]\ta", "1:3 [ ] a"),
        ("   - [ ] a", "1:6 [ ] a"),
        ("- [ ] a\r\n- [x] b\r\n", "1:3 [ ] a\n2:3 [x] b"),
        ("- [ ] a\r- [x] b\r", "1:3 [ ] a\n2:3 [x] b"),
        ("- 🚀\n- [ ] 🚀 go", "2:3 [ ] 🚀 go"),
        ("text\n- [ ] a", "2:3 [ ] a"),
        ("- [x] a\n\n[x]: https://example.test", "1:3 [x] a"),
        ("- [ ] [x] a", "1:3 [ ] [x] a"),
        ("- - [ ] a", "1:5 [ ] a"),
        ("> - [ ] a\n> - [x] b", "1:5 [ ] a\n2:5 [x] b"),
        ("> [!NOTE]\n> - [ ] a", "2:5 [ ] a"),
        ("<details>\n\n- [ ] a\n\n</details>", "3:3 [ ] a"),
        ("- [ ] <!-- id: a -->", "1:3 [ ] "),
    ]);
}

#[test]
fn what_only_looks_like_a_box_is_none() {
    let none = [
        "```\n- [ ] a\n```",
        "~~~\n- [ ] a",
        "- x\n  ```\n  - [ ] a\n  ```",
        "    - [ ] a",
        "<!--\n- [ ] a\n-->",
        "<pre>\n- [ ] a\n</pre>",
        "<details>\n- [ ] a\n</details>",
        "-[ ] a",
        "- [] a",
        "- [  ] a",
        "- [\u{a0}] a",
        "- \u{a0}[ ] a",
        "- [ ]\u{a0}a",
        "- [ ]a",
        "-     [ ] a",
        "-\t\t[ ] a",
        "- [ ]",
        "- [ ]   ",
        "- a\n\n  [ ] b",
        "- # [ ] a",
        "- `[ ]` a",
        "- \\[ ] a",
        "- [x](https://example.test) a",
        "- [x][y] a\n\n[y]: https://example.test",
        "- [x]: https://example.test",
        "| a |\n|---|\n| [ ] b |",
        "text\n2. [ ] a",
        "1234567890. [ ] a",
        "- <!-- id: a -->[ ] b",
        "- **[ ]** a",
        "[ ] a",
        "",
    ];
    check(&none.map(|body| (body, "")));
}

#[test]
fn an_item_has_the_id_the_title_and_the_phase_that_readers_see() {
    let body = "# Checklist\n\n## Phase 1: Planning\n\n\
                - [ ] **Issue creation:** open it <!-- id: issue-creation -->\n\
                - [x] **Ask** — *all* of them\n  - [ ] the `boss`:\n\n    more text\n  - plain\n    - [x] deep <!-- id: Deep -->\n\
                ### Notes\n- [ ] **Do** not [forget](/url) <b>it</b> <!-- a note -->\n\
                ## Testing\n- [ ] first line\n  second line <!-- id: two -->\n\
                ## Phase 4 – Deployment:\n> ## Quoted\n> - [ ] in a quote\n\n- [ ] <!-- id: no-title -->\n";
    insta::assert_snapshot!(items_table(&parse(body)), @"
    LINE  DONE  ID              PHASE       TITLE
    5:3   no    issue-creation  Planning    Issue creation
    6:3   yes   -               Planning    Ask
    7:5   no    -               Planning      the boss
    11:7  yes   deep            Planning      deep
    13:3  no    -               Planning    Do not forget it
    15:3  no    two             Testing     first line
    19:5  no    -               Deployment  in a quote
    21:3  no    no-title        Deployment
    ");
}

#[test]
fn sub_tasks_know_what_they_stand_beneath() {
    let items = parse("- [ ] a\n  - [ ] b\n    - plain\n      - [ ] c\n- [ ] d\n> - [ ] e\n").items;
    let tree: Vec<_> = items
        .iter()
        .map(|item| (item.title.as_str(), item.depth, item.parent))
        .collect();
    assert_eq!(
        tree,
        [
            ("a", 0, None),
            ("b", 1, Some(0)),
            ("c", 2, Some(1)),
            ("d", 0, None),
            ("e", 0, None)
        ]
    );
}

#[test]
fn an_item_as_json_has_seven_keys() {
    let json =
        serde_json::to_string(&parse("## Testing\n- [x] é <!-- id: e -->")).expect("plain values");
    assert_eq!(
        json,
        r#"[{"id":"e","title":"é","phase":"Testing","checked":true,"line":2,"column":3,"offset":13}]"#
    );
}

#[test]
fn an_item_is_found_by_its_id_and_by_its_title_when_the_id_is_gone() {
    let checklist = parse(
        "- [ ] Backup  PRODUCTION data: <!-- id: other -->\n- [ ] backup production data.\n- [ ] x <!-- id: backup -->",
    );
    let line = |id, title| checklist.find(id, title).map(|item| item.line);
    assert_eq!(line("backup", "Backup Production Data"), Some(3));
    assert_eq!(line("gone", "Backup Production Data"), Some(2));
    assert_eq!(line("gone", "Nothing like it"), None);
    assert_eq!(line("gone", ""), None);
}

#[test]
fn only_the_byte_in_the_box_changes() {
    let body = "- [ ] a <!-- id: a -->\r\n\t- [X] b\r\n- [ ] c\u{2028}\n";
    let flipped = flip(
        body,
        &[("a", true), ("B", false), ("c", false), ("nobody", true)],
    );
    assert_eq!(
        flipped.body,
        "- [x] a <!-- id: a -->\r\n\t- [ ] b\r\n- [ ] c\u{2028}\n"
    );
    assert_eq!(flipped.missing, ["nobody"]);
}

/// What an edit changed, as `id=state` words.
fn changes(from: &str, to: &str) -> String {
    let word = |flip: Flip| format!("{}={}", flip.id, if flip.checked { "x" } else { "_" });
    flips(from, to)
        .into_iter()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn an_edit_is_told_by_what_it_changed() {
    let from = "- [ ] A <!-- id: a -->\n- [x] B <!-- id: b -->\n- [ ] C\n";
    assert_eq!(changes(from, from), "");
    assert_eq!(
        changes(
            from,
            "- [x] A <!-- id: a -->\n- [ ] B <!-- id: b -->\n- [x] C\n"
        ),
        "a=x b=_ c=x"
    );
    assert_eq!(
        changes(
            from,
            "- [x] C\n- [x] B <!-- id: b -->\n- [x] New name <!-- id: a -->\n"
        ),
        "c=x a=x",
        "moved"
    );
    assert_eq!(
        changes(from, "- [x] a:\n- [ ] B"),
        "a=x b=_",
        "the ids are gone, the titles are not"
    );
    assert_eq!(
        changes("- [ ] a", "- [x] A <!-- id: a -->"),
        "a=x",
        "an id came"
    );
    assert_eq!(changes(from, ""), "", "what is gone is not unticked");
    assert_eq!(changes("", from), "b=x", "what arrives ticked is a tick");
    assert_eq!(
        changes("- [ ] t\n- [x] t\n", "- [ ] t\n- [ ] t\n"),
        "t=_",
        "the same title twice"
    );
}

#[test]
fn a_box_stands_on_the_line_of_its_marker_and_is_as_wide_as_three_letters() {
    let boxes = |body: &str| parse(body).items.len();
    assert_eq!(boxes("- [\t] the tab is as wide as a space"), 1);
    assert_eq!(boxes("1. [\t] the tab is as wide as four"), 0);
    assert_eq!(boxes("-\t[\t] as wide as three"), 0);
    assert_eq!(boxes("- \n  [ ] below its marker"), 0);
    assert_eq!(boxes("- - [ ] behind two markers"), 1);
    assert_eq!(boxes("a\r\n\r\n* [ ] b\n\t- [x] c"), 2);
}

/// Documents made of what lists, boxes, quotes, code and HTML are made of.
fn documents() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "- ",
        "* ",
        "1. ",
        "[ ] ",
        "[x] ",
        "[X] ",
        "[ ]",
        "a",
        "b c",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "  ",
        "    ",
        "\t",
        "> ",
        "## P",
        "```\n",
        "<!-- id: a -->",
        "<!--",
        "-->",
        "<details>",
        "**t:**",
        "`",
        "|",
        "|---|",
        "[x]: /u",
        "---",
        "\\",
        "[^1]: ",
        "é",
        "🎉",
        "- [ ] t\n",
        "- [x] u <!-- id: u -->\n",
        "1. [ ] v\n",
        "  - [ ] w\n",
        "> - [ ] q\n",
        "\u{feff}",
        "\u{0}",
        "\u{2028}",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_text_is_a_body(body in "(.|\n|\r|\t)*") {
        let _ = flips(&body, &parse(&body).items.iter().map(|item| item.title.clone()).collect::<String>());
    }

    #[test]
    fn an_item_stands_where_it_says(body in documents()) {
        let mut before = None;
        for (index, item) in parse(&body).items.iter().enumerate() {
            let mark = &body[item.offset..item.offset + 3];
            prop_assert_eq!(item.checked, mark.eq_ignore_ascii_case("[x]"), "{}", mark);
            prop_assert!(mark.eq_ignore_ascii_case("[x]") || mark == "[ ]" || mark == "[\t]");
            prop_assert!(before < Some(item.offset));
            before = Some(item.offset);
            prop_assert!(item.parent.is_none_or(|parent| parent < index));
            prop_assert_eq!(item.depth == 0, item.parent.is_none());
            prop_assert_eq!(normalise_title(&normalise_title(&item.title)), normalise_title(&item.title));
        }
    }

    /// The law of the flip: one byte a box, no other item touched, and the way back is exact but for `X` and tabs.
    #[test]
    fn a_flip_changes_one_box_and_nothing_else(body in documents(), pick in any::<prop::sample::Index>()) {
        let before = parse(&body);
        prop_assume!(!before.items.is_empty());
        let picked = &before.items[pick.index(before.items.len())];
        prop_assume!(!before.is_twin(picked));
        let key = picked.key();
        let index = before.position(&key, &key);
        let wanted = index.is_some_and(|index| !before.items[index].checked);
        let flipped = flip(&body, &[(&key, wanted)]);
        let Some(index) = index else {
            // An item without a title and without an id cannot be named.
            prop_assert!(key.is_empty());
            prop_assert_eq!(flipped.missing, [key]);
            return Ok(());
        };
        let different: Vec<usize> =
            (0..body.len()).filter(|at| body.as_bytes()[*at] != flipped.body.as_bytes()[*at]).collect();
        prop_assert_eq!(different, [before.items[index].offset + 1]);
        prop_assert_eq!(body.len(), flipped.body.len());
        let mut expected = before.clone();
        expected.items[index].checked = wanted;
        let after = parse(&flipped.body);
        prop_assert_eq!(&after, &expected);
        prop_assert_eq!(flips(&body, &flipped.body).len(), 1);
        prop_assert_eq!(parse(&flip(&flipped.body, &[(&key, !wanted)]).body), before);
    }
}
