//! The lines of a calendar file: unfolded, and split into name, parameters and value.

use std::collections::BTreeMap;

/// One property with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// 1-based number of the line it begins on.
    pub number: usize,
    /// In upper case.
    pub name: String,
    /// Names in upper case, values without quotes; of two with one name the last.
    pub parameters: BTreeMap<String, String>,
    /// As written.
    pub value: String,
}

impl Line {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

/// The properties of a file; the number of the first line that is none.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, usize> {
    let mut whole: Vec<(usize, String)> = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim_end_matches('\r');
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some((_, open))) => open.push_str(more),
            _ if line.is_empty() => {}
            _ => whole.push((at + 1, line.to_owned())),
        }
    }
    let line = |(number, line): (usize, String)| split(number, &line).ok_or(number);
    whole.into_iter().map(line).collect()
}

/// `NAME;PARAMETER=value;PARAMETER="quoted: value":value`.
fn split(number: usize, line: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut parts = cut(head).into_iter();
    let name = parts.next()?.to_ascii_uppercase();
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || !name.chars().all(good) {
        return None;
    }
    let parameter = |part: String| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_ascii_uppercase(), value.replace('"', "")))
    };
    Some(Line {
        number,
        name,
        parameters: parts.map(parameter).collect::<Option<_>>()?,
        value: value.to_owned(),
    })
}

/// Cuts at semicolons outside quotes.
fn cut(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match (c, parts.last_mut()) {
            (';', _) if !quoted => parts.push(String::new()),
            (c, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    parts
}
