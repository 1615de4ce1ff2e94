//! Every hostile text, shown in every channel: it is shown, and does nothing.

use crate::notify::sample::saying;
use rollcall::domain::{
    announcement_kind::AnnouncementKind,
    checklist,
    inert::{inert_code, inert_line, inert_markdown},
    render::announcement::{email_html, email_text, subject, telegram_html, telegram_plain},
};

const TEXTS: &str = include_str!("../fixtures/hostile.txt");

/// The texts of the fixture, their escapes read.
fn texts() -> Vec<String> {
    let lines = TEXTS.lines().filter(|line| !line.starts_with("# Hostile"));
    let texts: Vec<String> = lines.map(read).collect();
    assert!(texts.len() > 25, "{} texts", texts.len());
    texts
}

fn read(line: &str) -> String {
    let (line, times) = match line.rsplit_once('*') {
        Some((text, number)) => number
            .parse()
            .map_or((line, 1), |times: usize| (text, times)),
        None => (line, 1),
    };
    let mut text = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let (shown, length) = match (c, rest.as_bytes().get(1)) {
            ('\\', Some(b'n')) => ('\n', 2),
            ('\\', Some(b'r')) => ('\r', 2),
            ('\\', Some(b't')) => ('\t', 2),
            ('\\', Some(b'0')) => ('\0', 2),
            ('\\', Some(b'u')) => {
                let code = u32::from_str_radix(&rest[2..6], 16).expect("four digits");
                (char::from_u32(code).expect("a character"), 6)
            }
            (c, _) => (c, c.len_utf8()),
        };
        text.push(shown);
        rest = &rest[length..];
    }
    text.repeat(times)
}

/// Fails when the channel's text does something that foreign text must not.
#[track_caller]
fn lacks(channel: &str, shown: &str, forbidden: &[&str], text: &str) {
    let lower = shown.to_lowercase();
    for sign in forbidden {
        let from = text.chars().take(60).collect::<String>();
        assert!(!lower.contains(sign), "{channel}: {sign:?} of {from:?}");
    }
}

/// What would mention, refer, close or be taken for Rollcall's own on GitHub, and what nobody sees.
const GITHUB: [&str; 14] = [
    "@octocat",
    "@acme",
    "@everyone",
    "#1",
    "api#2",
    "gh-3",
    "gh-4",
    "<script",
    "<img",
    "<!--",
    "//github.com/acme/api/issues",
    "//github.com/acme/api/pull",
    "\u{202e}",
    "\u{0}",
];

#[test]
fn on_github_a_text_is_words_and_nothing_else() {
    for text in texts() {
        for shown in [inert_markdown(&text), inert_line(&text)] {
            // The entity for `|` has a number in it.
            let shown = shown.replace("&#124;", "|");
            lacks("GitHub", &shown, &GITHUB, &text);
            assert!(checklist::parse(&shown).items.is_empty(), "{shown:?}");
            assert!(!shown.contains("0a1b2c3d4e"), "a commit in {shown:?}");
        }
        let line = inert_line(&text);
        assert!(!line.contains(['\n', '\r', '|']), "{line:?}");
        let code = inert_code(&text);
        let around = code.len() - code.trim_start_matches('`').len();
        let inside = code.trim_matches('`');
        let longest = inside.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        assert!(
            code.is_empty() || longest < around,
            "{around} backticks around {longest}"
        );
        assert!(!code.contains(['\n', '\r']), "{code:?}");
    }
}

#[test]
fn in_a_mail_a_text_brings_no_header_no_markup_and_no_line() {
    for kind in [AnnouncementKind::Scheduled, AnnouncementKind::Update] {
        for text in texts() {
            let announcement = saying(kind, &text);
            let subject = subject(&announcement);
            assert!(!subject.contains(|c: char| c.is_control()), "{subject:?}");
            assert!(!subject.contains("=?"), "{subject:?}");
            assert!(subject.chars().count() <= 140, "{subject:?}");
            lacks(
                "subject",
                &subject,
                &["\u{202e}", "\u{2028}", "\u{200b}"],
                &text,
            );
            let html = email_html(&announcement);
            let inert = [
                "<script",
                "<img",
                "<a href=\"javascript",
                "<!-- id",
                "<!-- rollcall",
                "<b>out",
                "\u{202e}",
                "\u{0}",
                "\u{1b}",
            ];
            lacks("HTML mail", &html, &inert, &text);
            let plain = email_text(&announcement);
            lacks(
                "mail",
                &plain,
                &["\u{202e}", "\u{0}", "\u{1b}", "\u{2028}"],
                &text,
            );
        }
    }
}

#[test]
fn in_a_chat_a_text_mentions_nobody_commands_nothing_and_fits() {
    for kind in [AnnouncementKind::Scheduled, AnnouncementKind::Update] {
        for text in texts() {
            let announcement = saying(kind, &text);
            for shown in [telegram_html(&announcement), telegram_plain(&announcement)] {
                let chat = [
                    "@octocat",
                    "@acme",
                    "@everyone",
                    "/start@",
                    " /stop",
                    "\u{202e}",
                    "\u{0}",
                    "\u{1b}",
                ];
                lacks("Telegram", &shown, &chat, &text);
            }
            let html = telegram_html(&announcement);
            lacks(
                "Telegram's HTML",
                &html,
                &[
                    "<script",
                    "<img",
                    "<!--",
                    "href=\"javascript",
                    "tg://user?id=1\"",
                ],
                &text,
            );
            assert!(telegram_plain(&announcement).encode_utf16().count() <= 4_096);
        }
    }
}
