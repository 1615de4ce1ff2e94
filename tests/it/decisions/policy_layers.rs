//! Environments, quorums of parts, waivers and closed times in a running rollout.

use super::scene::{Scene, complete_fields, person};
use rollcall::domain::{
    calendar, event::What, facts::PolicyFact, fields::Fields, ids::CommentId, rollout::ItemState,
};
use std::collections::BTreeMap;

fn to(environment: &str) -> Scene {
    let mut scene = Scene::empty();
    scene.request(Fields {
        environment: environment.into(),
        ..complete_fields()
    });
    scene
}

#[test]
fn a_rollout_knows_its_environment_and_follows_its_policy() {
    let mut scene = to("Production");
    assert_eq!(scene.rollout().environment.as_deref(), Some("production"));
    scene.policy("environments: {production: {commands: {hold: maintain}}}\n");
    scene.say("ada", "/hold wait");
    scene.hears("not-allowed");
    assert!(
        scene.status().contains("**Environment:** `production`"),
        "{}",
        scene.status()
    );
    let mut scene = to("staging");
    scene.policy("environments: {production: {commands: {hold: maintain}}}\n");
    scene.say("ada", "/hold wait");
    assert!(scene.is_on_hold());
    assert_ne!(
        to("staging").rollout().target(),
        to("production").rollout().target()
    );
}

#[test]
fn a_comment_and_an_issue_form_may_name_the_environment() {
    let mut scene = Scene::empty();
    let said = What::CommentCreated {
        comment: CommentId(9),
        body: "/rollout checkout 1.4.0..1.5.0 because of a hole\nenvironment: `eu-west/prod`"
            .into(),
        change_author: None,
    };
    scene.happens("ada", said);
    assert_eq!(scene.rollout().environment.as_deref(), Some("eu-west/prod"));
    let mut scene = Scene::empty();
    let opened = What::IssueOpened {
        title: "Checkout".into(),
        body: "### Purpose\n\nx\n\n### Environment\n\nStaging\n".into(),
        labels: vec!["rollout".into()],
    };
    scene.happens("ada", opened);
    assert_eq!(scene.rollout().environment.as_deref(), Some("staging"));
    let mut scene = Scene::empty();
    let wrong = What::CommentCreated {
        comment: CommentId(9),
        body: "/rollout checkout 1.4.0..1.5.0\nenvironment: <b>".into(),
        change_author: None,
    };
    scene.happens("ada", wrong);
    scene.hears("malformed");
}

#[test]
fn whoever_wrote_the_change_does_not_count() {
    let mut scene = Scene::empty();
    let said = What::CommentCreated {
        comment: CommentId(9),
        body: "/rollout checkout 1.4.0..1.5.0 because of a hole\npurpose: a hole\nbenefits: none"
            .into(),
        change_author: Some(person("grace")),
    };
    scene.happens("ada", said);
    scene.issue_opens();
    scene.say("grace", "/approve-deploy");
    insta::assert_snapshot!(scene.replies(), @"@grace: `/approve-deploy` was refused (`own-change`). You wrote the change; somebody else has to approve it.");
    scene.policy("approvals: {not_author: false}\n");
    scene.say("grace", "/approve-deploy");
    scene.hears("That makes 1 of 2");
    scene.policy("");
    scene.say("linus", "/approve-deploy");
    assert!(
        scene
            .status()
            .contains("whoever wrote the change does not count"),
        "{}",
        scene.status()
    );
}

