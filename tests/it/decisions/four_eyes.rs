//! Four eyes: whoever opened the rollout or changed what would be deployed does not approve it.

use super::scene::{ISSUE, Scene, complete_fields, person, place};
use jiff::SignedDuration;
use rollcall::domain::{
    decide::wants_history,
    event::{Event, Request, What},
    facts::{History, Newest, Revision},
    ids::CommentId,
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

#[test]
fn an_edit_that_its_author_takes_back_changes_nobodys_right_to_approve() {
    let mut scene = Scene::prepared();
    assert!(scene.is_done("final-review"));
    let meant = scene.body.clone();
    scene.edit("grace", &meant.replace("1.5.0", "6.6.6"));
    assert!(!scene.is_done("final-review"));
    scene.later(1);
    scene.edit("grace", &meant);
    assert!(scene.is_done("final-review"), "{}", scene.status());
    scene.say("grace", "/approve-deploy");
    assert!(!scene.replies().contains("own-edit"), "{}", scene.replies());
}

#[test]
fn versions_that_are_again_what_somebody_made_them_are_that_persons_again() {
    let mut scene = changed_by_grace();
    let hers = scene.body.clone();
    for other in ["7.7.7", "8.8.8"] {
        scene.edit("linus", &hers.replace("6.6.6", other));
    }
    scene.say("linus", "/approve-deploy");
    scene.hears("own-edit");
    scene.edit("ada", &hers);
    for (login, own) in [("grace", true), ("linus", false)] {
        scene.say(login, "/simulate /approve-deploy");
        let says = scene.replies().contains("You changed what would be");
        assert_eq!(says, own, "{login}: {}", scene.replies());
    }
    scene.edit("ada", &hers.replace("6.6.6", "1.5.0"));
    assert!(scene.rollout().changers.is_empty(), "as it was asked for");
}

#[test]
fn a_rollback_plan_whose_words_come_back_is_still_that_of_who_attached_proof_to_it() {
    let mut scene = Scene::open();
    scene.policy(ONE);
    let meant = scene.body.clone();
    scene.say("grace", "/evidence rollback-plan restore the snapshot");
    let other = meant.replace("## Phase 1", "## Rollback plan\n\nundo it\n\n## Phase 1");
    scene.edit("linus", &other);
    scene.edit("linus", &meant);
    scene.say("grace", "/approve-deploy");
    scene.hears("(rollback plan)");
}

/// Whose the versions are is asked at the start, with one approval, by Grace.
#[track_caller]
fn starts_nothing(scene: &mut Scene) {
    scene.later(1);
    scene.say("grace", "/approve-deploy");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("ada", "/start-deploy");
    scene.hears("(`changer-unknown`)");
}

#[test]
fn versions_that_came_with_rollcalls_own_flip_are_nobodys_before_their_author_is_known() {
    let mut scene = Scene::prepared();
    scene.policy(ONE);
    let body = scene.body.replace("1.5.0", "6.6.6");
    let line = "- [ ] **Monitoring";
    let from = Some(body.replace(line, "- [x] **Monitoring"));
    scene.body.clone_from(&body);
    scene.happens("rollcall[bot]", What::BodyEdited { from, body });
    starts_nothing(&mut scene);
}

#[test]
fn who_was_overtaken_by_another_edit_does_not_stand_for_it() {
    let mut scene = Scene::prepared();
    scene.policy(ONE);
    let from = scene.body.clone();
    let hers = from.replace("1.5.0", "1.6.0");
    scene.body = from.replace("1.5.0", "6.6.6");
    let now = scene.now;
    let ada = What::BodyEdited {
        from: Some(from),
        body: hers.clone(),
    };
    scene.happens("ada", ada);
    let mut told = scene.clone();
    starts_nothing(&mut scene);
    let body = told.body.clone();
    let from = Some(hers);
    told.now = now
        .saturating_add(SignedDuration::from_secs(2))
        .expect("in range");
    told.happens("grace", What::BodyEdited { from, body });
    told.say("grace", "/approve-deploy");
    told.hears("(`own-edit`)");
}

#[test]
fn who_writes_the_components_stands_behind_those_that_are_gone() {
    let mut scene = Scene::prepared();
    scene.policy(ONE);
    scene.body = scene.body.replace("| checkout |", "| checkout-gateway |");
    scene.say("ada", "/status");
    let to = scene.body.replace("1.5.0", "1.5.1");
    scene.edit("ada", &to);
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("grace", "/approve-deploy");
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn the_history_is_asked_for_six_hours_whose_change_it_was_and_later_by_refresh() {
    let scene = changed_unseen();
    let seen = scene.rollout().changers["component checkout"].at;
    let newest = Newest {
        title: String::new(),
        body: scene.body.clone(),
        open: true,
        labels: Vec::new(),
        updated_at: scene.now,
    };
    let asks = |hours: i64, what: What| {
        let event = Event {
            key: "look".into(),
            at: seen
                .saturating_add(SignedDuration::from_hours(hours))
                .expect("in range"),
            place: place(Some(ISSUE)),
            rollout: None,
            actor: None,
            what,
        };
        wants_history(scene.rollout(), &event, &newest).is_some()
    };
    assert!(asks(5, What::Reconciled));
    assert!(!asks(6, What::Reconciled));
    let refresh = What::CommentCreated {
        comment: CommentId(1),
        body: "/refresh".into(),
        change_author: None,
    };
    assert!(asks(100, refresh));
}
