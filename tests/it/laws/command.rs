//! Every comment is read, and what is read are whole lines of it.

use rollcall::domain::{
    command::{Command, Said, parse::MOST, parse_comment},
    inert::{inert_code, inert_line, inert_markdown, plain},
    schedule::parse_window,
    text::command_lines,
};

pub fn hold(bytes: &[u8]) {
    let comment = String::from_utf8_lossy(bytes);
    let said = parse_comment(&comment);
    assert!(said.len() <= MOST + 1);
    let lines = command_lines(&comment);
    assert!(said.len() <= lines.len(), "no command without a line");
    let last = comment.split(['\n', '\r']).count();
    for (number, line) in lines {
        assert!(line.starts_with('/') && comment.contains(line));
        assert!((1..=last).contains(&number));
    }
    for said in &said {
        if let Said::Command(Command::Schedule { text }) = said {
            let now = "2026-11-02T10:00:00Z".parse().expect("a time");
            drop(parse_window(text, now, "Europe/Berlin"));
        }
    }
    quoted(&comment);
    inert(&comment);
}

/// Nothing is a command in a quote or in indented code.
fn quoted(comment: &str) {
    let behind = |mark: &str| {
        let lines = comment.replace("\r\n", "\n").replace('\r', "\n");
        mark.to_owned() + &lines.replace('\n', &format!("\n{mark}"))
    };
    assert_eq!(parse_comment(&behind("> ")), []);
    assert_eq!(parse_comment(&behind("    ")), []);
}

/// Text that Rollcall repeats gives nobody an order, and reads back as it was.
fn inert(text: &str) {
    for inert in [inert_markdown(text), inert_line(text), inert_code(text)] {
        assert_eq!(parse_comment(&inert), [], "{inert:?}");
    }
    let shown = plain(&inert_markdown(text));
    assert_eq!(plain(&inert_markdown(&shown)), shown);
}
