//! The boxes of a body as a table for people.

use std::fmt::Write as _;

use super::Checklist;

/// A table of the items: place, state, id, phase, title; sub-tasks are indented. Ends with a line break; a body
/// without boxes gives the headings alone.
#[must_use]
pub fn items_table(checklist: &Checklist) -> String {
    let dash = || "-".to_owned();
    let head = ["LINE", "DONE", "ID", "PHASE", "TITLE"].map(str::to_owned);
    let rows = checklist.items.iter().map(|item| {
        [
            format!("{}:{}", item.line, item.column),
            if item.checked { "yes" } else { "no" }.to_owned(),
            item.id.clone().unwrap_or_else(dash),
            item.phase.clone().unwrap_or_else(dash),
            format!("{}{}", "  ".repeat(item.depth), item.title),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let mut table = String::new();
    for row in &rows {
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a `String` cannot fail.
            let _ = write!(table, "{cell:width$}  ");
        }
        table.push_str(row[4].trim_end());
        table.push('\n');
    }
    table
}
