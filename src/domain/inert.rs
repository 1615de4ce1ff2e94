//! Text of people made inert, so that Markdown shows it and does nothing else with it; and such text read back.
//!
//! `plain(&inert_markdown(text))` is `text` again but for what no reader sees: control and invisible characters, and
//! white space at the ends of lines.

pub(in crate::domain) mod messages;

/// The space of no width that keeps `@name` from being a mention and `#1` from being a reference.
const BREAK: char = '\u{200b}';

/// Makes text of several lines inert: no mention, no reference, no HTML, no heading, list, box, quote, code block,
/// table, image, link definition or command. Emphasis, links and code spans stay.
#[must_use]
pub fn inert_markdown(text: &str) -> String {
    let lines = visible_lines(text);
    lines
        .iter()
        .map(|line| escape_marker(&escape_inline(line, false)))
        .collect::<Vec<_>>()
        .join("\n")
        .trim_matches('\n')
        .to_owned()
}

/// Makes text inert for one line: a table cell, a sentence, a heading. Line ends become spaces, and emphasis, code and
/// links are shown as they were typed.
#[must_use]
pub fn inert_line(text: &str) -> String {
    let line = one_line(text);
    escape_marker(&escape_inline(&line, true))
}

/// Text as a code span, with as many backticks around it as it needs; empty text stays empty.
#[must_use]
pub fn inert_code(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() {
        return line;
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// Words of ours with names in code spans: the spans stay, everything between them is made inert for one line.
#[must_use]
pub fn inert_says(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return inert_line(text);
    }
    let parts = parts.into_iter().enumerate();
    let says: String = parts
        .map(|(at, part)| match at % 2 {
            1 => inert_code(part),
            _ => between(part),
        })
        .collect();
    escape_marker(says.trim())
}

/// Text before, between or after code spans, with one space where it touches them with some.
fn between(part: &str) -> String {
    let words = escape_inline(&one_line(part), true);
    let space = |touches: bool| if touches { " " } else { "" };
    let before = space(part.starts_with(char::is_whitespace) && !words.is_empty());
    let after = space(part.ends_with(char::is_whitespace));
    format!("{before}{words}{after}")
}

/// The text that inert Markdown shows: escapes and the entities written here undone, invisible characters removed,
/// line ends as LF, lines and text trimmed.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let lines: Vec<String> =
        visible_lines(&markdown.replace("://redirect.github.com/", "://github.com/"))
            .iter()
            .map(|line| unescape(line))
            .collect();
    lines.join("\n").trim().to_owned()
}

fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let escaped = rest
            .strip_prefix('\\')
            .and_then(|rest| rest.chars().next())
            .filter(char::is_ascii_punctuation);
        if let Some((entity, shown)) = entity {
            text.push(*shown);
            rest = &rest[entity.len()..];
        } else if let Some(shown) = escaped {
            text.push(shown);
            rest = &rest[2..];
        } else {
            text.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    text
}

const ENTITIES: [(&str, char); 4] = [
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
    ("&#124;", '|'),
];

fn one_line(text: &str) -> String {
    visible_lines(text)
        .join(" ")
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The lines of a text, trimmed, without control characters and without those that only change how others are shown.
fn visible_lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace(
        ['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'],
        "\n",
    );
    let line = |line: &str| {
        let visible = line
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| !c.is_control() && !is_invisible(*c));
        visible.collect::<String>().trim().to_owned()
    };
    text.split('\n').map(line).collect()
}

