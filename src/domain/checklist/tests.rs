//! What is a box, what is it called, and what flipping it does.

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
