//! Boxes: a tick is a claim, checked like a command.

use super::scene::{Scene, complete_fields, person, place};
use jiff::SignedDuration;
use rollcall::domain::{
    checklist,
    event::{Event, What},
    fields::Fields,
};

#[test]
fn a_tick_is_recorded_with_the_person() {
    let mut scene = Scene::open();
    scene.tick("ada", "environment-setup", true);
    assert!(scene.is_done("environment-setup"));
    let (entry, _) = scene
        .ledger
        .iter()
        .find(|(entry, _)| format!("{:?}", entry.fact).contains("environment-setup"))
        .expect("it is in the record");
    assert_eq!(entry.actor, Some(person("ada")));
    assert!(
        scene.replies().is_empty(),
        "an ordinary tick needs no comment"
    );
}

#[test]
fn a_tick_by_somebody_without_the_right_is_set_back_with_one_reply() {
    let mut scene = Scene::open();
    let both = checklist::flip(
        &scene.body,
        &[("environment-setup", true), ("apply-updates", true)],
    )
    .body;
    scene.edit("sam", &both);
    assert!(!scene.is_done("environment-setup") && !scene.is_ticked("environment-setup"));
    assert!(!scene.is_done("apply-updates") && !scene.is_ticked("apply-updates"));
    insta::assert_snapshot!(scene.replies(), @"
    @sam: I set these boxes back:

    - **Environment Setup** (`not-allowed`): Only people with write permission or more may do that.
    - **Apply Updates** (`not-allowed`): Only people with write permission or more may do that.
    ");
}

#[test]
fn the_final_review_box_follows_the_quorum_alone() {
    let mut scene = Scene::open();
    scene.tick("linus", "final-review", true);
    assert!(!scene.is_ticked("final-review"));
    scene.say("grace", "/approve-deploy");
    assert!(!scene.is_ticked("final-review"));
    scene.say("linus", "/approve-deploy");
    assert!(scene.is_ticked("final-review") && scene.is_done("final-review"));
    scene.tick("ada", "final-review", false);
    assert!(scene.is_ticked("final-review"), "{}", scene.replies());
}

#[test]
fn a_late_tick_does_not_undo_a_newer_one() {
    let mut scene = Scene::open();
    let (unticked, ticked) = (
        scene.body.clone(),
        checklist::flip(&scene.body, &[("backup", true)]).body,
    );
    let earlier = scene.now;
    scene.now = earlier
        .saturating_add(SignedDuration::from_secs(60))
        .expect("in range");
    // Ada ticked and unticked; the two webhooks arrive the other way round.
    let event = |key: &str, at, from: &str, to: &str| Event {
        key: key.into(),
        at,
        place: place(Some(super::scene::ISSUE)),
        rollout: None,
        actor: Some(person("ada")),
        what: What::BodyEdited {
            from: Some(from.into()),
            body: to.into(),
        },
    };
    scene.bring(&event("second", scene.now, &ticked, &unticked));
    scene.bring(&event("first", earlier, &unticked, &ticked));
    assert!(!scene.is_done("backup"));
}

#[test]
fn boxes_of_the_deployment_wait_for_its_start() {
    let mut scene = Scene::open();
    scene.tick("ada", "monitoring", true);
    assert!(!scene.is_ticked("monitoring"));
    scene.hears("not-started");
}

/// Ada adds a line to the body, below that of the backup.
fn write_below_backup(scene: &mut Scene, added: &str) {
    let mut lines = scene.body.lines();
    let line = lines.find(|line| line.contains("id: backup"));
    let line = line.expect("the item's line");
    let body = scene.body.replace(line, &format!("{line}\n{added}"));
    scene.edit("ada", &body);
}

#[test]
fn tasks_beneath_an_item_are_done_first() {
    let mut scene = Scene::open();
    write_below_backup(&mut scene, "  - [ ] dump the orders");
    scene.tick("ada", "backup", true);
    scene.hears("subtasks-open");
    let ticked = scene.body.replace("- [ ] dump", "- [x] dump");
    scene.edit("ada", &ticked);
    scene.tick("ada", "backup", true);
    assert!(scene.is_done("backup"));
}

#[test]
fn a_task_beside_the_items_is_an_optional_item() {
    let mut scene = Scene::open();
    write_below_backup(&mut scene, "- [ ] Tell the night shift");
    let item = scene
        .rollout()
        .item("Tell the night shift")
        .expect("it is an item")
        .clone();
    assert!(item.extra && !item.required);
    assert_eq!(item.number, "3.5");
    let without = scene.body.replace("\n- [ ] Tell the night shift", "");
    scene.edit("ada", &without);
    assert!(scene.rollout().item("Tell the night shift").is_none());
}

#[test]
fn a_body_without_its_checklist_is_offered_back() {
    let mut scene = Scene::open();
    scene.tick("ada", "environment-setup", true);
    scene.edit("ada", "gone");
    assert!(
        scene.is_done("environment-setup"),
        "the record keeps what was done"
    );
    scene.hears("<!-- id: environment-setup -->");
}

#[test]
fn text_that_crossed_with_rollcalls_own_edit_is_put_back() {
    let mut scene = Scene::open();
    // Rollcall read `read`, Ada saved `hers`, Rollcall wrote `own`: its webhook carries hers as the body it replaced.
    let read = scene.body.clone();
    let hers = read.replace("### Benefits", "Mind the queue!\n\n### Benefits");
    let own = checklist::flip(&read, &[("backup", true)]).body;
    scene.body.clone_from(&own);
    scene.happens(
        "rollcall[bot]",
        What::BodyEdited {
            from: Some(hers),
            body: own,
        },
    );
    let put = scene.last.iter().find_map(|effect| match &effect.action {
        rollcall::domain::effect::Action::PutBody { body, .. } => Some(body.clone()),
        _ => None,
    });
    let put = put.expect("the text is put back");
    assert!(put.contains("Mind the queue!"));
    // Its webhook does not start the same again.
    let from = std::mem::replace(&mut scene.body, put.clone());
    scene.happens(
        "rollcall[bot]",
        What::BodyEdited {
            from: Some(from),
            body: put,
        },
    );
    assert!(!scene.last.iter().any(|effect| matches!(
        effect.action,
        rollcall::domain::effect::Action::PutBody { .. }
    )));
}

#[test]
fn stakeholders_are_told_of_nothing_whose_reason_is_missing() {
    let mut scene = Scene::empty();
    scene.request(Fields {
        purpose: String::new(),
        ..complete_fields()
    });
    scene.tick("ada", "stakeholder-communication", true);
    scene.hears("`details-missing`");
    scene.hears("These have to be filled in above first: purpose.");
    assert!(scene.announced().is_empty());
    assert!(!scene.is_done("stakeholder-communication"));
}

#[test]
fn who_knows_when_it_happens_is_not_told_afterwards_that_it_is_planned() {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule 2026-11-09 22:00 UTC for 2h downtime 10m");
    scene.tick("ada", "stakeholder-announcement", true);
    scene.tick("ada", "stakeholder-communication", true);
    assert!(scene.is_done("stakeholder-communication"));
    assert_eq!(scene.announced(), ["telegram scheduled", "email scheduled"]);
}
