use super::{sample::shop, *};

#[test]
fn a_subject_names_the_repository_then_the_news() {
    assert_eq!(
        subject(&shop(AnnouncementKind::Scheduled)),
        "[shop] Update scheduled for Thu 26 Nov 2026, 14:00 UTC+01:00: Checkout 2.1"
    );
    assert_eq!(
        subject(&shop(AnnouncementKind::Completed)),
        "[shop] Update completed: Checkout 2.1"
    );
}
