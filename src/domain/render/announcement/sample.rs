//! Announcements for the tests of this folder.

use crate::domain::{
    announcement::Announcement, announcement_kind::AnnouncementKind, fields::Component,
    window::Window,
};
use jiff::SignedDuration;

/// A shop gets a new checkout, on a Thursday afternoon in Berlin.
pub(super) fn shop(kind: AnnouncementKind) -> Announcement {
    let component = |name: &str, from: &str, to: &str, reason: &str| Component {
        name: name.into(),
        from: from.into(),
        to: to.into(),
        reason: reason.into(),
    };
    Announcement {
        key: format!("{kind}:1"),
        audience: "customers".into(),
        kind,
        rollout: "ro-1a2b3c4d5e6f".into(),
        title: "Checkout 2.1".into(),
        repository: "acme/shop".into(),
        link: "https://github.com/acme/shop/issues/7".into(),
        components: vec![
            component("checkout", "2.0.3", "2.1.0", "faster payment"),
            component("postgres", "16.3", "16.4", "security update"),
        ],
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
        message: match kind {
            AnnouncementKind::Update => {
                "Half of the servers run the new version. All is well so far.".into()
            }
            AnnouncementKind::Expedited => {
                "A hole in the payment page is being used by attackers.".into()
            }
            AnnouncementKind::RolledBack => "Some card payments failed after the update.".into(),
            AnnouncementKind::Cancelled => {
                "The payment provider moved its own maintenance to the same day.".into()
            }
            _ => String::new(),
        },
        by: Some("octocat".into()),
        at: "2026-11-24T09:30:00Z".parse().expect("a time"),
        zone: "Europe/Berlin".into(),
    }
}
