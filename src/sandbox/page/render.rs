//! Markdown and Telegram's HTML as safe HTML for the page: nothing that people wrote becomes markup of its own.

use crate::domain::checklist::{Checklist, Item};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html::push_html};

/// Raw HTML that GitHub's pages show and that can do no harm.
const MARKDOWN_TAGS: [&str; 11] = [
    "details",
    "/details",
    "details open",
    "summary",
    "/summary",
    "br",
    "br/",
    "br /",
    "sub",
    "/sub",
    "hr",
];

/// Telegram's tags; links are handled apart.
const TELEGRAM_TAGS: [&str; 24] = [
    "b",
    "/b",
    "strong",
    "/strong",
    "i",
    "/i",
    "em",
    "/em",
    "u",
    "/u",
    "ins",
    "/ins",
    "s",
    "/s",
    "strike",
    "/strike",
    "del",
    "/del",
    "code",
    "/code",
    "pre",
    "/pre",
    "blockquote",
    "/blockquote",
];

/// A comment as HTML. Boxes are shown, but cannot be clicked.
pub(super) fn markdown(text: &str) -> String {
    body(text, &Checklist::default())
}

/// The body of an issue as HTML, its boxes carrying the byte at which they stand.
pub(super) fn body(text: &str, checklist: &Checklist) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    // A comment may span several lines, each an event of its own.
    let mut in_comment = false;
    let events =
        Parser::new_ext(text, options)
            .into_offset_iter()
            .map(|(event, range)| match event {
                Event::Html(html) => {
                    Event::Html(only(uncommented(&html, &mut in_comment), &MARKDOWN_TAGS).into())
                }
                Event::InlineHtml(html) => Event::InlineHtml(only(&html, &MARKDOWN_TAGS).into()),
                Event::TaskListMarker(checked) => {
                    let item = checklist.items.iter().find(|i| i.offset == range.start);
                    Event::InlineHtml(box_html(checked, item).into())
                }
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }) => Event::Start(Tag::Link {
                    link_type,
                    dest_url: safe(dest_url),
                    title,
                    id,
                }),
                Event::Start(Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                }) => Event::Start(Tag::Image {
                    link_type,
                    dest_url: safe(dest_url),
                    title,
                    id,
                }),
                other => other,
            });
    let mut html = String::new();
    push_html(&mut html, events);
    html
}

/// What is left of a line of raw HTML when a comment that began before it is taken away.
fn uncommented<'a>(line: &'a str, in_comment: &mut bool) -> &'a str {
    let rest = match (*in_comment, line.split_once("-->")) {
        (false, _) => line,
        (true, Some((_, after))) => after,
        (true, None) => return "",
    };
    *in_comment = rest
        .rfind("<!--")
        .is_some_and(|at| !rest[at..].contains("-->"));
    rest
}

/// A box; one that stands in the checklist can be clicked.
fn box_html(checked: bool, item: Option<&Item>) -> String {
    let checked = if checked { " checked" } else { "" };
    let known = item.map(|i| {
        format!(
            " data-offset=\"{}\" aria-label=\"{}\"",
            i.offset,
            escape(&i.title)
        )
    });
    format!(
        "<input type=\"checkbox\" disabled{checked}{}> ",
        known.unwrap_or_default()
    )
}

fn safe(url: CowStr<'_>) -> CowStr<'_> {
    if is_safe(&url) { url } else { "#".into() }
}

/// A Telegram message as HTML.
pub(super) fn telegram(html: &str) -> String {
    only(html, &TELEGRAM_TAGS).replace('\n', "<br>")
}

fn is_safe(url: &str) -> bool {
    let start = url.trim().to_lowercase();
    ["http://", "https://", "mailto:", "#"]
        .iter()
        .any(|scheme| start.starts_with(scheme))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Keeps these tags and harmless links, drops comments, and shows everything else as text.
fn only(html: &str, tags: &[&str]) -> String {
    let (mut out, mut rest) = (String::new(), html);
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let tag = rest[1..]
            .split_once('>')
            .map(|(tag, _)| tag)
            .unwrap_or_default();
        let allowed = tags.contains(&tag.to_lowercase().as_str())
            || (tags.contains(&"code") && (tag == "/a" || is_link(tag)));
        if allowed {
            out.push_str(&rest[..tag.len() + 2]);
            rest = &rest[tag.len() + 2..];
        } else {
            out.push_str("&lt;");
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// `a href="…"` and nothing else.
fn is_link(tag: &str) -> bool {
    let url = tag
        .strip_prefix("a href=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    url.is_some_and(|url| !url.contains('"') && is_safe(url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checklist;

    #[test]
    fn raw_html_is_text_but_for_the_harmless_few() {
        let check = |text: &str, wanted: &str| assert_eq!(markdown(text).trim(), wanted, "{text}");
        check(
            "a <script>alert(1)</script>",
            "<p>a &lt;script>alert(1)&lt;/script></p>",
        );
        check(
            "<img src=x onerror=alert(1)>",
            "&lt;img src=x onerror=alert(1)>",
        );
        check("<details open onclick=x>", "&lt;details open onclick=x>");
        check("x <!-- id: backup --> y<br>z", "<p>x  y<br>z</p>");
        check(
            "[a](javascript:alert(1)) [b](https://b.example)",
            "<p><a href=\"#\">a</a> <a href=\"https://b.example\">b</a></p>",
        );
        check(
            "<details><summary>More</summary>\n\ntext\n\n</details>",
            "<details><summary>More</summary>\n<p>text</p>\n</details>",
        );
    }

    #[test]
    fn telegram_keeps_its_tags_and_safe_links_only() {
        assert_eq!(
            telegram("<b>a</b>\n<a href=\"https://a.example\">l</a>"),
            "<b>a</b><br><a href=\"https://a.example\">l</a>"
        );
        assert_eq!(
            telegram("<a href=\"javascript:x\">l</a>"),
            "&lt;a href=\"javascript:x\">l</a>"
        );
        assert_eq!(
            telegram("<a href=\"https://x\" onclick=\"y\">"),
            "&lt;a href=\"https://x\" onclick=\"y\">"
        );
    }

    #[test]
    fn each_box_knows_its_byte() {
        let text = "### A\n\n- [ ] **One:** x <!-- id: one -->\n- [x] \"two\"\n";
        let html = body(text, &checklist::parse(text));
        assert!(
            html.contains("data-offset=\"9\" aria-label=\"One\""),
            "{html}"
        );
        assert!(
            html.contains("data-offset=\"43\" aria-label=\"&quot;two&quot;\""),
            "{html}"
        );
    }

    #[test]
    fn every_box_of_the_shipped_templates_can_be_clicked() {
        for template in [
            include_str!("../../../checklist-templates/standard.md"),
            include_str!("../../../checklist-templates/minimal.md"),
        ] {
            let checklist = checklist::parse(template);
            assert_eq!(
                body(template, &checklist).matches("data-offset").count(),
                checklist.items.len()
            );
        }
    }
}
