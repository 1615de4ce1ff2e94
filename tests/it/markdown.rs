//! Boxes as GitHub sees them: the cases on which GFM's reference parsers agree.

use rollcall::domain::checklist;
use serde_json::{Value, json};

#[test]
fn boxes_are_where_the_reference_parsers_see_them() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../partners/cases.json"))
        .expect("cases.json is an array of cases");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in &cases {
        let markdown = case["markdown"].as_str().expect("a case has a document");
        let seen: Vec<Value> = checklist::parse(markdown)
            .items
            .iter()
            .map(|item| json!({"offset": item.offset, "line": item.line, "column": item.column, "checked": item.checked}))
            .collect();
        // Null: the reference parsers differ and github.com has not been seen; any answer but a panic will do.
        if let Some(expected) = case["items"].as_array() {
            compared += 1;
            if seen != *expected {
                wrong.push(format!(
                    "{}: {markdown:?}\n  expected {expected:?}\n  found    {seen:?}",
                    case["name"]
                ));
            }
        }
    }
    assert!(compared >= 82, "only {compared} cases were compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
