//! Four eyes: whoever opened the rollout or changed what would be deployed does not approve it.

use super::scene::{ISSUE, Scene, complete_fields, person, place};
use jiff::SignedDuration;
use rollcall::domain::{
    event::{Event, Request, What},
    facts::{History, Revision},
};

const ONE: &str = "approvals: {required: 1}\n";

/// One approval is enough, and Grace wrote other versions into the body.
fn changed_by_grace() -> Scene {
    let mut scene = Scene::open();
    scene.policy(ONE);
    let to = scene.body.replace("1.5.0", "6.6.6");
    scene.edit("grace", &to);
    scene
}

#[test]
fn who_changes_the_versions_does_not_approve_them() {
    let mut scene = changed_by_grace();
    scene.say("grace", "/approve-deploy");
    insta::assert_snapshot!(scene.replies(), @"@grace: `/approve-deploy` was refused (`own-edit`). You changed what would be deployed (component checkout); somebody else has to approve it.");
    scene.say("grace", "/simulate /approve-deploy");
    scene.hears("You changed what would be deployed");
    scene.say("grace", "/help");
    let help = scene.replies();
    let (may, others) = help.split_once("For others").expect("two lists");
    assert!(
        others.contains("/approve-deploy") && !may.contains("/approve-deploy"),
        "{help}"
    );
    scene.say("ada", "/approve-deploy");
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}

#[test]
fn who_changes_a_component_after_approving_is_not_asked_again() {
    let mut scene = Scene::open();
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    let to = scene.body.replace("1.5.0", "1.6.0");
    scene.edit("grace", &to);
    scene.hears("\n\n@linus: please look again");
    let mut alone = Scene::open();
    alone.say("grace", "/approve-deploy");
    let to = alone.body.replace("1.5.0", "1.6.0");
    alone.edit("grace", &to);
    alone.hears("Whoever changed it does not sign it; somebody else has to say `/approve-deploy`.");
}

#[test]
fn each_component_and_the_rollback_plan_have_the_one_who_changed_them_last() {
    let mut scene = changed_by_grace();
    let to = scene.body.replace(
        "| checkout |",
        "| search | 7.0.0 | 7.1.0 | fix |\n| checkout |",
    );
    scene.edit("ada", &to);
    scene.say("grace", "/approve-deploy");
    scene.hears("(component checkout)");
    scene.say("linus", "/evidence rollback-plan restore the snapshot");
    scene.say("linus", "/approve-deploy");
    scene.hears("(rollback plan)");
    let to = scene.body.replace("6.6.6", "1.5.1");
    scene.edit("ada", &to);
    let again = scene.body.replace("1.5.1", "1.5.2");
    scene.edit("ada", &again);
    assert_eq!(
        scene.rollout().changers["component checkout"].by,
        Some(person("ada"))
    );
    scene.say("grace", "/approve-deploy");
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}

#[test]
fn who_sets_the_window_or_writes_other_words_may_approve() {
    let mut scene = Scene::open();
    scene.policy(ONE);
    scene.say(
        "grace",
        "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m",
    );
    let to = scene.body.replace("security update", "bug fix");
    scene.edit("grace", &to);
    scene.say("grace", "/approve-deploy");
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}

#[test]
fn where_the_policy_lets_authors_count_so_do_those_who_change() {
    let mut scene = changed_by_grace();
    scene.policy("approvals: {required: 1, not_author: false}\n");
    scene.say("grace", "/approve-deploy");
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}

#[test]
fn an_approval_that_overtook_the_edit_does_not_count_and_the_status_says_why() {
    let mut scene = Scene::open();
    scene.policy(ONE);
    let from = scene.body.clone();
    scene.body = from.replace("1.5.0", "6.6.6");
    let at = scene.now;
    scene.say("ada", "/status");
    scene.later(1);
    scene.say("grace", "/approve-deploy");
    let edit = Event {
        key: "late".into(),
        at,
        place: place(Some(ISSUE)),
        rollout: None,
        actor: Some(person("grace")),
        what: What::BodyEdited {
            from: Some(from),
            body: scene.body.clone(),
        },
    };
    scene.bring(&edit);
    assert!(!scene.is_done("final-review"));
    let status = scene.status();
    let why = "`grace` does not count: whoever changed what would be deployed does not count";
    assert!(status.contains(why), "{status}");
}

/// Somebody wrote other versions, and no webhook tells of it; all else is ready.
fn changed_unseen() -> Scene {
    let mut scene = Scene::prepared();
    scene.policy(ONE);
    scene.body = scene.body.replace("1.5.0", "6.6.6");
    scene.say("ada", "/status");
    scene.later(1);
    scene.say("grace", "/approve-deploy");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene
}

#[test]
fn a_change_that_nobody_has_told_of_starts_nothing_before_its_author_is_known() {
    let mut scene = changed_unseen();
    scene.say("ada", "/start-deploy");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/start-deploy` was refused (`changer-unknown`). Who changed what would be deployed (component checkout) is not known: GitHub has not told of that edit. `/refresh` asks it; if that does not help, somebody has to edit it once more and stand behind it.");
    let to = scene.body.replace("6.6.6", "1.5.1");
    scene.edit("ada", &to);
    scene.say("grace", "/approve-deploy");
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn the_edit_history_tells_whose_change_it_was() {
    for (editor, starts) in [("grace", false), ("ada", true)] {
        let mut scene = changed_unseen();
        let revision = |login: &str, minutes: i64, body: String| Revision {
            editor: Some(person(login)),
            at: scene.now - SignedDuration::from_mins(minutes),
            body: Some(body),
        };
        scene.history = History::Read(vec![
            revision("ada", 90, scene.body.replace("6.6.6", "1.5.0")),
            revision(editor, 60, scene.body.clone()),
        ]);
        scene.say("ada", "/refresh");
        scene.say("ada", "/start-deploy");
        let started = scene.rollout().is_deploying();
        assert_eq!(started, starts, "{editor}: {}", scene.replies());
    }
}

#[test]
fn who_is_named_by_the_order_as_the_one_who_asked_does_not_approve() {
    let mut scene = Scene::empty();
    let request = Request {
        key: "api:1".into(),
        template: None,
        fields: complete_fields(),
        title: None,
        requested_by: Some("@Grace".into()),
    };
    scene.happens_at(place(None), None, What::RolloutRequested(request));
    scene.issue_opens();
    scene.say("grace", "/approve-deploy");
    scene.hears("(`own-rollout`)");
    scene.say("linus", "/approve-deploy");
    scene.hears("That makes 1 of 2");
}
