//! Rollcall's boxes and those of GFM's reference parsers, on the specification's examples and on generated documents.

mod documents;

use rollcall::domain::checklist;
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// Asks the reference parsers; what differs, in words.
fn differences(documents: &[String]) -> Vec<String> {
    let seen = |markdown: &String| json!({ "markdown": markdown, "items": boxes(markdown) });
    let seen: Vec<Value> = documents.iter().map(seen).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners");
    let mut node = Command::new("node")
        .arg("differ.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node; tests/partners/install.sh installs what is missing");
    let mut input = node.stdin.take().expect("a piped input");
    let text = serde_json::to_vec(&seen).expect("JSON");
    input.write_all(&text).expect("a reader");
    drop(input);
    let output = node.wait_with_output().expect("an end");
    let differences: Vec<Value> = serde_json::from_slice(&output.stdout).expect("an answer");
    differences
        .iter()
        .filter_map(|difference| told(documents, difference))
        .collect()
}

fn boxes(markdown: &str) -> Vec<Value> {
    let items = checklist::parse(markdown).items;
    let shown = items.iter().map(|item| json!({ "offset": item.offset, "line": item.line, "column": item.column, "checked": item.checked }));
    shown.collect()
}

/// A difference in words; none where the reference parsers differ too, and Rollcall is with cmark-gfm.
fn told(documents: &[String], difference: &Value) -> Option<String> {
    let index = difference["index"].as_u64();
    let index = index.and_then(|index| usize::try_from(index).ok());
    let markdown = &documents[index.expect("an index")];
    let list = |key: &str| lines(difference[key].as_array().expect("a list"));
    let (rollcall, micromark, cmark) = (lines(&boxes(markdown)), list("micromark"), list("cmark"));
    let known = if is_known(markdown) { "known" } else { "new" };
    let told = format!(
        "{known} {markdown:?}: rollcall {rollcall} | micromark {micromark} | cmark {cmark}"
    );
    (rollcall != cmark).then_some(told)
}

/// The lines of boxes, with an `x` where they are ticked.
fn lines(items: &[Value]) -> String {
    let line = |item: &Value| {
        let tick = if item["checked"] == true { "x" } else { "" };
        format!("{}{tick}", item["line"])
    };
    items.iter().map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_examples_of_the_specification_have_the_boxes_that_github_sees() {
    let examples = documents::examples();
    assert!(examples.len() >= 673, "only {} examples", examples.len());
    let varied = examples
        .iter()
        .flat_map(|example| documents::variations(example));
    let all: Vec<String> = examples.iter().cloned().chain(varied).collect();
    let differences = differences(&all);
    assert!(
        differences.is_empty(),
        "{} of {}\n{}",
        differences.len(),
        all.len(),
        differences.join("\n")
    );
}

/// What docs/parser.md lists under "What still differs".
fn is_known(markdown: &str) -> bool {
    let lines: Vec<&str> = markdown.lines().collect();
    let lists = lines.iter().any(|line| {
        let marks: Vec<&str> = line.split_whitespace().collect();
        let marker = |word: &str| matches!(word, "-" | "*" | "+" | "1." | "1)" | "2.");
        marks.windows(2).any(|two| marker(two[0]) && two[1] == "2.")
    });
    let lazy = |two: &[&str]| two[0].trim_start().starts_with('>') && two[1].starts_with('<');
    lists || lines.windows(2).any(lazy)
}

#[test]
fn random_documents_have_the_boxes_that_github_sees() {
    let seed = 20_261_123;
    let all: Vec<String> = documents::random(seed).take(8_000).collect();
    let differences = differences(&all);
    let (known, new): (Vec<&String>, Vec<&String>) = differences
        .iter()
        .partition(|told| told.starts_with("known"));
    assert!(
        new.is_empty(),
        "seed {seed}: {} of {}\n{new:#?}",
        new.len(),
        all.len()
    );
    assert!(known.len() <= 8, "{known:#?}");
}
