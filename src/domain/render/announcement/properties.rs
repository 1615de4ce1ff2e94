//! What holds for whatever people write into a rollout.

use super::{sample::shop, *};
use crate::domain::fields::Component;
use proptest::prelude::*;

/// Texts with everything that could break a message, up to some thousand characters.
fn text(repeated: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "</b><script>alert(1)</script>",
            "<a href=\"javascript:x\">",
            "&lt;&amp;&",
            "\r\nBcc: all@example.org\r\n\r\n",
            "@everyone @here",
            "/start@rollcall_bot",
            "\u{202e}gnp.exe\u{2066}",
            "🚀👩‍👩‍👧",
            "\u{0}\u{7f}\u{9b}",
            "\"'`<!--",
            "long word ",
            "]]>",
            "=?utf-8?q?=0D=0A?=",
            "</blockquote>",
            "\u{2028}\u{85}",
        ])
        .prop_map(ToOwned::to_owned),
    ];
    (
        prop::collection::vec(piece, 0..6),
        prop_oneof![Just(1), Just(repeated)],
    )
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

prop_compose! {
    fn component()(name in text(4), from in text(4), to in text(4), reason in text(4)) -> Component {
        Component { name, from, to, reason }
    }
}

prop_compose! {
    fn announcement()(
        kind in prop::sample::select(AnnouncementKind::ALL.to_vec()),
        texts in prop::collection::vec(text(100), 10),
        parts in prop::collection::vec(component(), 0..4),
        times in prop_oneof![Just(1_usize), Just(40)],
    ) -> Announcement {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Announcement {
            title: next(), repository: next(), link: next(), purpose: next(), benefits: next(), impact: next(),
            contact: next(), message: next(), by: Some(next()), audience: next(),
            components: parts.iter().cycle().take(parts.len() * times).cloned().collect(),
            ..shop(kind)
        }
    }
}

/// What Telegram shows once the tags are read; fails where they do not nest, or where a character should have been escaped.
fn read_tags(html: &str) -> Result<String, TestCaseError> {
    let (mut shown, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&', '>']) {
        shown.push_str(&rest[..at]);
        let end = if rest[at..].starts_with('<') {
            '>'
        } else {
            ';'
        };
        let length = rest[at..].find(end).map(|length| length + 1);
        let token = &rest[at..at + length.ok_or_else(|| TestCaseError::fail("a bare sign"))?];
        rest = &rest[at + token.len()..];
        match token {
            "<b>" | "<i>" | "<blockquote>" => open.push(token[1..token.len() - 1].to_owned()),
            "&lt;" | "&gt;" | "&amp;" | "&quot;" => shown.push('x'),
            link if link.starts_with("<a href=\"https://") => open.push("a".to_owned()),
            close => prop_assert_eq!(
                Some(close.to_owned()),
                open.pop().map(|tag| format!("</{tag}>"))
            ),
        }
    }
    prop_assert!(open.is_empty(), "left open: {open:?}");
    Ok(shown + rest)
}

fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_telegram_message_is_well_formed_and_within_the_limit(a in announcement()) {
        let shown = read_tags(&telegram_html(&a))?;
        prop_assert!(shown.encode_utf16().count() <= 4096, "{} units", shown.encode_utf16().count());
        prop_assert!(!shown.chars().any(|c| c != '\n' && is_control(c)));
        let plain = telegram_plain(&a);
        prop_assert!(plain.encode_utf16().count() <= 4096);
        for (at, _) in plain.match_indices("@everyone") {
            let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
            prop_assert!(plain[..at].ends_with(inside), "a mention: {plain}");
        }
    }

    #[test]
    fn a_subject_is_one_short_line(a in announcement()) {
        let subject = subject(&a);
        prop_assert!(subject.chars().count() <= 120 && !subject.contains("=?"));
        prop_assert!(!subject.chars().any(is_control), "{subject:?}");
        prop_assert!(subject.contains(headline(a.kind)));
    }

    #[test]
    fn a_mail_holds_no_tag_of_anybody_else(a in announcement()) {
        let html = email_html(&a);
        for tag in html.split('<').skip(1) {
            let name: String = tag.chars().skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
            let ours = ["", "html", "head", "meta", "title", "body", "h1", "h2", "p", "strong", "blockquote", "table", "caption", "tr", "th", "td", "br", "a"];
            prop_assert!(ours.contains(&name.as_str()), "<{tag}");
        }
        prop_assert!(!html.contains("<a href=\"javascript"));
        prop_assert!(!email_text(&a).chars().any(|c| c != '\n' && is_control(c)));
    }
}
