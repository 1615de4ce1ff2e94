//! What is said when something is missing, and what hostile text comes to.

use super::{sample::shop, *};
use crate::domain::fields::Component;
use jiff::SignedDuration;

fn check_subject(kind: AnnouncementKind, title: &str, expected: &str) {
    let a = Announcement {
        title: title.into(),
        ..shop(kind)
    };
    assert_eq!(subject(&a), expected);
}

#[test]
fn a_subject_names_the_repository_then_the_news() {
    let check = check_subject;
    check(
        AnnouncementKind::Completed,
        "Checkout 2.1",
        "[shop] Update completed: Checkout 2.1",
    );
    check(
        AnnouncementKind::Scheduled,
        "Checkout 2.1",
        "[shop] Update scheduled: Checkout 2.1, Thu 26 Nov 2026, 14:00 (UTC+01:00, Europe/Berlin)",
    );
    check(
        AnnouncementKind::Scheduled,
        &"Checkout and payment ".repeat(9),
        "[shop] Update scheduled: Checkout and payment Checkout and payment…, Thu 26 Nov 2026, 14:00 (UTC+01:00, Europe/Berlin)",
    );
    check(
        AnnouncementKind::Update,
        "a\r\nBcc: everybody@example.org\u{202e}",
        "[shop] How the update stands: a Bcc: everybody@example.org",
    );
    check(
        AnnouncementKind::Planned,
        "=?utf-8?q?=0D=0ABcc:_x?=",
        "[shop] Update planned: = ?utf-8?q?=0D=0ABcc:_x?=",
    );
    check(AnnouncementKind::Cancelled, "", "[shop] Update cancelled");
}

fn says(a: &Announcement, sentence: &str) {
    for text in [telegram_plain(a), email_text(a)] {
        assert!(text.contains(sentence), "`{sentence}` is not in:\n{text}");
    }
}

fn with_downtime(kind: AnnouncementKind, downtime: Option<SignedDuration>) -> Announcement {
    let mut a = shop(kind);
    if let Some(window) = &mut a.window {
        window.downtime = downtime;
    }
    a
}

#[test]
fn no_downtime_is_an_answer_and_no_answer_is_said_to_be_none() {
    let none = Some(SignedDuration::ZERO);
    says(
        &with_downtime(AnnouncementKind::Planned, none),
        "Expected downtime: no downtime expected\n",
    );
    says(
        &with_downtime(AnnouncementKind::Started, none),
        "The update has started. No downtime is expected. We will tell you when it is done.",
    );
    says(
        &with_downtime(AnnouncementKind::Planned, None),
        "Expected downtime: not stated yet\n",
    );
    says(
        &with_downtime(AnnouncementKind::Started, None),
        "The update has started. We will tell you when it is done.",
    );
    says(
        &with_downtime(
            AnnouncementKind::Planned,
            Some(SignedDuration::from_mins(-5)),
        ),
        "no downtime expected",
    );
}

#[test]
fn what_is_not_known_yet_is_said_to_be_open() {
    let a = Announcement {
        window: None,
        components: Vec::new(),
        impact: " \n".into(),
        contact: String::new(),
        purpose: String::new(),
        benefits: String::new(),
        by: None,
        ..shop(AnnouncementKind::Planned)
    };
    says(&a, "When: not fixed yet\n");
    says(&a, "Expected downtime: not stated yet\n");
    says(&a, "What you will notice: not stated yet\n");
    says(&a, "What is updated: not stated yet\n");
    says(&a, "Questions: please ask on the page linked below\n");
    says(&a, "Announced for acme/shop");
    assert!(
        !telegram_plain(&a).contains("Why"),
        "an empty reason is not shown"
    );
}

#[test]
fn a_new_component_has_no_version_to_come_from() {
    let mut a = shop(AnnouncementKind::Planned);
    a.components = vec![Component {
        name: "search".into(),
        to: "1.0".into(),
        ..Component::default()
    }];
    says(&a, "search: to 1.0\n");
}

#[test]
fn of_a_thousand_components_the_last_are_counted() {
    let mut a = shop(AnnouncementKind::Planned);
    a.components = a.components.iter().cycle().take(1000).cloned().collect();
    assert!(
        telegram_plain(&a).contains("\n• and 928 more\n"),
        "{}",
        telegram_plain(&a)
    );
    assert!(email_text(&a).contains("\n  - and 900 more\n"));
    assert!(email_html(&a).contains("<p>and 900 more</p>"));
}

#[test]
fn hostile_text_is_shown_as_it_was_typed_and_does_nothing() {
    let a = Announcement {
        title: "</b><script>alert(1)</script> @everyone\r\n/stop".into(),
        link: "javascript:alert(1)".into(),
        message: "line one\n\n\n\n<a href=\"https://evil.example\">two</a>".into(),
        contact: "\u{202e}@here & ops@example.org".into(),
        by: Some("<b>".into()),
        ..shop(AnnouncementKind::Cancelled)
    };
    let html = telegram_html(&a).replace('\u{2060}', "~");
    assert!(
        html.contains("\n&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt; @~everyone /~stop\n"),
        "{html}"
    );
    assert!(html.contains("<blockquote>line one\n\n&lt;a href=&quot;https://evil.example&quot;&gt;two&lt;/a&gt;</blockquote>"));
    assert!(html.contains("<b>Questions:</b> @~here &amp; ops@example.org\n"));
    assert!(
        !html.contains("javascript"),
        "only web addresses become links"
    );
    assert!(html.ends_with("<i>Announced by &lt;b&gt; for acme/shop</i>"));
}
