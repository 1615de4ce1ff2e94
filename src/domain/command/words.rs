//! The words after a command.

/// Takes the first word off; the rest is trimmed.
pub(super) fn first(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

/// The text, if there is any.
pub(super) fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An item as people write it (`backup`, `` `backup` ``, `3.2`, `3.2:`), in lower case.
pub(super) fn item(word: &str) -> Option<String> {
    let word = word
        .trim_matches(['`', '"', '\'', ',', ':', '.', '#'])
        .to_lowercase();
    let good = |c: char| c.is_alphanumeric() || ['-', '_', '.'].contains(&c);
    (!word.is_empty() && word.chars().all(good)).then_some(word)
}

/// A login after `@`.
pub(super) fn login(word: &str) -> Option<String> {
    let name = word.strip_prefix('@')?.trim_end_matches([',', '.', ':']);
    let good = |c: char| c.is_ascii_alphanumeric() || ['-', '_'].contains(&c);
    (!name.is_empty() && name.chars().all(good)).then(|| name.to_owned())
}
