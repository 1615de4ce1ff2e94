//! Which repositories a grant means: `acme/*`, `acme/shop-*`, `*`.

use std::fmt;

/// `owner/name` with `*` for any text. Letter case does not count, as on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Takes a pattern as written in the configuration; none when it can match no repository.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let parts = text.split('/').collect::<Vec<_>>();
        let sound = text == "*" || (parts.len() == 2 && parts.iter().all(|part| !part.is_empty()));
        sound.then_some(Self(text))
    }

    /// Whether `owner/name` is meant.
    #[must_use]
    pub fn matches(&self, repository: &str) -> bool {
        let mut rest = repository.to_lowercase();
        let mut pieces = self.0.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(after) = rest.strip_prefix(first) else {
            return false;
        };
        rest = after.to_owned();
        let pieces: Vec<&str> = pieces.collect();
        let Some((last, middle)) = pieces.split_last() else {
            return rest.is_empty();
        };
        for piece in middle {
            let Some(at) = rest.find(piece) else {
                return false;
            };
            rest = rest[at + piece.len()..].to_owned();
        }
        rest.ends_with(last)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, repository: &str) -> bool {
        Pattern::parse(pattern).is_some_and(|pattern| pattern.matches(repository))
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(check("acme/*", "acme/shop"));
        assert!(check("acme/*", "Acme/Shop"));
        assert!(check("acme/shop-*", "acme/shop-web"));
        assert!(check("*/shop", "acme/shop"));
        assert!(check("*", "acme/shop"));
        assert!(check("a*/s*p", "acme/shop"));
    }

    #[test]
    fn nothing_else_is_granted() {
        assert!(!check("acme/*", "acme2/shop"));
        assert!(!check("acme/shop", "acme/shop2"));
        assert!(!check("acme/shop-*", "acme/shop"));
        assert!(!check("*/a*a", "acme/a"));
        assert!(!check("acme", "acme/shop"));
        assert!(!check("", "acme/shop"));
    }
}
