//! `docs/announcements.md` is made from the renderings, so that it stays true.

use super::{sample::shop, words, *};

const PAGE: &str = include_str!("../../../../docs/announcements.md");

fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end())
}

fn page() -> String {
    let scheduled = shop(AnnouncementKind::Scheduled);
    let pen = words::Pen {
        room: 1,
        inert: str::to_owned,
    };
    let kinds: Vec<String> = AnnouncementKind::ALL
        .iter()
        .map(|kind| {
            let said = words::words(&shop(*kind), &pen);
            format!("| `{kind}` | {} | {} |\n", said.headline, said.lead)
        })
        .collect();
    format!(
        include_str!("page.md.in"),
        kinds = kinds.concat(),
        subject = subject(&scheduled),
        text = fenced("text", &email_text(&scheduled)),
        html = fenced("html", &email_html(&scheduled)),
        telegram = fenced("html", &telegram_html(&scheduled)),
        plain = fenced("text", &telegram_plain(&scheduled)),
        rolled_back = fenced("html", &telegram_html(&shop(AnnouncementKind::RolledBack))),
    )
}

#[test]
fn the_page_on_announcements_shows_what_is_sent() {
    let page = page();
    assert!(
        PAGE.trim_end() == page.trim_end(),
        "docs/announcements.md must read:\n{page}"
    );
}
