//! Nothing waits for ever in silence: reminders to those who are missing, an escalation, an end.

use super::scene::{Scene, person};
use rollcall::domain::{
    event::{Event, What},
    person::Permission,
    phase::Phase,
    rollout::{End, HoldCause},
};

/// Ada's rollout; Linus is named by the policy for what is late.
fn opened(policy: &str) -> Scene {
    let mut scene = Scene::open();
    scene.rollout.as_mut().expect("a rollout").opener = Some(person("ada"));
    scene.policy(&format!("{policy}\n"));
    scene.say("ada", "/status");
    scene
}

fn is_overdue(scene: &Scene) -> bool {
    scene.rollout().holds.contains_key(&HoldCause::Overdue)
}

#[test]
fn a_phase_that_stands_still_is_reminded_of_escalated_held_and_cancelled_at_last() {
    let mut scene = opened("gates: {escalate: ['@linus', '@acme/sre']}");
    scene.say("ada", "/owner identify-requirements @grace");
    scene.passes("2026-12-31T00:00:00Z");
    assert_eq!(
        scene.steps_at("planning"),
        [
            "remind:1", "remind:2", "remind:3", "remind:4", "escalate", "end"
        ]
    );
    assert_eq!(
        scene.steps_at("hold"),
        ["remind:1", "remind:2", "remind:3", "escalate", "end"]
    );
    assert_eq!(scene.end(), Some(End::Cancelled));
    let planning = scene.said_at("planning");
    insta::assert_snapshot!(planning[0].1, @"
    ⏰ @grace: The Planning phase has been waiting since Mon 2 Nov 2026, 09:00 (UTC); the deadline is Mon 16 Nov 2026, 09:00 (UTC). Missing:

    - 1.2 Identify Update Requirements
    - 1.3 Review Update Documentation
    - 1.4 Stakeholder Communication
    - 1.5 Schedule Rollout
    ");
    insta::assert_snapshot!(planning[4].1, @"
    ⏰ @grace, @linus, @acme/sre: the deadline is over: the Planning phase has been waiting since Mon 2 Nov 2026, 09:00 (UTC). On Mon 23 Nov 2026, 09:00 (UTC) the rollout is on hold. Missing:

    - 1.2 Identify Update Requirements
    - 1.3 Review Update Documentation
    - 1.4 Stakeholder Communication
    - 1.5 Schedule Rollout
    ");
    insta::assert_snapshot!(planning[5].1, @"
    ⏰ @grace, @linus, @acme/sre: the Planning phase has been waiting since Mon 2 Nov 2026, 09:00 (UTC), so the rollout is on hold now. `/resume` lets it go on and starts the clocks anew. Missing:

    - 1.2 Identify Update Requirements
    - 1.3 Review Update Documentation
    - 1.4 Stakeholder Communication
    - 1.5 Schedule Rollout
    ");
}

#[test]
fn who_has_acted_is_not_reminded() {
    let mut scene = opened("approvals: {required: 3, from: {users: [grace, linus, sam]}}");
    scene.rights("sam", Permission::Write);
    scene.say("ada", "/schedule 2026-11-25 22:00 UTC for 2h downtime 10m");
    for item in scene.open_items(|item| item.phase <= Phase::PreDeployment) {
        scene.tick("ada", &item, true);
    }
    scene.say("grace", "/approve-deploy");
    scene.passes("2026-11-03T10:00:00Z");
    let review = scene.said_at("review");
    assert_eq!(review.len(), 1);
    let text = &review[0].1;
    assert!(text.starts_with("⏰ @linus, @sam: "), "{text}");
    assert!(
        !text.contains("@grace") && text.contains("2 more /approve-deploy"),
        "{text}"
    );
}

#[test]
fn teams_and_permissions_are_named_but_not_mentioned_and_the_opener_is_asked() {
    let mut scene = opened("approvals: {from: '@acme/sre'}");
    scene.say("ada", "/schedule 2026-11-25 22:00 UTC for 2h downtime 10m");
    for item in scene.open_items(|item| item.phase <= Phase::PreDeployment) {
        scene.tick("ada", &item, true);
    }
    scene.passes("2026-11-03T10:00:00Z");
    let text = &scene.said_at("review")[0].1;
    assert!(text.starts_with("⏰ @ada: "), "{text}");
    assert!(!text.contains("@acme/sre"), "{text}");
}

#[test]
fn a_clock_that_is_set_back_says_nothing_twice() {
    let mut scene = opened("");
    scene.passes("2026-11-05T12:00:00Z");
    assert_eq!(scene.steps_at("planning"), ["remind:1"]);
    let again = Event {
        key: "again".into(),
        at: "2026-11-05T09:00:00Z".parse().expect("a time"),
        place: super::scene::place(Some(super::scene::ISSUE)),
        rollout: None,
        actor: None,
        what: What::DeadlinePassed {
            name: "gates".into(),
        },
    };
    scene.now = "2026-11-02T10:00:00Z".parse().expect("a time");
    scene.bring(&again);
    scene.happens("", What::Reconciled);
    scene.passes("2026-11-05T12:30:00Z");
    assert_eq!(scene.steps_at("planning"), ["remind:1"]);
    scene.passes("2026-11-08T12:30:00Z");
    assert_eq!(scene.steps_at("planning"), ["remind:1", "remind:2"]);
}

#[test]
fn a_wake_up_that_comes_by_a_clock_that_lags_is_still_that_time() {
    let mut scene = opened("");
    let until = "2026-12-01T00:00:00Z".parse().expect("a time");
    let event = scene
        .next_wake_up(until)
        .expect("Rollcall asked to be woken");
    scene.now = event
        .at
        .saturating_sub(jiff::SignedDuration::from_mins(5))
        .expect("in range");
    scene.bring(&event);
    assert_eq!(
        scene.steps_at("planning"),
        ["remind:1"],
        "it is not lost either"
    );
}

#[test]
fn after_a_long_sleep_one_reminder_is_enough() {
    let mut scene = opened("gates: {planning: {within: 30d, remind: 1d}}");
    scene.now = "2026-11-12T12:00:00Z".parse().expect("a time");
    scene.happens("", What::Reconciled);
    assert_eq!(scene.steps_at("planning"), ["remind:10"]);
}

#[test]
fn resuming_starts_the_clocks_anew() {
    let mut scene = opened("gates: {planning: {within: 2d, remind: 1d, grace: 1d}}");
    scene.passes("2026-11-05T10:00:00Z");
    assert!(is_overdue(&scene));
    assert!(
        scene.status().contains("waiting for too long"),
        "{}",
        scene.status()
    );
    scene.say("ada", "/resume");
    assert!(!scene.is_on_hold());
    scene.passes("2026-11-06T12:00:00Z");
    assert_eq!(
        scene.steps_at("planning").last().map(String::as_str),
        Some("remind:1")
    );
    assert!(!scene.is_on_hold());
}

#[test]
fn a_window_that_passes_unused_is_said_while_it_is_open_and_ends_on_hold() {
    let mut scene = Scene::prepared();
    scene.passes("2026-11-04T22:31:00Z");
    assert_eq!(
        scene.steps_at("start"),
        ["remind:1", "remind:2", "escalate"]
    );
    assert!(!scene.is_on_hold());
    scene.passes("2026-11-05T00:01:00Z");
    assert!(is_overdue(&scene));
    assert!(
        scene.status().contains("the window passed without"),
        "{}",
        scene.status()
    );
    let (_, end) = scene.said_at("start").pop().expect("an end");
    insta::assert_snapshot!(end, @"⏰ the window passed without the deployment being started, so the rollout is on hold now. Set another window with `/schedule`; `/resume` then lets it go on.");
    scene.say("ada", "/schedule 2026-11-07 22:00 UTC for 2h downtime 10m");
    scene.say("ada", "/resume");
    scene.passes("2026-11-05T10:00:00Z");
    assert!(
        !scene.is_on_hold(),
        "another window has another time: {}",
        scene.status()
    );
}

#[test]
fn a_rollout_that_is_resumed_after_its_window_asks_for_another_one_and_for_nothing_else() {
    let mut scene = Scene::prepared();
    scene.say("ada", "/hold the vendor is looking");
    scene.now = "2026-11-05T06:00:00Z".parse().expect("a time");
    scene.say("ada", "/resume");
    let passed = "The window passed on Thu 5 Nov 2026, 00:00 (UTC). Set another with `/schedule`.";
    assert!(scene.status().contains(passed), "{}", scene.status());
    for command in ["/start-deploy", "/preview"] {
        scene.say("ada", command);
        scene.hears("`window-passed`");
        scene.hears(passed);
    }
    scene.tick("ada", "stakeholder-announcement", false);
    scene.tick("ada", "stakeholder-announcement", true);
    scene.hears("window-passed");
    scene.passes("2026-11-06T06:00:00Z");
    assert!(scene.steps_at("start").is_empty(), "no start is waited for");
    scene.passes("2026-11-20T06:00:00Z");
    let (_, reminder) = scene.said_at("preparation").pop().expect("a reminder");
    assert!(
        reminder.contains("- another window, for the last one passed: /schedule"),
        "{reminder}"
    );
}

#[test]
fn a_start_that_is_waited_for_again_is_due_within_its_window() {
    let mut scene = Scene::prepared();
    scene.say("ada", "/hold a moment");
    scene.now = "2026-11-04T23:00:00Z".parse().expect("a time");
    scene.say("ada", "/resume");
    let due = "`/start-deploy`: due Thu 5 Nov 2026, 00:00 (UTC)";
    assert!(scene.status().contains(due), "{}", scene.status());
}

#[test]
fn an_announcement_has_to_be_made_before_the_notice_begins() {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
    let before = |item: &rollcall::domain::rollout::Item| {
        item.phase <= Phase::PreDeployment && item.id != "stakeholder-announcement"
    };
    for item in scene.open_items(before) {
        scene.tick("ada", &item, true);
    }
    scene.passes("2026-11-03T22:00:00Z");
    assert_eq!(
        scene.steps_at("announcement"),
        ["remind:1", "remind:2", "remind:3", "escalate"]
    );
}

#[test]
fn a_deployment_and_what_follows_have_a_deadline_too_and_are_never_cancelled_by_the_clock() {
    let mut scene = Scene::deploying();
    scene.passes("2026-11-05T02:30:00Z");
    assert_eq!(
        scene.steps_at("deployment").last().map(String::as_str),
        Some("end")
    );
    assert!(is_overdue(&scene));
    scene.passes("2027-03-01T00:00:00Z");
    assert_eq!(scene.end(), None);
    let hold = scene.steps_at("hold");
    assert!(
        hold.iter().filter(|step| *step == "end").count() > 2,
        "it is said again and again: {hold:?}"
    );
    scene.say("ada", "/resume");
    for item in scene.open_items(|item| item.phase <= Phase::Deployment) {
        scene.tick("ada", &item, true);
    }
    scene.passes("2027-03-10T00:00:00Z");
    assert!(
        scene
            .steps_at("verification")
            .contains(&"escalate".to_owned()),
        "{:?}",
        scene.steps_at("verification")
    );
}

#[test]
fn the_second_person_of_a_break_glass_is_reminded_within_the_hour() {
    let mut scene = opened("break_glass: {who: maintain, confirm: {users: [grace, linus]}}");
    scene.say("linus", "/expedite the shop is down");
    scene.passes("2026-11-02T09:59:00Z");
    let said = scene.said_at("break-glass");
    assert_eq!(said.len(), 2);
    assert!(
        said[0].1.starts_with("⏰ @grace: "),
        "not the one who broke it: {}",
        said[0].1
    );
}

#[test]
fn a_policy_can_end_a_wait_at_once_by_cancelling() {
    let mut scene = opened("gates: {planning: {within: 2d, grace: 0m, then: cancel}}");
    scene.passes("2026-11-04T10:00:00Z");
    assert_eq!(scene.end(), Some(End::Cancelled));
    assert!(
        scene
            .next_wake_up(jiff::Timestamp::MAX)
            .is_none_or(|event| event.at > scene.now)
    );
}
