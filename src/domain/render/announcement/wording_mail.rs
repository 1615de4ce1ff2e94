//! Every kind of announcement, as the text of a mail.

use super::{sample::shop, *};

fn told(kind: AnnouncementKind) -> String {
    email_text(&shop(kind))
}

#[test]
fn people_hear_early_that_an_update_is_planned() {
    insta::assert_snapshot!(told(AnnouncementKind::Planned), @r#"
    Update planned
    Checkout 2.1

    An update is being prepared. Nothing has changed yet. If you have concerns, please tell us now.

    About this update
    -----------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_when_it_will_be() {
    insta::assert_snapshot!(told(AnnouncementKind::Scheduled), @r#"
    Update scheduled
    Checkout 2.1

    The time of the update is set. If you were told another time before, this one counts. If it does not suit you, please tell us before it starts.

    About this update
    -----------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_that_it_has_started() {
    insta::assert_snapshot!(told(AnnouncementKind::Started), @r#"
    Update started
    Checkout 2.1

    The update has started. Please expect about 10 minutes of downtime. We will tell you when it is done.

    About this update
    -----------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_how_it_stands() {
    insta::assert_snapshot!(told(AnnouncementKind::Update), @r#"
    How the update stands
    Checkout 2.1

    Here is the latest on the update.

      Half of the servers run the new version. All is well so far.

    About this update
    -----------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_that_it_is_done() {
    insta::assert_snapshot!(told(AnnouncementKind::Completed), @r#"
    Update completed
    Checkout 2.1

    The update is done. The new versions are in use. How did it go for you? Please say so on the issue, from 1 (badly) to 5 (well).

    What was announced
    ------------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_that_it_was_taken_back_and_why() {
    insta::assert_snapshot!(told(AnnouncementKind::RolledBack), @r#"
    Update rolled back
    Checkout 2.1

    The update is being taken back: we return to the previous versions.

    Reason:
      Some card payments failed after the update.

    What was announced
    ------------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}

#[test]
fn people_hear_that_it_will_not_be_and_why() {
    insta::assert_snapshot!(told(AnnouncementKind::Cancelled), @r#"
    Update cancelled
    Checkout 2.1

    The update will not take place.

    Reason:
      The payment provider moved its own maintenance to the same day.

    What was announced
    ------------------
    When: Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    Expected downtime: about 10 minutes
    What you will notice: You may have to sign in again.
    What is updated:
      - checkout: from 2.0.3 to 2.1.0 (faster payment)
      - postgres: from 16.3 to 16.4 (security update)
    Why: Paying by card takes too long at peak times.
    What it brings: Card payments finish in under two seconds.
    Questions: Maria Weber, shop-team@example.org

    Details and progress: https://github.com/acme/shop/issues/7

    -- 
    Announced by octocat for acme/shop.
    You get this mail because your address is on the list "customers". To be taken off it, use the contact under Questions.
    "#);
}
