//! Announcements to send, harmless and hostile.

use jiff::SignedDuration;
use rollcall::domain::{
    announcement::Announcement, announcement_kind::AnnouncementKind, fields::Component,
    window::Window,
};

/// A shop gets a new checkout.
pub fn shop(kind: AnnouncementKind) -> Announcement {
    Announcement {
        key: format!("{kind}:1"),
        audience: "customers".into(),
        kind,
        rollout: "ro-1a2b3c4d5e6f".into(),
        title: "Checkout 2.1".into(),
        repository: "acme/shop".into(),
        link: "https://github.com/acme/shop/issues/7".into(),
        components: vec![Component {
            name: "checkout".into(),
            from: "2.0.3".into(),
            to: "2.1.0".into(),
            reason: "faster payment".into(),
        }],
        purpose: "Paying by card takes too long at peak times.".into(),
        benefits: "Card payments finish in under two seconds.".into(),
        impact: "You may have to sign in again.".into(),
        contact: "Maria Weber, shop-team@example.org".into(),
        window: Some(Window {
            start: "2026-11-26T13:00:00Z".parse().expect("a time"),
            duration: SignedDuration::from_mins(60),
            downtime: Some(SignedDuration::from_mins(10)),
            zone: "Europe/Berlin".into(),
        }),
        message: String::new(),
        by: Some("octocat".into()),
        at: "2026-11-24T09:30:00Z".parse().expect("a time"),
        zone: "Europe/Berlin".into(),
    }
}

/// The same with every text replaced.
pub fn saying(kind: AnnouncementKind, text: &str) -> Announcement {
    let text = || text.to_owned();
    let component = Component {
        name: text(),
        from: text(),
        to: text(),
        reason: text(),
    };
    Announcement {
        audience: text(),
        title: text(),
        repository: text(),
        link: text(),
        components: vec![component; 30],
        purpose: text(),
        benefits: text(),
        impact: text(),
        contact: text(),
        message: text(),
        by: Some(text()),
        zone: text(),
        ..shop(kind)
    }
}

/// Texts that try to be more than text.
pub fn hostile() -> Vec<String> {
    let short = [
        "",
        " ",
        "\0\u{1}\u{7f}",
        "</b></i></a></blockquote><b>",
        "<script>alert(1)</script>",
        "&lt;b&gt; &amp;amp; &#60;i&#62; &nope; &",
        "\"><a href=\"https://evil.example\">click</a>",
        "x\r\nBcc: everybody@example.org\r\n\r\n<h1>hello</h1>",
        "@everyone @channel @rollcall_bot /start@rollcall_bot",
        "\u{202e}4.1 ot 3.1\u{2066} \u{200f}",
        "*bold* _under_ `code` [link](tg://user?id=42) ||spoiler||",
        "=?utf-8?q?=0D=0ABcc:_x@example.org?=",
        ".\r\n.\r\nQUIT\r\n",
        "🚀👩‍👩‍👧‍👦 Ⓐ تحديث النظام 更新",
        "=?utf-8?b?",
        "a\u{2028}b\u{2029}c\u{85}d",
    ];
    let long = ["long ", "<", "&", "🚀", "\"", "@x ", "line\n\n"]
        .map(|piece| piece.repeat(12_000 / piece.len()));
    short.iter().map(ToString::to_string).chain(long).collect()
}
