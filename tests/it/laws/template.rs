//! A file is a template, or has mistakes at places within it; and what a template says, the issue made of it says again.

use rollcall::domain::{
    checklist,
    fields::{self, Fields},
    problem::Problem,
    template::{self, Template, render_body, render_title},
};

pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match template::parse(&text, "f.md") {
        Ok(template) => rendered(&template),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            for problem in &problems {
                inside(&text, problem);
            }
        }
    }
}

/// The issue made of a template has its items, all unticked, and fields that are empty.
fn rendered(template: &Template) {
    let body = render_body(template, &Fields::default());
    let items = checklist::parse(&body).items;
    assert!(items.iter().all(|item| item.line > 0));
    let shown = items.iter().filter(|item| item.depth == 0);
    let shown: Vec<_> = shown
        .map(|item| (item.id.as_deref(), item.title.as_str()))
        .collect();
    let own = template.items.iter();
    let own: Vec<_> = own
        .map(|item| (Some(item.id.as_str()), item.title.as_str()))
        .collect();
    assert_eq!(shown, own, "{body}");
    assert_eq!(fields::parse(&body, template), Fields::default(), "{body}");
    let title = render_title(template, &Fields::default());
    assert!(title.chars().count() <= 200 && !title.contains(['\n', '\r']));
}

/// A mistake is shown at a place of the file, or right behind the end of a line.
fn inside(text: &str, problem: &Problem) {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let line = lines.split('\n').nth(problem.line.wrapping_sub(1));
    let line = line.unwrap_or_else(|| panic!("no such line: {problem}"));
    let columns = 1..=line.chars().count() + 1;
    assert!(
        columns.contains(&problem.column),
        "no such column: {problem}"
    );
}
