//! Every kind of announcement, as Telegram gets it.

use super::{sample::shop, *};

fn told(kind: AnnouncementKind) -> String {
    telegram_html(&shop(kind))
}

#[test]
fn people_hear_early_that_an_update_is_planned() {
    insta::assert_snapshot!(told(AnnouncementKind::Planned), @r#"
    📝 <b>Update planned</b>
    Checkout 2.1

    An update is being prepared. Nothing has changed yet. If you have concerns, please tell us now.

    <b>About this update</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_when_it_will_be() {
    insta::assert_snapshot!(told(AnnouncementKind::Scheduled), @r#"
    📅 <b>Update scheduled</b>
    Checkout 2.1

    The time of the update is set. If you were told another time before, this one counts. If it does not suit you, please tell us before it starts.

    <b>About this update</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_of_an_emergency_and_why() {
    insta::assert_snapshot!(told(AnnouncementKind::Expedited), @r#"
    🚨 <b>Emergency update</b>
    Checkout 2.1

    An emergency does not leave time for the usual steps: the update may start at any moment, without the usual notice. We will tell you when it starts and when it is done.

    <b>Reason:</b>
    <blockquote>A hole in the payment page is being used by attackers.</blockquote>

    <b>About this update</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_that_it_has_started() {
    insta::assert_snapshot!(told(AnnouncementKind::Started), @r#"
    ▶️ <b>Update started</b>
    Checkout 2.1

    The update has started. Please expect about 10 minutes of downtime. We will tell you when it is done.

    <b>About this update</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_how_it_stands() {
    insta::assert_snapshot!(told(AnnouncementKind::Update), @r#"
    ℹ️ <b>How the update stands</b>
    Checkout 2.1

    Here is the latest on the update.

    <blockquote>Half of the servers run the new version. All is well so far.</blockquote>

    <b>About this update</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_that_it_is_done() {
    insta::assert_snapshot!(told(AnnouncementKind::Completed), @r#"
    ✅ <b>Update completed</b>
    Checkout 2.1

    The update is done. The new versions are in use. How did it go for you? Please say so on the issue, from 1 (badly) to 5 (well).

    <b>What was announced</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_that_it_was_taken_back_and_why() {
    insta::assert_snapshot!(told(AnnouncementKind::RolledBack), @r#"
    ↩️ <b>Update rolled back</b>
    Checkout 2.1

    The update is being taken back: we return to the previous versions.

    <b>Reason:</b>
    <blockquote>Some card payments failed after the update.</blockquote>

    <b>What was announced</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}

#[test]
fn people_hear_that_it_will_not_be_and_why() {
    insta::assert_snapshot!(told(AnnouncementKind::Cancelled), @r#"
    🚫 <b>Update cancelled</b>
    Checkout 2.1

    The update will not take place.

    <b>Reason:</b>
    <blockquote>The payment provider moved its own maintenance to the same day.</blockquote>

    <b>What was announced</b>
    <b>When:</b> Thu 26 Nov 2026, 14:00–15:00 (UTC+01:00, Europe/Berlin)
    <b>Expected downtime:</b> about 10 minutes
    <b>What you will notice:</b> You may have to sign in again.
    <b>What is updated:</b>
    • checkout: from 2.0.3 to 2.1.0 (faster payment)
    • postgres: from 16.3 to 16.4 (security update)
    <b>Why:</b> Paying by card takes too long at peak times.
    <b>What it brings:</b> Card payments finish in under two seconds.
    <b>Questions:</b> Maria Weber, shop-team@example.org

    <a href="https://github.com/acme/shop/issues/7">Details and progress</a>
    <i>Announced by octocat for acme/shop</i>
    "#);
}
