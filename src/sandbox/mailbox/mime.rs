//! Headers and parts of a mail: enough MIME (RFC 2045, 2047) to read what Rollcall writes.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A mail or one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Headers in their order, unfolded but not decoded.
    pub headers: Vec<(String, String)>,
    /// Body as it stands; empty when there are parts.
    pub body: String,
    /// Parts of a multipart.
    pub parts: Vec<Part>,
}

impl Part {
    /// Reads a mail or part.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
        let headers = unfold(head)
            .lines()
            .filter_map(|l| l.split_once(':'))
            .map(|(n, v)| (n.to_owned(), v.trim().to_owned()))
            .collect();
        let mut part = Self {
            headers,
            body: String::new(),
            parts: Vec::new(),
        };
        let boundary = part
            .header("content-type")
            .filter(|kind| kind.starts_with("multipart/"))
            .and_then(|kind| boundary(&kind));
        match boundary {
            None => body.clone_into(&mut part.body),
            Some(boundary) => {
                let inner = format!("\r\n{body}");
                let line = format!("\r\n--{boundary}");
                let pieces = inner.split(&line).skip(1);
                part.parts = pieces
                    .take_while(|p| !p.starts_with("--"))
                    .filter_map(|p| p.split_once("\r\n"))
                    .map(|(_, p)| Self::parse(p))
                    .collect();
            }
        }
        part
    }

    /// A header by name, its encoded words decoded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(decode_words(value))
    }

    /// The first part of this content type, itself included.
    #[must_use]
    pub fn find(&self, kind: &str) -> Option<&Self> {
        let own = self
            .header("content-type")
            .unwrap_or_else(|| "text/plain".to_owned());
        if own.to_lowercase().starts_with(kind) {
            return Some(self);
        }
        self.parts.iter().find_map(|p| p.find(kind))
    }

    /// The body, its transfer encoding undone.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = match self
            .header("content-transfer-encoding")
            .unwrap_or_default()
            .to_lowercase()
            .as_str()
        {
            "base64" => STANDARD
                .decode(self.body.split_whitespace().collect::<String>())
                .unwrap_or_default(),
            "quoted-printable" => quoted(&self.body.replace("=\r\n", "")),
            _ => self.body.clone().into_bytes(),
        };
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Joins folded lines: a line break before a blank goes.
#[must_use]
pub fn unfold(text: &str) -> String {
    text.replace("\r\n ", " ").replace("\r\n\t", " ")
}

fn boundary(kind: &str) -> Option<String> {
    let (_, rest) = kind.split_once("boundary=")?;
    let rest = rest.trim();
    let end = rest
        .strip_prefix('"')
        .map_or_else(|| rest.split(';').next(), |quoted| quoted.split('"').next());
    end.map(str::to_owned)
}

fn quoted(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(code) = code.filter(|_| first == b'=') {
            bytes.push(code);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    bytes
}

/// `=?utf-8?b?…?=` and `=?utf-8?Q?…?=`; blanks between two of them are no text.
fn decode_words(value: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), value);
    while let Some(at) = rest.find("=?") {
        let word: Vec<&str> = rest[at + 2..].splitn(4, '?').collect();
        let [_, encoding, text, after] = word[..] else {
            break;
        };
        let Some(after) = after.strip_prefix('=') else {
            break;
        };
        let between = &rest[..at];
        if !(between.trim().is_empty() && rest.len() < value.len()) {
            bytes.extend_from_slice(between.as_bytes());
        }
        if encoding.eq_ignore_ascii_case("b") {
            bytes.extend(STANDARD.decode(text).unwrap_or_default());
        } else {
            bytes.extend(quoted(&text.replace('_', " ")));
        }
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read() {
        for (value, wanted) in [
            ("plain", "plain"),
            ("=?utf-8?b?8J+agA==?= now", "🚀 now"),
            ("=?utf-8?Q?Caf=C3=A9_au?= =?utf-8?Q?_lait?=", "Café au lait"),
            ("a =?broken", "a =?broken"),
        ] {
            assert_eq!(decode_words(value), wanted);
        }
    }
}
