//! Hidden markers: by them a second attempt finds what the first one wrote.

use crate::{
    domain::ids::Place,
    github::{app::GithubApp, error::GithubError, pages, routes, wire::Account, wire::Comment},
};
use std::ops::ControlFlow;

/// GitHub takes 65,536 characters.
const LONGEST: usize = 65_000;
/// More comments than fit on these no issue can have.
const MOST_PAGES: usize = 250;

const CUT: &str = "\n\n*(cut here: longer than GitHub takes)*";

/// The marker of a key. Keys are made by Rollcall; whatever could end the comment is taken out all the same.
pub(super) fn of_key(key: &str) -> String {
    let safe: String = key
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"<>".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("<!-- rollcall:{} -->", safe.replace("--", "-_"))
}

/// The text with its marker, cut at a character when GitHub would not take it.
pub(super) fn fit(text: &str, marker: &str) -> String {
    let room = LONGEST - marker.chars().count() - 1;
    let cut = text.char_indices().nth(room).map(|_| {
        let room = room - CUT.chars().count();
        let end = text
            .char_indices()
            .nth(room)
            .map_or(text.len(), |(at, _)| at);
        // Behind a whole line: half a line may hold half a code span, and what was inert in it would not be outside.
        let end = text[..end].rfind('\n').unwrap_or(0);
        format!("{}{CUT}", &text[..end])
    });
    let mut text = cut.unwrap_or_else(|| text.to_owned());
    if !holds(&text, marker) {
        text.push('\n');
        text.push_str(marker);
    }
    text
}

/// Whether a text holds the marker as a line of its own. Where Rollcall repeats what people wrote it never stands so: there it is part of
/// a sentence, and its `<` is escaped.
pub(super) fn holds(text: &str, marker: &str) -> bool {
    text.lines().any(|line| line.trim() == marker)
}

/// Whether the account is the App's own.
pub(super) fn is_own(user: Option<&Account>, slug: &str) -> bool {
    user.filter(|user| user.kind.as_deref() != Some("User"))
        .and_then(|user| user.login.strip_suffix("[bot]"))
        .is_some_and(|name| name.eq_ignore_ascii_case(slug))
}

/// Rollcall's own comment with this marker, on any page.
pub(super) async fn find(
    app: &GithubApp,
    place: &Place,
    marker: &str,
) -> Result<Option<u64>, GithubError> {
    let slug = app.slug().await?;
    let list = super::on_issue(&routes::COMMENTS, place, &[])?;
    let size = pages::TEXTS_PER_PAGE;
    let page = |page| list.clone().query(&format!("per_page={size}&page={page}"));
    pages::find(app, place, page, (size, MOST_PAGES), |comment: Comment| {
        let is_it = comment.body.is_some_and(|body| holds(&body, marker));
        if is_it && is_own(comment.user.as_ref(), slug) {
            ControlFlow::Break(comment.id)
        } else {
            ControlFlow::Continue(())
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_end_its_marker() {
        assert_eq!(
            of_key("reply:72d3162e-cc78-11e3-81ab-4c9367dc0958"),
            "<!-- rollcall:reply:72d3162e-cc78-11e3-81ab-4c9367dc0958 -->"
        );
        assert_eq!(
            of_key("reply:--><script>\nä"),
            "<!-- rollcall:reply:-___script___ -->"
        );
    }

    #[test]
    fn a_short_text_keeps_every_character() {
        assert_eq!(fit("hello", "<!-- m -->"), "hello\n<!-- m -->");
        assert_eq!(fit("<!-- m -->\nhello", "<!-- m -->"), "<!-- m -->\nhello");
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_keeps_its_marker() {
        for text in [
            "é🚀\n".repeat(40_000),
            "é".repeat(65_000),
            "x".repeat(64_989),
            format!("`{}`\n{}", "@all".repeat(20_000), "x".repeat(1_000)),
        ] {
            let fitted = fit(&text, "<!-- m -->");
            assert!(!fitted.contains("@all"), "half a code span");
            assert!(
                fitted.chars().count() <= LONGEST,
                "{} characters",
                fitted.chars().count()
            );
            assert!(fitted.ends_with("<!-- m -->"));
            assert_eq!(fitted.contains("cut here"), text.chars().count() > 64_989);
        }
    }

    #[test]
    fn a_marker_counts_as_a_line_of_its_own_only() {
        let marker = "<!-- rollcall:status -->";
        assert!(holds("words\n<!-- rollcall:status -->", marker));
        assert!(holds("<!-- rollcall:status -->\r\nwords", marker));
        for quoted in [
            "There is no item `<!-- rollcall:status -->`.",
            "> <!-- rollcall:status -->",
            "<!-- rollcall:status --> <!-- x -->",
            "&lt;!-- rollcall:status -->",
        ] {
            assert!(!holds(quoted, marker), "{quoted}");
            assert!(holds(&fit(quoted, marker), marker), "{quoted}");
        }
    }

    #[test]
    fn only_the_apps_own_account_is_its_own() {
        let account = |login: &str, kind: Option<&str>| Account {
            id: 1,
            login: login.to_owned(),
            kind: kind.map(str::to_owned),
        };
        assert!(is_own(
            Some(&account("Rollcall[bot]", Some("Bot"))),
            "rollcall"
        ));
        assert!(!is_own(
            Some(&account("rollcall[bot]", Some("User"))),
            "rollcall"
        ));
        assert!(!is_own(
            Some(&account("rollcall", Some("User"))),
            "rollcall"
        ));
        assert!(!is_own(
            Some(&account("rollcall2[bot]", Some("Bot"))),
            "rollcall"
        ));
        assert!(!is_own(None, "rollcall"));
    }
}
