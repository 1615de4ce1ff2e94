//! The emergency: one person breaks the glass, everybody hears of it, a second person stands behind it.

use super::scene::{ISSUE, Scene, person, place};
use rollcall::domain::{
    event::{Event, What},
    ids::CommentId,
    person::Permission,
    rollout::{End, HoldCause, ItemState, Stage},
};

const POLICY: &str = "break_glass: {who: maintain, confirm: write}\n";
const AT_ONCE: &str = "break_glass: {who: maintain, confirm: write, start: at-once}\n";

/// Nothing is prepared; Linus broke the glass at 9:00.
fn broken(policy: &str) -> Scene {
    let mut scene = Scene::open();
    scene.policy(policy);
    scene.say("linus", "/expedite the payment page is being attacked");
    assert_eq!(
        scene.rollout().gates.expedites.len(),
        1,
        "{}",
        scene.replies()
    );
    scene
}

fn confirmed() -> Scene {
    let mut scene = broken(POLICY);
    scene.say("grace", "/confirm-expedite");
    scene.hears("you confirmed");
    scene
}

fn is_unconfirmed(scene: &Scene) -> bool {
    scene.rollout().holds.contains_key(&HoldCause::Unconfirmed)
}

#[test]
fn only_the_role_breaks_the_glass_and_every_channel_hears_of_it() {
    let mut scene = Scene::open();
    scene.policy(&format!("audiences: [nobody-at-all]\n{POLICY}"));
    scene.say("ada", "/expedite the payment page is being attacked");
    scene.hears("not-allowed");
    scene.say("linus", "/expedite the payment page is being attacked");
    assert_eq!(
        scene.announced(),
        ["telegram expedited", "email expedited"],
        "whatever the policy narrows the audiences to"
    );
    assert!(
        scene.status().contains("🚨 **Break-glass** by `linus`"),
        "{}",
        scene.status()
    );
    assert!(scene.facts_on_record().contains(&"glass_broken".to_owned()));
    insta::assert_snapshot!(scene.replies(), @"
    Stakeholders are being told (2 messages).

    🚨 @linus: you broke the glass. Everybody is being told. A second person has to say `/confirm-expedite` until Mon 2 Nov 2026, 10:00 (UTC): people with write permission or more. `/start-deploy` works from then on, whatever else is missing; without that word in time the rollout is put on hold.
    ");
}

#[test]
fn with_a_second_person_the_deployment_starts_whatever_else_is_missing() {
    let mut scene = broken(POLICY);
    scene.say("linus", "/start-deploy");
    scene.hears("(`unconfirmed`)");
    scene.say("grace", "/confirm-expedite I see it too");
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
    let review = scene.rollout().item("final-review").expect("an item");
    assert!(
        matches!(&review.state, ItemState::Waived { by, reason, .. } if by.login == "linus" && reason.starts_with("break-glass"))
    );
}

#[test]
fn the_one_who_broke_it_is_no_second_person_and_neither_is_who_has_no_right() {
    let mut scene = broken(POLICY);
    scene.say("linus", "/confirm-expedite");
    scene.hears("second-person-needed");
    scene.say("sam", "/confirm-expedite");
    scene.hears("not-allowed");
    assert!(scene.rollout().gates.glass().expect("a glass").is_open());
}

#[test]
fn without_a_second_person_within_the_hour_it_is_on_hold_and_says_why() {
    let mut scene = broken(POLICY);
    scene.passes("2026-11-02T10:00:00Z");
    assert!(is_unconfirmed(&scene));
    scene.hears("was not confirmed in time");
    assert!(
        scene
            .status()
            .contains("nobody confirmed the break-glass of linus in time"),
        "{}",
        scene.status()
    );
    scene.say("linus", "/start-deploy");
    scene.hears("on-hold");
    scene.say("linus", "/resume");
    assert!(
        scene.replies().contains("second-person-needed"),
        "not by the same person: {}",
        scene.replies()
    );
    assert!(is_unconfirmed(&scene));
    scene.say("grace", "/resume");
    assert!(!scene.is_on_hold());
    scene.say("linus", "/start-deploy");
    assert!(
        scene.replies().contains("phase-incomplete"),
        "the gates are closed again: {}",
        scene.replies()
    );
    scene.say("linus", "/expedite it goes on");
    assert_eq!(
        scene.rollout().gates.expedites.len(),
        2,
        "{}",
        scene.replies()
    );
}

#[test]
fn a_confirmation_that_comes_late_is_refused() {
    let mut scene = broken(POLICY);
    scene.now = "2026-11-02T10:00:01Z".parse().expect("a time");
    scene.say("grace", "/confirm-expedite");
    scene.hears("nothing-to-confirm");
    assert!(
        is_unconfirmed(&scene),
        "even when the clock's own event is late"
    );
}

#[test]
fn a_confirmation_that_was_said_in_time_counts_however_late_it_arrives() {
    let mut scene = broken(POLICY);
    scene.passes("2026-11-02T10:05:00Z");
    assert!(is_unconfirmed(&scene));
    let event = Event {
        key: "late".into(),
        at: "2026-11-02T09:59:00Z".parse().expect("a time"),
        place: place(Some(ISSUE)),
        rollout: None,
        actor: Some(person("grace")),
        what: What::CommentCreated {
            comment: CommentId(77),
            body: "/confirm-expedite".into(),
            change_author: None,
        },
    };
    scene.bring(&event);
    assert!(!scene.is_on_hold(), "{}", scene.replies());
    scene.say("linus", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn a_hold_and_another_deployment_in_the_same_place_are_not_skipped() {
    let mut scene = confirmed();
    scene.say("ada", "/hold wait");
    scene.say("linus", "/start-deploy");
    scene.hears("on-hold");
    scene.say("ada", "/resume");
    scene.taken_by = Some("another".into());
    scene.say("linus", "/start-deploy");
    scene.hears("busy");
    scene.say("ada", "/hold wait");
    let mut other = Scene::open();
    other.policy(POLICY);
    other.say("ada", "/hold wait");
    other.say("linus", "/expedite now");
    other.hears("on-hold");
}

#[test]
fn another_version_closes_the_gates_again_but_another_window_does_not() {
    let mut scene = confirmed();
    scene.policy(&format!(
        "{POLICY}notice: 48h\nfreezes: [{{name: audit, from: 2026-11-02, to: 2026-11-05}}]\n"
    ));
    scene.say(
        "linus",
        "/schedule 2026-11-02 10:00 UTC for 1h downtime 10m",
    );
    assert!(
        scene.rollout().window.is_some(),
        "an emergency keeps no notice and no freeze: {}",
        scene.replies()
    );
    scene.tick("ada", "stakeholder-announcement", true);
    assert!(
        scene.is_done("stakeholder-announcement"),
        "{}",
        scene.replies()
    );
    assert!(scene.rollout().gates.glass().is_some());
    let to = scene.body.replace("1.5.0", "1.6.0");
    scene.edit("ada", &to);
    scene.hears("what is to be deployed has changed");
    scene.say("linus", "/start-deploy");
    scene.hears("phase-incomplete");
}

#[test]
fn at_the_start_the_issue_must_still_say_what_the_glass_was_broken_for() {
    let mut scene = confirmed();
    // Edited on GitHub; the webhook is still on its way.
    scene.body = scene.body.replace("1.5.0", "1.6.0");
    scene.say("linus", "/start-deploy");
    assert!(!scene.rollout().is_deploying(), "{}", scene.replies());
    scene.hears("what is to be deployed has changed");
}

#[test]
fn a_comment_that_is_taken_away_takes_its_word_along() {
    for second in [false, true] {
        let mut scene = confirmed();
        let glass = scene.rollout().gates.glass().expect("a glass");
        let word = glass.confirmed.as_ref().expect("a second person");
        let comment = if second { word.comment } else { glass.comment };
        scene.happens("olga", What::CommentDeleted { comment });
        scene.hears("edited or deleted");
        scene.say("ada", "/start-deploy");
        assert!(!scene.rollout().is_deploying());
    }
}

#[test]
fn who_lost_the_right_in_the_meantime_does_not_open_the_gate() {
    for login in ["linus", "grace"] {
        let mut scene = confirmed();
        scene.rights(login, Permission::Read);
        scene.say("ada", "/start-deploy");
        assert!(
            !scene.rollout().is_deploying(),
            "{login}: {}",
            scene.replies()
        );
        assert!(scene.rollout().gates.glass().is_none());
    }
}

#[test]
fn a_confirmed_break_glass_that_nobody_uses_is_over_after_a_day() {
    let mut scene = confirmed();
    scene.passes("2026-11-03T10:00:00Z");
    assert!(scene.rollout().gates.glass().is_none());
    assert!(!scene.is_on_hold());
    scene.say("linus", "/start-deploy");
    scene.hears("phase-incomplete");
}

#[test]
fn where_the_policy_says_so_one_person_starts_at_once_and_is_held_after_the_hour() {
    let mut scene = broken(AT_ONCE);
    scene.say("linus", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
    scene.say("linus", "/promote");
    assert_eq!(scene.rollout().steps, 1);
    scene.passes("2026-11-02T10:00:00Z");
    assert!(is_unconfirmed(&scene));
    scene.say("linus", "/promote");
    scene.hears("on-hold");
    let mut back = scene.clone();
    back.say("linus", "/rollback it got worse");
    assert_eq!(
        back.end(),
        Some(End::RolledBack),
        "the way back is always open"
    );
    scene.say("grace", "/resume");
    scene.say("linus", "/promote");
    assert_eq!(scene.rollout().steps, 2, "{}", scene.replies());
}

#[test]
fn nothing_is_completed_while_the_second_person_is_missing() {
    let mut scene = broken(AT_ONCE);
    scene.say("linus", "/start-deploy");
    scene.say(
        "linus",
        "/skip schedule-rollout it was an emergency\n/skip stakeholder-announcement told by phone",
    );
    for item in scene.open_items(|_| true) {
        scene.tick("ada", &item, true);
    }
    assert_eq!(scene.rollout().phase(), None, "{}", scene.replies());
    assert_eq!(scene.end(), None);
    scene.say("grace", "/confirm-expedite");
    assert_eq!(scene.end(), Some(End::Completed), "{}", scene.replies());
}

#[test]
fn abort_and_rollback_in_between_end_what_they_end() {
    let mut scene = broken(AT_ONCE);
    scene.say("linus", "/start-deploy");
    scene.say("ada", "/abort");
    scene.say("grace", "/confirm-expedite");
    assert!(scene.is_on_hold(), "a confirmation does not lift an abort");
    scene.say("ada", "/rollback it does not help");
    assert_eq!(scene.end(), Some(End::RolledBack));
    scene.passes("2026-11-09T10:00:00Z");
    assert!(!is_unconfirmed(&scene), "what is over is not held");
    scene.say("grace", "/confirm-expedite");
    scene.hears("finished");
}

#[test]
fn the_closing_report_lists_it() {
    let mut scene = confirmed();
    scene.say("linus", "/start-deploy");
    assert!(matches!(scene.rollout().stage, Stage::Deploying { .. }));
    scene.say("linus", "/rollback it does not help");
    let replies = scene.replies();
    let line = replies.lines().find(|line| line.contains("Break-glass"));
    insta::assert_snapshot!(line.expect("a line"), @"- 🚨 Break-glass by `linus` on Mon 2 Nov 2026, 09:00 (UTC): the payment page is being attacked; confirmed by `grace` on Mon 2 Nov 2026, 09:00 (UTC); the deployment was started on it on Mon 2 Nov 2026, 09:00 (UTC)");
}

#[test]
fn simulating_it_tells_nobody() {
    let mut scene = Scene::open();
    scene.policy(POLICY);
    scene.say("linus", "/simulate expedite the shop is down");
    assert!(scene.announced().is_empty());
    assert!(scene.rollout().gates.expedites.is_empty());
}