#[test]
fn whoever_approved_does_not_start() {
    let mut scene = Scene::prepared();
    scene.policy("deployers: {permission: write, exclude: approver}\n");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("grace", "/start-deploy");
    scene.hears("not-allowed");
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn each_part_of_a_quorum_says_whom_it_lacks() {
    let mut scene = Scene::open();
    scene.policy("approvals: {all: [{n: 1, from: maintain}, {n: 1, from: '@grace'}]}\n");
    scene.say("linus", "/approve-deploy");
    assert!(
        scene.replies().ends_with("That makes 1 of 2."),
        "{}",
        scene.replies()
    );
    let status = scene.status();
    for line in [
        "- ✅ 1 of people with maintain permission or more: `linus`\n",
        "- ⏳ 1 of `grace`: 1 missing\n",
    ] {
        assert!(status.contains(line), "{status}");
    }
    assert!(
        status.contains("missing: 1 more from `grace` (1 more)"),
        "{status}"
    );
    scene.say("grace", "/approve-deploy");
    assert!(scene.is_done("final-review"));
}

#[test]
fn some_items_are_never_left_out_and_some_by_others() {
    let mut scene = Scene::open();
    scene.policy("items: {backup: {waive: nobody}, environment-setup: {waive: '@ada'}}\n");
    scene.say("linus", "/skip backup there is no data");
    insta::assert_snapshot!(scene.replies(), @"@linus: `/skip` was refused (`not-allowed`). The policy lets nobody do it.");
    scene.say("linus", "/skip environment-setup it is there");
    scene.hears("not-allowed");
    scene.say("ada", "/skip environment-setup it is there");
    let state = &scene
        .rollout()
        .item("environment-setup")
        .expect("an item")
        .state;
    assert!(
        matches!(state, ItemState::Waived { .. }),
        "{}",
        scene.replies()
    );
}

#[test]
fn a_freeze_that_came_after_the_window_keeps_the_gate_closed() {
    for (policy, code) in [
        (
            "freezes: [{name: incident, from: 2026-11-04 22:30, to: 2026-11-05 08:00}]\n",
            "freeze",
        ),
        ("windows: [mon-fri 09:00-17:00]\n", "outside-windows"),
    ] {
        let mut scene = Scene::prepared();
        scene.policy(policy);
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        scene.say("ada", "/start-deploy");
        assert!(!scene.rollout().is_deploying(), "{code}");
        assert!(
            scene.replies().contains(&format!("(`{code}`)")),
            "{code}: {}",
            scene.replies()
        );
    }
}

#[test]
fn the_calendars_of_the_last_good_policy_stay_in_force_with_it() {
    let holidays = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261109\nEND:VEVENT\nEND:VCALENDAR\n";
    let read = calendar::parse(holidays, "h.ics").expect("a calendar");
    let mut scene = Scene::open();
    scene.policy_with(
        "freezes: [{name: holidays, ics: h.ics}]\n",
        BTreeMap::from([("h.ics".to_owned(), read)]),
    );
    scene.say("ada", "/status");
    scene.policy = PolicyFact::Unread { needed: false };
    scene.say("ada", "/schedule 2026-11-09 22:00 UTC");
    scene.hears("freeze `holidays`");
    scene.say("ada", "/schedule 2026-11-10 22:00 UTC");
    assert!(scene.rollout().window.is_some(), "{}", scene.replies());
}

#[test]
fn why_and_simulate_print_the_tree() {
    let mut scene = Scene::open();
    scene.policy("items: {backup: {who: {any: [{role: '@everyone <b>'}, '@acme/sre'], exclude: '@ada'}}}\napprovals: {all: [{from: maintain}, {from: '@grace'}]}\n");
    let check = |scene: &mut Scene, command: &str, expect: &[&str]| {
        scene.say("ada", command);
        for words in expect {
            assert!(
                scene.replies().contains(words),
                "{words}: {}",
                scene.replies()
            );
        }
    };
    check(
        &mut scene,
        "/why backup",
        &[
            "- ❌ may `ada` tick it?\n  - ❌ the policy's word for this item\n    - ❌ all of 2 must hold: 0 do\n",
            "❌ the role is `write`, not `@everyone <b>`\n",
            "✅ `ada` is one of `ada`\n",
        ],
    );
    scene.say("ada", "/hold a bad smell");
    scene.say("linus", "/approve-deploy");
    check(
        &mut scene,
        "/why",
        &[
            "- ❌ may the deployment start?\n  - ❌ `on-hold`: ",
            "    - ✅ 1 of people with maintain permission or more: `linus`\n",
            "    - ❌ 1 of `grace`: 1 missing\n",
        ],
    );
    check(
        &mut scene,
        "/simulate /skip backup no data",
        &[
            "If `ada` said `/skip backup no data`:",
            "❌ who may leave this item out\n",
            "Nothing was changed.",
        ],
    );
    check(
        &mut scene,
        "/simulate /approve-deploy",
        &["- ❌ may `ada` say `/approve-deploy`?\n"],
    );
}