/// Characters of no width, and those that turn the direction of writing. The joiner of emoji is kept.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Escapes what means something anywhere in a line; with `all`, also emphasis, code, links and cells.
fn escape_inline(line: &str, all: bool) -> String {
    let mut escaped = String::new();
    let mut before = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str().chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' if starts_entity(rest.as_str()) => escaped.push_str("&amp;"),
            '@' if !word(before) => escaped.extend([c, BREAK]),
            '#' if after.is_some_and(|c| c.is_ascii_digit()) => escaped.extend([c, BREAK]),
            ':' if names_a_thing(rest.as_str()) => {
                escaped.push_str("://redirect.github.com/");
                let after = rest.as_str().strip_prefix("//").and_then(after_host);
                rest = after.unwrap_or_default().chars();
            }
            _ if !word(before) && is_commit(c, rest.as_str()) => escaped.extend([c, BREAK]),
            '-' if after.is_some_and(|c| c.is_ascii_digit()) && ends_with_gh(&escaped) => {
                escaped.extend([c, BREAK]);
            }
            '\\' if after.is_none_or(|c| c.is_ascii_punctuation()) => escaped.push_str("\\\\"),
            '!' if after == Some('[') => escaped.push_str("\\!"),
            '|' if all => escaped.push_str("&#124;"),
            '`' | '*' | '~' | '[' if all => escaped.extend(['\\', c]),
            '_' if all
                && !(before.is_some_and(char::is_alphanumeric)
                    && after.is_some_and(char::is_alphanumeric)) =>
            {
                escaped.push_str("\\_");
            }
            _ => escaped.push(c),
        }
        before = Some(c);
    }
    escaped
}

/// Whether the text behind a colon makes the address of an issue, a pull request, a discussion or a commit on github.com. Under
/// `redirect.github.com` the link leads to the same page, but what it names is not told that somebody mentioned it.
fn names_a_thing(rest: &str) -> bool {
    let Some(path) = rest.strip_prefix("//").and_then(after_host) else {
        return false;
    };
    let mut parts = path.split(['/', '?', '#', ' ', ')', '>']);
    let kind = parts.nth(2).unwrap_or_default();
    ["issues", "pull", "discussions", "commit"].contains(&kind)
        && parts.next().is_some_and(|number| !number.is_empty())
}

fn after_host(rest: &str) -> Option<&str> {
    let host = "github.com/";
    let (head, tail) = rest.split_at_checked(host.len())?;
    head.eq_ignore_ascii_case(host).then_some(tail)
}

/// Whether a word that begins with this letter has the shape of a commit: 7 to 40 hexadecimal digits, of which some are digits and some
/// are letters. GitHub makes links of those it knows.
fn is_commit(first: char, rest: &str) -> bool {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let word = || std::iter::once(first).chain(rest[..end.unwrap_or(rest.len())].chars());
    (7..=40).contains(&word().count())
        && word().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
        && word().any(|c| c.is_ascii_digit())
        && word().any(|c| c.is_ascii_alphabetic())
}

/// Whether an ampersand before this text would make an entity.
fn starts_entity(rest: &str) -> bool {
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '#')
        .unwrap_or(rest.len());
    end > 0 && rest[end..].starts_with(';')
}

/// `GH-1` is a reference to issue 1.
fn ends_with_gh(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2 && bytes[bytes.len() - 2..].eq_ignore_ascii_case(b"gh")
}

/// Escapes what means something at the start of a line.
fn escape_marker(line: &str) -> String {
    let digits = line
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(line.len());
    if digits > 0 && line[digits..].starts_with(['.', ')']) && ends_marker(&line[digits + 1..]) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let only = |set: &str| line.chars().all(|c| set.contains(c));
    let means_something = match line.chars().next() {
        Some('-' | '+') => ends_marker(&line[1..]) || only("-:| "),
        Some('*') => ends_marker(&line[1..]) || only("* "),
        Some('#') => ends_marker(line.trim_start_matches('#')),
        Some('[') => box_or_definition(line),
        Some('`') => line.starts_with("```"),
        Some('~') => line.starts_with("~~~"),
        Some('_') => only("_ "),
        Some('=') => only("= "),
        // A command: of ours, or of another bot that would take Rollcall for the one who gives it.
        Some('/') => line[1..].starts_with(|c: char| c.is_ascii_alphabetic()),
        Some('>' | '|' | ':') => true,
        _ => false,
    };
    if means_something {
        format!("\\{line}")
    } else {
        line.to_owned()
    }
}

fn ends_marker(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(' ')
}

fn box_or_definition(line: &str) -> bool {
    let Some((label, rest)) = line[1..].split_once(']') else {
        return true;
    };
    label.starts_with('^') || rest.starts_with(':') || matches!(label.trim(), "" | "x" | "X")
}

#[cfg(test)]
mod tests;
