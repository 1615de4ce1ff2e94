//! What people type is shown, and does nothing.

use proptest::prelude::*;

use super::*;
use crate::domain::{checklist, command::parse_comment, markdown};
use pulldown_cmark::{Event, Tag};

#[test]
fn text_is_shown_as_it_was_typed_and_does_nothing() {
    let check = |text: &str, expected: &str| {
        assert_eq!(inert_markdown(text), expected, "{text:?}");
        assert_eq!(plain(expected), text, "{expected:?}");
    };
    check(
        "ask @octocat or @acme/ops",
        "ask @\u{200b}octocat or @\u{200b}acme/ops",
    );
    check("mail ops@example.test", "mail ops@example.test");
    check(
        "see #12, acme/api#3, GH-4",
        "see #\u{200b}12, acme/api#\u{200b}3, GH-\u{200b}4",
    );
    check(
        "see https://github.com/acme/api/issues/7 and https://github.com/acme/api",
        "see https://redirect.github.com/acme/api/issues/7 and https://github.com/acme/api",
    );
    check(
        "since 0a1b2c3d, not since deadbeef or 20261102",
        "since 0\u{200b}a1b2c3d, not since deadbeef or 20261102",
    );
    check(
        "<script>alert(1)</script>",
        "&lt;script>alert(1)&lt;/script>",
    );
    check("<!-- id: backup -->", "&lt;!-- id: backup -->");
    check("&lt; & R&D", "&amp;lt; & R&D");
    check(
        "- [ ] x\n## Phase 9\n1. one\n> quote",
        "\\- [ ] x\n\\## Phase 9\n1\\. one\n\\> quote",
    );
    check(
        "[ ] x\n[x]: /url\n[a link](/url)",
        "\\[ ] x\n\\[x]: /url\n[a link](/url)",
    );
    check(
        "```\n---\n===\na | b\n:-- | --",
        "\\```\n\\---\n\\===\na | b\n\\:-- | --",
    );
    check(
        "**bold** and `code`\n-1 degree\n#tag",
        "**bold** and `code`\n-1 degree\n#tag",
    );
    check("C:\\dir\\*", "C:\\dir\\\\*");
    check(
        "![pixel](https://example.test/p.png)",
        "\\![pixel](https://example.test/p.png)",
    );
}

#[test]
fn a_text_repeated_by_rollcall_gives_nobody_an_order() {
    let repeated = "/approve-deploy\nfine\n  /lgtm\n/ \n/1\nsee /etc";
    let inert = inert_markdown(repeated);
    assert_eq!(inert, "\\/approve-deploy\nfine\n\\/lgtm\n/\n/1\nsee /etc");
    assert_eq!(parse_comment(&inert), []);
    assert_eq!(inert_line("/hold it"), "\\/hold it");
    assert_eq!(plain("\\/hold it"), "/hold it");
}

#[test]
fn what_no_reader_sees_is_dropped() {
    assert_eq!(
        inert_markdown("a\u{202e}b\u{0}c\r\n\u{200b}d\re\t\u{1b}[31m"),
        "abc\nd\ne [31m"
    );
    assert_eq!(
        inert_markdown("    - [ ] four spaces"),
        "\\- [ ] four spaces"
    );
}

#[test]
fn one_line_stays_one_line_and_one_cell() {
    assert_eq!(
        inert_line("a|b\r\n* c `d` snake_case"),
        "a&#124;b \\* c \\`d\\` snake_case"
    );
    assert_eq!(
        plain("a&#124;b \\* c \\`d\\` snake_case"),
        "a|b * c `d` snake_case"
    );
    assert_eq!(inert_code("a`b\n@c"), "``a`b @c``");
    assert_eq!(inert_code("`"), "`` ` ``");
}

#[test]
fn in_words_of_ours_only_what_stands_in_a_code_span_is_one() {
    let says = |text| inert_says(text).replace(BREAK, "(break)");
    assert_eq!(
        says("`a b` is not #1, write `@c`"),
        "`a b` is not #(break)1, write `@c`"
    );
    assert_eq!(
        says("`a`@acme/ops` is *not*"),
        "\\`a\\`@(break)acme/ops\\` is \\*not\\*"
    );
    assert_eq!(
        says("``a`@acme/ops` is not"),
        "a`@acme/ops` is not",
        "a name that brings backticks of its own is still only shown"
    );
}

/// Text that is full of what Markdown, GitHub and HTML care about.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "- [ ] ",
        "/hold",
        "[x]",
        "# ",
        "## Phase 9",
        "<!-- id: backup -->",
        "```",
        "~~~",
        "\n",
        "\r\n",
        "\r",
        "    ",
        "\t",
        "> ",
        "1. ",
        "|",
        "---",
        "===",
        "a",
        "word",
        "@user",
        "#1",
        "\\",
        "*",
        "_",
        "`",
        "<b>",
        "&lt;",
        "&",
        ":",
        "[^1]: ",
        "[a]: /u",
        "\u{200b}",
        "é",
        "🚀",
        "- ",
        "+ ",
        " ",
        "https://example.test",
        "(",
        ")",
        "!",
        "[",
        "]",
        "$",
        "~",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn inert_text_is_paragraphs_and_nothing_else(text in nasty()) {
        for inert in [inert_markdown(&text), inert_line(&text), inert_says(&text)] {
            prop_assert!(checklist::parse(&inert).items.is_empty());
            prop_assert!(parse_comment(&inert).is_empty());
            for (event, _) in markdown::events(&inert) {
                let block = matches!(&event, Event::Start(tag) if !matches!(tag, Tag::Paragraph)) && !markdown::is_inline(&event);
                let html = matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Rule | Event::FootnoteReference(_));
                prop_assert!(!block && !html, "{:?} in {:?}", event, inert);
            }
        }
    }

    #[test]
    fn inert_text_reads_back_as_it_was(text in nasty()) {
        let normal = visible_lines(&text).join("\n").trim().to_owned();
        prop_assert_eq!(plain(&inert_markdown(&text)), normal);
        prop_assert_eq!(plain(&inert_line(&text)), one_line(&text));
    }

    #[test]
    fn a_code_span_is_one_code_span(text in nasty()) {
        let events: Vec<_> = markdown::events(&format!("a {} b", inert_code(&text))).map(|(event, _)| event.into_static()).collect();
        let codes: Vec<_> = events.iter().filter_map(|event| match event { Event::Code(code) => Some(code.to_string()), _ => None }).collect();
        let line = one_line(&text);
        let expected = if line.is_empty() { vec![] } else { vec![line] };
        prop_assert_eq!(codes, expected);
    }
}
