//! Whose a webhook is, told by its letters, before it is stored and without parsing it.

/// Where GitHub writes the installation: near the end of most payloads, near the beginning of those about itself.
const NEAR: usize = 8 * 1024;
const KEY: &[u8] = br#""installation""#;

/// The installation's number, if it shows. It only decides who takes turns with whom: what is handled is read from
/// the payload later.
///
/// A text of a person cannot pretend to be the key: within JSON's texts quotes carry a backslash.
#[must_use]
pub fn installation_in(body: &[u8]) -> Option<i64> {
    let end = &body[body.len().saturating_sub(NEAR)..];
    let begin = &body[..body.len().min(NEAR)];
    last_in(end).or_else(|| last_in(begin))
}

fn last_in(part: &[u8]) -> Option<i64> {
    let places = part.windows(KEY.len()).enumerate().rev();
    let mut keys = places.filter(|(_, letters)| *letters == KEY);
    keys.find_map(|(at, _)| number_after(&part[at + KEY.len()..]))
}

/// The number in `:{"id":123`, with white space anywhere.
fn number_after(text: &[u8]) -> Option<i64> {
    let mut rest = text;
    for word in [&b":"[..], b"{", br#""id""#, b":"] {
        rest = rest.trim_ascii_start().strip_prefix(word)?;
    }
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<i64>) {
        assert_eq!(installation_in(body.as_bytes()), expected, "{body}");
    }

    #[test]
    fn it_shows_at_the_end_or_at_the_beginning() {
        check(
            r#"{"action":"edited","sender":{"id":1},"installation":{"id":777,"node_id":"x"}}"#,
            Some(777),
        );
        check(
            &format!(
                r#"{{"action":"deleted","installation":{{"id":42}},"repositories":"{}"}}"#,
                "x".repeat(100_000)
            ),
            Some(42),
        );
        check("{ \"installation\" : {\n \"id\" : 7 } }", Some(7));
    }

    #[test]
    fn what_people_write_is_not_taken_for_it() {
        let written = serde_json::json!({
            "installation": { "id": 777 },
            "title": r#"x","installation":{"id":666},"y":""#,
            "zen": "installation",
        });
        check(&written.to_string(), Some(777));
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        for body in [
            "",
            "{}",
            r#""installation""#,
            r#"{"installation":null}"#,
            r#"{"installation":{"id":"#,
            r#"{"installation":{"id":-1}}"#,
            r#"{"installation":{"id":99999999999999999999}}"#,
        ] {
            check(body, None);
        }
    }
}
