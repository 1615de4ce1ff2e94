//! What is wrong with a YAML text, in words for the person who wrote it.

/// A sentence of ours for what the parser says: its words hold one of these, in this order.
const SENTENCES: [(&[&str], &str, &str); 25] = [
    (
        &["multiple YAML documents"],
        "a second document begins here",
        "one file holds one document: take out the `---` or `...` above this line",
    ),
    (
        &["recursive references"],
        "this `*name` stands inside the very value that it repeats",
        "write out what is meant in place of `*name`",
    ),
    (
        &["tabs disallowed", "found a tab"],
        "this line begins with a tab",
        "indent with spaces, two for each level",
    ),
    (
        &["alias references unknown anchor", "found unknown anchor"],
        "`*name` repeats a value that is marked `&name`, and there is none of this name",
        "put a text that begins with `*` in quotes",
    ),
    (
        &["scanning an anchor or alias", "parsing anchor"],
        "a name is expected behind `*` or `&`",
        "put a text that begins with `*` or `&` in quotes",
    ),
    (
        &["unclosed quote"],
        "this quote is never closed",
        "end the text with the same quote",
    ),
    (
        &["invalid trailing content"],
        "something follows the closing quote",
        "put the whole value in quotes; an apostrophe within '…' is written twice: 'it''s'",
    ),
    (
        &["while parsing a quoted scalar"],
        "this text in quotes holds a `\\` that means nothing",
        "write `\\\\` for a backslash, or put the text in '…', where it is one",
    ),
    (
        &["document indicator"],
        "the document ends within quotes",
        "end the text with the same quote before the `---`",
    ),
    (
        &[
            "illegal placement of ':'",
            "parsing a flow",
            "implicit flow mapping",
        ],
        "a bracket is open here, and this does not fit into it",
        "close it, part its entries with commas, and put texts with `: ` in quotes",
    ),
    (
        &["misplaced bracket"],
        "this bracket closes nothing",
        "take it out, or put the text in quotes",
    ),
    (
        &["mapping values are not allowed"],
        "a second `: ` on one line",
        "put the text in quotes, or begin the inner keys on a line of their own, indented",
    ),
    (
        &["block sequence entries are not allowed"],
        "a list cannot begin behind its key",
        "write each `- …` on a line of its own, or the list as `[a, b]`",
    ),
    (
        &["simple key expected ':'"],
        "this line is neither `key: value` nor `- entry`",
        "write a space behind the `:` or the `-`",
    ),
    (
        &["did not find expected key"],
        "this line is indented like nothing above it",
        "indent it exactly like the keys that it belongs to, with spaces",
    ),
    (
        &["did not find expected '-'"],
        "the list above goes on here without a `- `",
        "begin the line with `- `, or a key of its own further left",
    ),
    (
        &["expected <document start>"],
        "this line stands further left than the first one",
        "begin all keys of the file in the first column",
    ),
    (
        &["expected comment or line break"],
        "the text of a `|` or `>` begins on the next line",
        "write it there, indented, or put a text that begins with `|` or `>` in quotes",
    ),
    (
        &["null into string"],
        "a key is missing here, or is called `null`",
        "write the key, `null` in quotes",
    ),
    (
        &["expected string scalar"],
        "a key must be a text",
        "write it without brackets",
    ),
    (
        &["merge value", "merge keys"],
        "`<<` takes in the keys of another mapping, and this is none",
        "write the keys out",
    ),
    (
        &["non-finite float"],
        "this is no number that can be used",
        "put it in quotes if it is a text",
    ),
    (
        &["directive"],
        "a line that begins with `%` is an order to the reader of the file",
        "take the line out",
    ),
    (
        &[
            "!!binary",
            "a tag",
            "tagged",
            "verbatim tag",
            "unsupported tag",
        ],
        "`!` begins a tag, and tags are not read here",
        "take it out, or put a text that begins with `!` in quotes",
    ),
    (
        &[
            "limit exceeded",
            "budget breached",
            "depth exceeded",
            "counter overflow",
            "supported limit",
        ],
        "this is nested too deeply, or repeats itself too often",
        "write it with fewer brackets and fewer `*name`",
    ),
];

/// What is wrong and what to write instead. Where there is no sentence of ours, the parser's words are what there is.
pub(super) fn in_our_words(said: &str) -> (String, String) {
    // The place is told apart, and advice to the parser's caller is none to a person.
    let said = [" at line ", ", set DuplicateKeyPolicy"]
        .iter()
        .fold(said, |said, tail| {
            said.split(tail).next().unwrap_or_default()
        });
    if let Some(key) = said.strip_prefix("duplicate mapping key") {
        let key = key.trim_start_matches(':').trim();
        let what = if key.is_empty() {
            "this key is there already".to_owned()
        } else {
            format!("the key `{key}` is there already")
        };
        return (what, "keep one of the two".to_owned());
    }
    if let Some(bracket) = said.strip_prefix("unclosed bracket ") {
        let bracket = bracket.trim_matches('\'');
        let other = if bracket == "[" { "]" } else { "}" };
        return (
            format!("this `{bracket}` is never closed"),
            format!("write the `{other}` that belongs to it"),
        );
    }
    if let Some(character) = said.strip_prefix("unexpected character: ") {
        let character = character.trim_start_matches('`').trim_end_matches('\'');
        return (
            format!("a value cannot begin with {}", literal(character)),
            "put the text in quotes".to_owned(),
        );
    }
    let known = SENTENCES
        .iter()
        .find(|(words, _, _)| words.iter().any(|word| said.contains(word)));
    known.map_or_else(
        || {
            let hint = "a text with `:`, `#`, brackets or quotes in it is best put in quotes";
            (said.to_owned(), hint.to_owned())
        },
        |(_, what, hint)| ((*what).to_owned(), (*hint).to_owned()),
    )
}

