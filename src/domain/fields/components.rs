//! Components as people write them: a table, a list, a line.

use super::Component;
use crate::domain::checklist::normalise_title;
use crate::domain::inert::plain;

/// Reads components from Markdown: the rows of a table (`Component`, `From`, `To`, `Reason`, in any order when it has
/// these headings), or lines such as `api 1.4.1..1.4.2 security update`, `- api: 1.4.1 → 1.4.2 (security update)`,
/// `api from 1.4.1 to 1.4.2 because …`. What cannot be told apart becomes the name, so that it is asked for and not lost.
#[must_use]
pub fn parse(text: &str) -> Vec<Component> {
    let mut columns = [0, 1, 2, 3];
    let mut components = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let component = if line.starts_with('|') {
            let cells = cells(line);
            if let Some(found) = heading(&cells) {
                columns = found;
                continue;
            }
            row(&cells, columns)
        } else {
            sentence(line)
        };
        if component != Component::default() {
            components.push(component);
        }
    }
    components
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices('|') {
        if !line[..at].ends_with('\\') {
            cells.push(line[start..at].trim());
            start = at + 1;
        }
    }
    cells.push(line[start..].trim());
    cells
}

/// The columns of name, from, to and reason, when this row names them.
fn heading(cells: &[&str]) -> Option<[usize; 4]> {
    let names: Vec<String> = cells.iter().map(|cell| normalise_title(cell)).collect();
    let column = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let name = column(&["component", "components", "name", "package"])?;
    let to = column(&["to", "new", "to version", "target"])?;
    let from = column(&["from", "current", "from version", "old"]).unwrap_or(usize::MAX);
    Some([
        name,
        from,
        to,
        column(&["reason", "why"]).unwrap_or(usize::MAX),
    ])
}

fn row(cells: &[&str], [name, from, to, reason]: [usize; 4]) -> Component {
    let rule = |cell: &&str| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':'));
    if cells.iter().all(rule) {
        return Component::default();
    }
    let cell = |column: usize| {
        cells
            .get(column)
            .map_or_else(String::new, |cell| plain(cell))
    };
    Component {
        name: cell(name),
        from: cell(from),
        to: cell(to),
        reason: cell(reason),
    }
}

fn sentence(line: &str) -> Component {
    let line = line.trim_start_matches(['-', '*', '+']).trim_start();
    let line = line
        .strip_prefix("[ ] ")
        .or_else(|| line.strip_prefix("[x] "))
        .unwrap_or(line);
    let mut text = plain(line);
    for arrow in ["→", "⇒", "->", "=>", ".."] {
        text = text.replacen(arrow, " → ", 1);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let arrow = words.iter().position(|word| matches!(*word, "→" | "to"));
    let Some(arrow) = arrow.filter(|arrow| *arrow >= 2 && *arrow + 1 < words.len()) else {
        return Component {
            name: plain(line),
            ..Component::default()
        };
    };
    let clean = |word: &str| word.trim_matches(['`', '*', ',', ';', ':']).to_owned();
    let name: Vec<&str> = words[..arrow - 1]
        .iter()
        .copied()
        .filter(|word| *word != "from")
        .collect();
    let reason = words[arrow + 2..].join(" ");
    let reason = reason.strip_prefix("because ").unwrap_or(&reason);
    let reason = reason.trim_start_matches(['-', '–', '—', ':', ',', '(', ' ']);
    let reason = if reason.contains('(') {
        reason
    } else {
        reason.trim_end_matches(')')
    };
    Component {
        name: clean(&name.join(" ")),
        from: clean(words[arrow - 1]),
        to: clean(words[arrow + 1]),
        reason: reason.trim().to_owned(),
    }
}
