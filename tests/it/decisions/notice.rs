//! The notice: stakeholders hear of a window long enough before it, at the gate as well, and after a break-glass that nobody used.

use super::scene::Scene;
use rollcall::domain::{
    announcement::{Audience, Chat},
    event::{Receipt, What},
    ids::{CommentId, Repository},
    phase::Phase,
    rollout::Stage,
};

const POLICY: &str = "break_glass: {who: maintain, confirm: write}\n";

/// Linus broke the glass, Grace confirmed it; returns the comment on which it rests.
fn emergency(scene: &mut Scene) -> CommentId {
    scene.policy(POLICY);
    scene.say("linus", "/expedite the payment page is being attacked");
    let glass = scene.rollout().gates.glass().expect("a glass").comment;
    scene.say("grace", "/confirm-expedite");
    glass
}

fn tick_all(scene: &mut Scene) {
    for item in scene.open_items(|item| item.phase <= Phase::PreDeployment) {
        scene.tick("ada", &item, true);
    }
}

fn approve(scene: &mut Scene) {
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
}

fn start(scene: &mut Scene, at: &str) {
    scene.now = at.parse().expect("a time");
    scene.say("ada", "/start-deploy");
}

#[test]
fn a_window_and_an_announcement_that_only_a_break_glass_allowed_end_with_it() {
    let mut scene = Scene::open();
    let glass = emergency(&mut scene);
    scene.say("ada", "/schedule 2026-11-02 10:00 UTC for 2h downtime 10m");
    tick_all(&mut scene);
    scene.happens("linus", What::CommentDeleted { comment: glass });
    insta::assert_snapshot!(scene.replies(), @"
    The break-glass of `linus` is over: its comment was edited or deleted. The gates are closed again; `/expedite REASON` breaks it anew.

    The ordinary rules did not allow all that was settled under it. **Schedule Rollout** and **Stakeholder Announcement** are open again. The window is no longer set: `/schedule` sets one that keeps the rules.
    ");
    scene.settle();
    assert!(scene.rollout().window.is_none());
    assert!(!scene.is_ticked("schedule-rollout") && !scene.is_ticked("stakeholder-announcement"));
    tick_all(&mut scene);
    approve(&mut scene);
    start(&mut scene, "2026-11-02T10:05:00Z");
    assert_eq!(scene.rollout().stage, Stage::Preparing);
    scene.hears("phase-incomplete");
}

#[test]
fn an_announcement_made_too_late_under_a_break_glass_is_open_again_when_it_ends() {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
    scene.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    let glass = emergency(&mut scene);
    scene.tick("ada", "stakeholder-announcement", true);
    assert!(
        scene.is_done("stakeholder-announcement"),
        "{}",
        scene.replies()
    );
    scene.happens("linus", What::CommentDeleted { comment: glass });
    scene.hears("**Stakeholder Announcement** is open again.");
    scene.settle();
    assert!(scene.rollout().window.is_some(), "it was set in time");
    scene.tick("ada", "stakeholder-announcement", true);
    scene.hears("notice-too-short");
}

#[test]
fn what_the_ordinary_rules_allow_stays_when_a_break_glass_ends() {
    let mut scene = Scene::open();
    let glass = emergency(&mut scene);
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
    tick_all(&mut scene);
    scene.happens("linus", What::CommentDeleted { comment: glass });
    scene.settle();
    approve(&mut scene);
    start(&mut scene, "2026-11-04T22:05:00Z");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn a_notice_that_was_raised_since_is_asked_at_the_gate() {
    let mut scene = Scene::prepared();
    scene.policy("notice: 10d\n");
    start(&mut scene, "2026-11-04T22:05:00Z");
    assert_eq!(scene.rollout().stage, Stage::Preparing);
    insta::assert_snapshot!(scene.replies(), @"@ada: `/start-deploy` was refused (`notice-too-short`). Stakeholders must hear of it at least 10 days before the start, which is Wed 4 Nov 2026, 22:00 (UTC). Choose a later window with `/schedule`.");
    scene.policy("notice: 2d\n");
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn an_announcement_that_was_left_out_keeps_no_notice() {
    let mut scene = Scene::prepared();
    scene.tick("ada", "stakeholder-announcement", false);
    scene.say(
        "linus",
        "/skip stakeholder-announcement nobody is concerned",
    );
    scene.policy("notice: 10d\n");
    start(&mut scene, "2026-11-04T22:05:00Z");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn a_break_glass_opens_the_gate_without_notice() {
    let mut scene = Scene::prepared();
    emergency(&mut scene);
    scene.policy(&format!("{POLICY}notice: 10d\n"));
    start(&mut scene, "2026-11-02T22:05:00Z");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

const ANNOUNCEMENT: &str = "stakeholder-announcement";

/// The channels take every copy.
fn deliver(scene: &mut Scene) {
    let news = scene.rollout().announced.values();
    let copies = news.flat_map(|news| &news.copies);
    let receipts: Vec<Receipt> = copies.map(|copy| copy.receipt.clone()).collect();
    for receipt in receipts {
        scene.happens("", What::AnnouncementDelivered(receipt));
    }
}

/// Everything is prepared two days before the window, and stakeholders were reached.
fn told() -> Scene {
    let mut scene = Scene::prepared();
    deliver(&mut scene);
    scene
}

fn tick_anew(scene: &mut Scene) {
    scene.tick("ada", ANNOUNCEMENT, false);
    scene.tick("ada", ANNOUNCEMENT, true);
}

#[test]
fn a_box_that_was_unticked_by_mistake_is_ticked_again_within_the_notice() {
    let mut scene = told();
    let sent = scene.announced().len();
    scene.passes("2026-11-04T12:00:00Z");
    tick_anew(&mut scene);
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
    assert_eq!(scene.announced().len(), sent, "nobody is told again");
    start(&mut scene, "2026-11-04T22:05:00Z");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn a_box_that_is_open_after_all_were_told_puts_nothing_on_hold() {
    let mut scene = told();
    scene.passes("2026-11-04T12:00:00Z");
    scene.tick("ada", ANNOUNCEMENT, false);
    scene.passes("2026-11-04T21:00:00Z");
    assert!(!scene.is_on_hold(), "{:?}", scene.rollout().holds);
    scene.tick("ada", ANNOUNCEMENT, true);
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
}

#[test]
fn an_issue_that_moves_within_the_notice_keeps_its_window() {
    let mut scene = told();
    scene.passes("2026-11-04T12:00:00Z");
    let repository = Repository {
        name: "vault".into(),
        ..super::scene::repository()
    };
    let issue = 8;
    let moved = What::IssueTransferred { repository, issue };
    scene.happens("ada", moved);
    scene.settle();
    assert!(!scene.is_done(ANNOUNCEMENT));
    tick_all(&mut scene);
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
    approve(&mut scene);
    start(&mut scene, "2026-11-04T22:05:00Z");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn what_reached_nobody_keeps_no_notice() {
    let mut scene = Scene::prepared();
    scene.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    tick_anew(&mut scene);
    scene.hears("notice-too-short");
}

#[test]
fn a_window_that_moved_and_moved_back_is_told_anew() {
    let mut scene = told();
    scene.later(1);
    scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    scene.tick("ada", ANNOUNCEMENT, true);
    deliver(&mut scene);
    let sent = scene.announced().len();
    scene.later(1);
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
    let mut late = scene.clone();
    late.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    late.tick("ada", ANNOUNCEMENT, true);
    late.hears("notice-too-short");
    scene.tick("ada", ANNOUNCEMENT, true);
    assert_eq!(
        scene.announced().len(),
        sent + 2,
        "they expect the other one"
    );
    deliver(&mut scene);
    scene.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    tick_anew(&mut scene);
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
    assert_eq!(scene.announced().len(), sent + 2, "they know it by now");
}

#[test]
fn a_window_of_which_nobody_was_told_takes_no_notice_from_the_one_before() {
    let mut scene = told();
    scene.later(1);
    scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    let mut updated = scene.clone();
    updated.say("ada", "/announce it will be a day later");
    for scene in [&mut scene, &mut updated] {
        scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
        scene.now = "2026-11-04T12:00:00Z".parse().expect("a time");
        scene.tick("ada", ANNOUNCEMENT, true);
    }
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
    updated.hears("notice-too-short");
}

#[test]
fn an_audience_that_joined_later_is_told_as_long_before_as_the_others() {
    let mut scene = told();
    let sent = scene.announced().len();
    let chat = Chat {
        id: "-1002".into(),
        thread: None,
    };
    scene.audiences.push(Audience {
        name: "partners".into(),
        chats: vec![chat],
        emails: Vec::new(),
        zone: "UTC".into(),
    });
    let mut late = scene.clone();
    late.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    tick_anew(&mut late);
    late.hears("notice-too-short");
    scene.later(1);
    tick_anew(&mut scene);
    assert_eq!(scene.announced().len(), sent + 1, "the others know it");
    deliver(&mut scene);
    scene.now = "2026-11-04T12:00:00Z".parse().expect("a time");
    tick_anew(&mut scene);
    assert!(scene.is_done(ANNOUNCEMENT), "{}", scene.replies());
}