/// A character as Markdown and terminals show it.
fn literal(character: &str) -> String {
    match character {
        "" | "`" => "a backtick".to_owned(),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::yaml::parse;

    /// A file (lines parted by `|`) and what is said of it.
    fn said(text: &str) -> String {
        let text = text.replace('|', "\n").replace('→', "\t");
        let problem = parse(&text, "f.yml", 1).expect_err(&text);
        assert!(!problem.hint.is_empty(), "no way out: {problem}");
        problem.to_string()
    }

    #[test]
    fn what_people_write_by_mistake_is_named_with_the_fix() {
        insta::assert_snapshot!(said("zone: UTC|---|notice: 1h|"), @"
        f.yml:3:1: a second document begins here
        hint: one file holds one document: take out the `---` or `...` above this line
        ");
        insta::assert_snapshot!(said("a: &x [*x]|"), @"
        f.yml:1:8: this `*name` stands inside the very value that it repeats
        hint: write out what is meant in place of `*name`
        ");
        insta::assert_snapshot!(said("approvals:|→required: 2|"), @"
        f.yml:2:2: this line begins with a tab
        hint: indent with spaces, two for each level
        ");
        insta::assert_snapshot!(said("audiences: [customers|"), @"
        f.yml:1:12: this `[` is never closed
        hint: write the `]` that belongs to it
        ");
        insta::assert_snapshot!(said("zone: \"Europe/Berlin|"), @"
        f.yml:1:7: this quote is never closed
        hint: end the text with the same quote
        ");
        insta::assert_snapshot!(said("name: 'it's'|"), @"
        f.yml:1:11: something follows the closing quote
        hint: put the whole value in quotes; an apostrophe within '…' is written twice: 'it''s'
        ");
        insta::assert_snapshot!(said("name: a: b|"), @"
        f.yml:1:8: a second `: ` on one line
        hint: put the text in quotes, or begin the inner keys on a line of their own, indented
        ");
        insta::assert_snapshot!(said("who: @ana|"), @"
        f.yml:1:6: a value cannot begin with `@`
        hint: put the text in quotes
        ");
        insta::assert_snapshot!(said("who: `ana`|"), @"
        f.yml:1:6: a value cannot begin with a backtick
        hint: put the text in quotes
        ");
        insta::assert_snapshot!(said("repositories: */shop|"), @"
        f.yml:1:15: `*name` repeats a value that is marked `&name`, and there is none of this name
        hint: put a text that begins with `*` in quotes
        ");
        insta::assert_snapshot!(said("zone: *utc|"), @"
        f.yml:1:7: `*name` repeats a value that is marked `&name`, and there is none of this name
        hint: put a text that begins with `*` in quotes
        ");
        insta::assert_snapshot!(said("notice: 1h|notice: 2h|"), @"
        f.yml:2:1: the key `notice` is there already
        hint: keep one of the two
        ");
        insta::assert_snapshot!(said("a:|  - 1| b: 2|"), @"
        f.yml:3:2: this line is indented like nothing above it
        hint: indent it exactly like the keys that it belongs to, with spaces
        ");
    }

    #[test]
    fn no_words_for_the_callers_of_the_parser_reach_a_person() {
        let texts = [
            "a: [1, 2]]|",
            "a: ]|",
            "a: [b, c|d: 2|",
            "a: - b|",
            "a:|- b|-c|",
            "- a|b: 1|",
            " a: 1|b: 2|",
            "a: 1|b|",
            "{a: 1|",
            "a: \"\\q\"|",
            "a: \"x\" y|",
            "a: >5x| b|",
            "? [a]|: 1|",
            "<<: 1|",
            "null: x|",
            "&a &b x: 1|",
            "a: .nan|",
            "%YAML 3|---|a: 1|",
            "a: !!binary x|",
            "a: 1|...|b: 2|",
            "a: %x|",
            "a: \"b|---|c\"|",
            "a: *|",
            "a: |→b|",
            "a: {b: c, d|e: f|",
        ];
        for text in texts {
            let said = said(text);
            for word in [
                "scalar",
                "sequence",
                "deserialize",
                "from_str",
                "Option",
                "policy",
                "did not find",
                "while ",
                "anchor",
                "EOF",
            ] {
                assert!(!said.contains(word), "{text:?}: {said}");
            }
        }
        assert!(said(&"[".repeat(5000)).contains("nested too deeply"));
    }
}
