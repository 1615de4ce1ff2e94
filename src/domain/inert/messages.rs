//! The same for mail and chat: what people, repositories and GitHub wrote is shown, never obeyed.

use super::is_invisible;
use std::borrow::Cow;

/// One line of plain text: line ends and tabs become blanks, hidden characters go, runs of blanks become one.
pub(in crate::domain) fn one_line(text: &str) -> String {
    let seen: String = text
        .chars()
        .map(|c| {
            if c.is_whitespace() || c == '\u{85}' {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    seen.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Plain text of several lines: each cleaned like [`one_line`], with at most one empty line between two others.
pub(in crate::domain) fn lines(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let mut kept: Vec<String> = Vec::new();
    for line in text.split('\n').map(one_line) {
        if line.is_empty() && kept.last().is_none_or(String::is_empty) {
            continue;
        }
        kept.push(line);
    }
    if kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    kept.join("\n")
}

/// Length as Telegram counts it: UTF-16 code units.
pub(in crate::domain) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The beginning of a text, far longer than `limit` but not without end, so that a huge text costs no more than a long one.
pub(in crate::domain) fn beginning(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit.saturating_mul(4)) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// The text when it fits into `limit` UTF-16 units, else its beginning, cut behind a word where one ends near, with an ellipsis.
pub(in crate::domain) fn clip(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut used = 1; // the ellipsis
    let mut kept = String::new();
    for c in text.chars() {
        used += c.len_utf16();
        if used > limit {
            break;
        }
        kept.push(c);
    }
    let near = kept.len() - kept.len() / 3;
    if let Some(blank) = kept.rfind(char::is_whitespace).filter(|at| *at >= near) {
        kept.truncate(blank);
    }
    kept.truncate(kept.trim_end().len());
    if limit > 0 {
        kept.push('…');
    }
    kept
}

/// Text between HTML tags, or in a quoted attribute.
pub(in crate::domain) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Telegram turns `@name` and `/word` in plain text into mentions and commands. An invisible joiner behind the sign stops that.
/// Mail addresses and most web addresses stay as they are, because people want to follow them.
pub(in crate::domain) fn unlinked(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let address = word.starts_with("https://") || word.starts_with("http://");
        let mut before = ' ';
        let mut letters = word.chars().peekable();
        while let Some(c) = letters.next() {
            inert.push(c);
            let name = letters
                .peek()
                .is_some_and(|next| next.is_ascii_alphanumeric() || *next == '_');
            let begins = name && !before.is_ascii_alphanumeric() && before != '_';
            // In what only looks like an address, Telegram still sees mentions.
            let command = c == '/' && !address && !matches!(before, '/' | '<' | '>');
            if begins && (c == '@' || command) {
                inert.push(JOINER);
            }
            before = c;
        }
    }
    inert
}

/// Mail programs decode `=?utf-8?q?…?=` in a subject, and would show line ends and other headers that were hidden in it. A blank
/// keeps such a word from being one.
pub(in crate::domain) fn undecoded(line: &str) -> String {
    line.replace("=?", "= ?")
}

/// WORD JOINER: takes no room and breaks no line.
const JOINER: char = '\u{2060}';

/// A web address that may be made a link: http or https, and nothing in it that could end an attribute or a line.
pub(in crate::domain) fn web_address(link: &str) -> Option<&str> {
    let scheme = link.starts_with("https://") || link.starts_with("http://");
    let plain = link
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`'));
    (scheme && plain && link.len() <= 500).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_bring_lines_or_turn_its_direction() {
        assert_eq!(
            one_line("api\r\nBcc: all@example.org\u{202e}gpj.exe\u{7}\t x "),
            "api Bcc: all@example.orggpj.exe x"
        );
        assert_eq!(one_line("a\u{2028}b\u{85}c"), "a b c");
    }

    #[test]
    fn lines_stay_lines_but_not_more_than_one_is_empty() {
        assert_eq!(lines("\n\na\r\n\r\n \n\n b\u{2029}c\n\n"), "a\n\nb\nc");
    }

    #[test]
    fn what_is_too_long_ends_behind_a_word() {
        assert_eq!(clip("short", 5), "short");
        assert_eq!(clip("one two three", 10), "one two…");
        assert_eq!(clip("🚀🚀🚀", 5), "🚀🚀…");
        assert_eq!(clip("🚀🚀🚀", 4), "🚀…");
        assert_eq!(clip("abc", 0), "");
    }

    #[test]
    fn nobody_is_mentioned_and_no_command_is_offered() {
        assert_eq!(
            unlinked("@everyone run /start"),
            "@\u{2060}everyone run /\u{2060}start"
        );
        assert_eq!(
            unlinked("http://@bob ./@bob (/stop Ⓐ@bob"),
            "http://@\u{2060}bob ./@\u{2060}bob (/\u{2060}stop Ⓐ@\u{2060}bob"
        );
        for plain in [
            "ops@example.org",
            "https://example.org/a/b",
            "client/server",
            "2/3",
        ] {
            assert_eq!(unlinked(plain), plain);
        }
    }

    #[test]
    fn only_a_web_address_becomes_a_link() {
        assert!(web_address("https://github.com/acme/shop/issues/7").is_some());
        for bad in [
            "javascript:alert(1)",
            "https://a\" onclick=\"x",
            "https://a\r\nb",
            "",
            "https://a b",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
    }
}
