//! Telegram's HTML: which tags it takes, and how long a text is without them.

const TAGS: [&str; 16] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "a",
    "code",
    "pre",
    "span",
    "tg-spoiler",
    "tg-emoji",
    "blockquote",
];

/// The text without tags and with entities resolved; what cannot be read stays as it is.
pub(super) fn plain(html: &str) -> String {
    parse(html).unwrap_or_else(|_| html.to_owned())
}

/// Length in UTF-16 units after parsing.
///
/// # Errors
/// Telegram's words for what it cannot parse.
pub(super) fn length(html: &str) -> Result<usize, String> {
    parse(html).map(|text| text.encode_utf16().count())
}

fn parse(html: &str) -> Result<String, String> {
    let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        let offset = html.len() - rest.len() + at;
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (character, length) = entity(rest);
            text.push(character);
            rest = &rest[length..];
        } else {
            let end = rest
                .find('>')
                .ok_or_else(|| format!("Unclosed start tag at byte offset {offset}"))?;
            tag(&rest[1..end], offset, &mut open)?;
            rest = &rest[end + 1..];
        }
    }
    text.push_str(rest);
    match open.pop() {
        Some(name) => Err(format!(
            "Can't find end tag corresponding to start tag \"{name}\""
        )),
        None => Ok(text),
    }
}

/// The character of an entity and its length; a lone `&` is itself.
fn entity(text: &str) -> (char, usize) {
    let named = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
    ];
    if let Some((entity, character)) = named.into_iter().find(|(e, _)| text.starts_with(e)) {
        return (character, entity.len());
    }
    let number = text
        .strip_prefix("&#")
        .and_then(|t| t.split_once(';'))
        .map(|(n, _)| n)
        .filter(|n| n.len() < 8);
    let code = number.and_then(|n| {
        n.strip_prefix('x')
            .map_or_else(|| n.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
    });
    match (code.and_then(char::from_u32), number) {
        (Some(character), Some(number)) => (character, number.len() + 3),
        _ => ('&', 1),
    }
}

fn tag(inside: &str, offset: usize, open: &mut Vec<String>) -> Result<(), String> {
    if let Some(name) = inside.strip_prefix('/') {
        let name = name.trim().to_lowercase();
        return match open.pop() {
            None => Err(format!("Unexpected end tag at byte offset {offset}")),
            Some(expected) if expected != name => Err(format!(
                "Unmatched end tag at byte offset {offset}, expected \"</{expected}>\", found \"</{name}>\""
            )),
            Some(_) => Ok(()),
        };
    }
    let name = inside
        .split_whitespace()
        .next()
        .unwrap_or("")
        .to_lowercase();
    if !TAGS.contains(&name.as_str()) {
        return Err(format!(
            "Unsupported start tag \"{name}\" at byte offset {offset}"
        ));
    }
    open.push(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_or_refused_as_telegram_does() {
        for (html, wanted) in [
            (
                "<b>Shop</b> 1.4 &lt; 1.5 &amp; ready",
                Ok("Shop 1.4 < 1.5 & ready"),
            ),
            (
                "<a href=\"https://a.example/?x=1\">issue</a> &#128640;",
                Ok("issue 🚀"),
            ),
            ("AT&T", Ok("AT&T")),
            (
                "<b>x",
                Err("Can't find end tag corresponding to start tag \"b\""),
            ),
            (
                "<b><i>x</b></i>",
                Err("Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""),
            ),
            (
                "a<br>b",
                Err("Unsupported start tag \"br\" at byte offset 1"),
            ),
            ("1 < 2", Err("Unclosed start tag at byte offset 2")),
        ] {
            assert_eq!(
                parse(html).as_deref().map_err(String::as_str),
                wanted,
                "{html}"
            );
        }
    }

    #[test]
    fn length_counts_utf_16_without_tags() {
        assert_eq!(length("<b>🚀</b>&lt;"), Ok(3));
    }
}
