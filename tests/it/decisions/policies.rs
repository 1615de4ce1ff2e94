//! What a policy file changes in a running rollout.

use super::scene::Scene;

#[test]
fn an_item_follows_its_own_rule() {
    let mut scene = Scene::open();
    scene.policy("items:\n  identify-requirements: {who: '@grace'}\n");
    scene.tick("ada", "identify-requirements", true);
    assert!(!scene.is_done("identify-requirements") && !scene.is_ticked("identify-requirements"));
    scene.tick("grace", "identify-requirements", true);
    assert!(scene.is_done("identify-requirements"));
}

#[test]
fn a_command_follows_its_own_rule_and_the_refusal_names_who_may() {
    let mut scene = Scene::open();
    scene.policy("commands: {hold: maintain}\n");
    scene.say("ada", "/hold wait for legal");
    let replies = scene.replies();
    assert!(
        replies.contains("people with maintain permission or more"),
        "{replies}"
    );
    assert!(replies.contains("`/hold`"), "{replies}");
    assert!(scene.rollout().holds.is_empty());
    scene.say("linus", "/hold wait for legal");
    assert_eq!(scene.rollout().holds.len(), 1);
}

#[test]
fn a_freeze_is_refused_with_times_that_would_do() {
    let mut scene = Scene::open();
    scene.policy("freezes:\n- {name: audit, from: 2026-11-04, to: 2026-11-05}\n");
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC");
    let replies = scene.replies();
    assert!(replies.contains("freeze `audit`"), "{replies}");
    assert!(replies.contains("6 Nov 2026, 22:00"), "{replies}");
    assert_eq!(scene.rollout().window, None);
    scene.say("ada", "/schedule 2026-11-06 22:00 UTC");
    assert!(scene.rollout().window.is_some());
}

#[test]
fn a_broken_policy_leaves_the_last_good_one_in_force() {
    let mut scene = Scene::open();
    scene.policy("commands: {hold: maintain}\n");
    scene.say("ada", "/status");
    scene.policy("comands: {hold: read}\n");
    scene.say("ada", "/hold wait for legal");
    let replies = scene.replies();
    assert!(
        replies.contains("did you mean") && replies.contains("commands"),
        "{replies}"
    );
    assert!(
        replies.contains("people with maintain permission or more"),
        "{replies}"
    );
    assert!(scene.rollout().holds.is_empty());
}

#[test]
fn the_quorum_of_the_policy_is_the_one_that_counts() {
    let mut scene = Scene::prepared();
    assert!(scene.is_done("final-review"));
    scene.policy("approvals: {required: 3}\n");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("ada", "/start-deploy");
    assert!(!scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn break_glass_is_not_enabled_for_anybody() {
    for login in ["sam", "linus"] {
        let mut scene = Scene::open();
        scene.say(login, "/expedite the shop is down");
        assert!(
            scene.replies().contains("not enabled"),
            "{}",
            scene.replies()
        );
    }
}

#[test]
fn a_wish_for_a_rollout_that_cannot_be_read_is_asked_back() {
    let mut scene = Scene::empty();
    scene.happens("ada", comment("/rollout api 1.4.1 -> 1.4.2"));
    let replies = scene.replies();
    assert!(replies.contains("FROM..TO"), "{replies}");
    assert!(scene.rollout.is_none());
    scene.happens("renovate[bot]", comment("/rollout api 1.4.1 -> 1.4.2"));
    assert_eq!(scene.last, []);
    scene.happens("ada", comment("/status"));
    assert_eq!(scene.last, []);
}

fn comment(body: &str) -> rollcall::domain::event::What {
    rollcall::domain::event::What::CommentCreated {
        comment: rollcall::domain::ids::CommentId(1),
        body: body.into(),
        change_author: None,
    }
}

#[test]
fn a_policy_that_was_taken_in_holds_when_a_newer_version_finds_it_too_large() {
    let others: Vec<String> = (0..250).map(|number| format!("user-{number}")).collect();
    let others = others.join(", ");
    let name = "n".repeat(101);
    let text = format!(
        "deployers: {{users: [linus, {others}]}}\nfreezes: [{{name: {name}, every: [sunday]}}]\n"
    );
    let mut scene = Scene::deploying();
    scene.rollout.as_mut().expect("a rollout").policy = Some(text.clone());
    scene.policy(&text);
    for command in ["/promote", "/abort", "/rollback errors"] {
        scene.say("ada", command);
        scene.hears("`not-allowed`");
    }
    scene.say("linus", "/promote");
    assert_eq!(scene.rollout().steps, 1);
}
