//! Tasks that people add: who may tick them, and what becomes of those that are taken away.

use super::scene::Scene;
use rollcall::domain::{
    event::What,
    rollout::{Item, ItemState},
};

const STRICT: &str = "extra_items: required\nticks: maintain\n";
const LEGAL: &str = "- [ ] Legal signed off";

/// Linus adds a line below the backup's, where policy asks for maintainers and for what people add.
fn added(line: &str) -> Scene {
    let mut scene = Scene::open();
    scene.policy(STRICT);
    write(&mut scene, "linus", line);
    scene
}

fn write(scene: &mut Scene, login: &str, line: &str) {
    let mut lines = scene.body.lines();
    let backup = lines.find(|line| line.contains("id: backup"));
    let backup = backup.expect("the item's line").to_owned();
    let to = scene.body.replace(&backup, &format!("{backup}\n{line}"));
    scene.edit(login, &to);
}

fn replace(scene: &mut Scene, login: &str, from: &str, to: &str) {
    assert!(scene.body.contains(from), "{from}");
    let to = scene.body.replace(from, to);
    scene.edit(login, &to);
}

fn is_legal_done(scene: &Scene) -> bool {
    scene.is_done("legal signed off")
}

#[test]
fn a_task_that_comes_ticked_is_a_claim_of_whoever_wrote_it() {
    let mut scene = Scene::open();
    scene.policy(STRICT);
    write(&mut scene, "grace", "- [x] Legal signed off");
    assert!(!is_legal_done(&scene) && !scene.is_ticked("legal signed off"));
    insta::assert_snapshot!(scene.replies(), @"
    @grace: I set a box back:

    - **Legal signed off** (`not-allowed`): Only people with maintain permission or more may do that.
    ");
    write(&mut scene, "linus", "- [x] Night shift told");
    assert!(scene.is_done("night shift told"), "{}", scene.replies());
    // GitHub did not say what was there before.
    let mut unsaid = Scene::open();
    unsaid.policy(STRICT);
    unsaid.body += "\n\n## Phase 1: Planning\n\n- [x] Legal signed off\n";
    let body = unsaid.body.clone();
    unsaid.happens("grace", What::BodyEdited { from: None, body });
    unsaid.settle();
    assert!(!is_legal_done(&unsaid) && !unsaid.is_ticked("legal signed off"));
    unsaid.hears("I set a box back");
}

#[test]
fn a_required_task_that_is_taken_away_is_missed_and_its_return_ticks_nothing() {
    let mut scene = added(LEGAL);
    replace(&mut scene, "grace", &format!("\n{LEGAL}"), "");
    let item = scene.rollout().item("legal signed off").expect("kept");
    assert!(item.missing && !item.is_settled());
    let note = "3.5 Legal signed off is gone from the checklist";
    assert!(scene.status().contains(note), "{}", scene.status());
    write(&mut scene, "grace", "- [x] Legal signed off");
    assert!(!is_legal_done(&scene) && !scene.is_ticked("legal signed off"));
    assert!(!scene.status().contains(note), "{}", scene.status());
    scene.tick("linus", "legal signed off", true);
    assert!(is_legal_done(&scene), "{}", scene.replies());
}

#[test]
fn a_required_task_that_is_gone_is_left_out_by_those_who_may() {
    let mut scene = added(LEGAL);
    replace(&mut scene, "grace", &format!("\n{LEGAL}"), "");
    scene.say("grace", "/skip 3.5 no law is touched");
    scene.hears("not-allowed");
    scene.say("linus", "/skip 3.5 no law is touched");
    let item = scene.rollout().item("legal signed off").expect("kept");
    assert!(item.is_settled(), "{}", scene.replies());
    let note = "is gone from the checklist";
    assert!(!scene.status().contains(note), "{}", scene.status());
}

#[test]
fn a_box_beneath_an_item_asks_the_rule_of_the_item() {
    let mut scene = added("  - [ ] restore tested");
    replace(&mut scene, "grace", "[ ] restore", "[x] restore");
    assert!(scene.body.contains("[ ] restore"), "it is set back");
    insta::assert_snapshot!(scene.replies(), @"
    @grace: I set a box back:

    - **restore tested** (`not-allowed`): Only people with maintain permission or more may do that.
    ");
    scene.tick("linus", "backup", true);
    scene.hears("subtasks-open");
    replace(&mut scene, "linus", "[ ] restore", "[x] restore");
    replace(&mut scene, "grace", "[x] restore", "[ ] restore");
    assert!(scene.body.contains("[x] restore"), "neither is it unticked");
    scene.tick("linus", "backup", true);
    assert!(scene.is_done("backup"), "{}", scene.replies());
}

#[test]
fn of_two_boxes_of_one_name_the_right_one_is_set_back() {
    let mut scene = added("  - [ ] tested");
    let line = "<!-- id: apply-updates -->";
    replace(
        &mut scene,
        "linus",
        line,
        &format!("{line}\n  - [ ] tested"),
    );
    let apply = format!("{line}\n  - [ ] tested");
    replace(&mut scene, "linus", &apply, &apply.replace("[ ]", "[x]"));
    assert_eq!(scene.body.matches("[x] tested").count(), 1);
    let backup = "<!-- id: backup -->\n  - [ ] tested";
    replace(&mut scene, "grace", backup, &backup.replace("[ ]", "[x]"));
    assert!(scene.body.contains(backup), "{}", scene.body);
    assert!(scene.body.contains(&apply.replace("[ ]", "[x]")));
}

/// What people have done, and Rollcall not by itself.
fn done_by_people(scene: &Scene) -> Vec<&Item> {
    let by_people = |item: &&Item| matches!(item.state, ItemState::Done { by: Some(_), .. });
    scene.rollout().items.iter().filter(by_people).collect()
}

/// Names that are an item's id, its title or its number, of one before the start and of one after it.
const NAMES: [&str; 4] = ["Backup", "Backup Production Data", "3.2", "Monitoring"];

#[test]
fn a_task_beneath_an_item_that_is_called_like_another_item_ticks_only_itself() {
    for name in NAMES {
        let mut scene = Scene::open();
        let line = "<!-- id: apply-updates -->";
        let task = format!("{line}\n  - [ ] {name}");
        replace(&mut scene, "ada", line, &task);
        replace(&mut scene, "ada", &task, &task.replace("[ ]", "[x]"));
        assert_eq!(scene.replies(), "", "{name}");
        assert!(scene.body.contains(&format!("[x] {name}")), "{name}");
        assert!(done_by_people(&scene).is_empty(), "{name}");
        assert!(!scene.is_ticked("backup") && !scene.is_ticked("monitoring"));
        scene.tick("ada", "apply-updates", true);
        assert!(scene.is_done("apply-updates"), "{}", scene.replies());
    }
}

#[test]
fn a_line_beside_the_items_that_is_called_like_one_is_an_item_of_its_own() {
    for name in NAMES {
        let mut scene = Scene::open();
        let line = format!("- [ ] {name}");
        write(&mut scene, "ada", &line);
        replace(
            &mut scene,
            "ada",
            &format!("{line}\n"),
            &format!("- [x] {name}\n"),
        );
        let done = done_by_people(&scene);
        assert!(
            matches!(done[..], [item] if item.extra && item.title == name && item.number == "3.5"),
            "{name}: {done:?}"
        );
        assert!(!scene.is_ticked("backup"), "{name}");
        scene.say("ada", "/done 3.2");
        assert!(scene.is_done("backup"), "{name}: {}", scene.replies());
        scene.say("ada", "/undo 3.5");
        let mut items = scene.rollout().items.iter();
        assert!(!items.any(|item| item.extra && item.is_done()), "{name}");
        assert!(scene.is_ticked("backup"), "{name}");
    }
}

#[test]
fn an_item_whose_line_was_typed_anew_is_known_by_its_title_and_no_task_beneath_another_is() {
    let mut scene = Scene::open();
    let line = "<!-- id: apply-updates -->";
    let task = format!("{line}\n  - [ ] Backup Production Data");
    replace(&mut scene, "ada", line, &task);
    replace(&mut scene, "ada", " <!-- id: backup -->", "");
    replace(&mut scene, "ada", &task, &task.replace("[ ]", "[x]"));
    assert!(!scene.is_done("backup"));
    replace(&mut scene, "ada", "[ ] **Backup", "[x] **Backup");
    assert!(scene.is_done("backup"), "{}", scene.replies());
}

#[test]
fn a_task_that_was_pasted_with_a_mark_from_elsewhere_is_ticked_like_any_other() {
    let mut scene = added("- [x] **Smoke test** <!-- id: smoke -->");
    assert!(scene.is_done("Smoke test"), "{}", scene.replies());
    replace(&mut scene, "grace", "[x] **Smoke", "[ ] **Smoke");
    scene.hears("not-allowed");
    assert!(scene.is_done("Smoke test"), "{:?}", scene.rollout().items);
    assert!(scene.is_ticked("smoke"), "{}", scene.body);
    replace(&mut scene, "linus", "[x] **Smoke", "[ ] **Smoke");
    assert!(!scene.is_done("Smoke test"), "{}", scene.replies());
}

#[test]
fn a_slip_in_the_title_of_an_added_task_is_mended_and_the_task_stays_as_it_was() {
    let mut scene = added("- [ ] Legal singed off");
    scene.policy("extra_items: required\n");
    scene.say("linus", "/evidence 3.5 the letter");
    scene.say("linus", "/owner 3.5 @linus");
    replace(&mut scene, "linus", "[ ] Legal", "[x] Legal");
    replace(&mut scene, "grace", "singed", "signed");
    let items = scene.rollout().items.iter();
    let extra: Vec<_> = items.filter(|item| item.extra).collect();
    let [item] = extra[..] else {
        panic!("one item: {extra:?}")
    };
    assert!(item.is_settled() && item.title == "Legal signed off");
    assert_eq!(item.evidence.len(), 1);
    assert_eq!(item.owner.as_deref(), Some("linus"));
    assert!(!scene.status().contains("gone from"), "{}", scene.status());
    assert!(scene.is_ticked("legal signed off"));
}

#[test]
fn an_added_task_that_gets_another_title_is_open_again_when_its_editor_may_not_tick_it() {
    let mut scene = added(LEGAL);
    replace(&mut scene, "linus", "[ ] Legal", "[x] Legal");
    assert!(is_legal_done(&scene));
    replace(&mut scene, "grace", "Legal signed", "Budget signed");
    assert!(done_by_people(&scene).is_empty());
    assert!(!scene.rollout().items.iter().any(|item| item.missing));
    assert!(!scene.is_ticked("budget signed off"));
    scene.hears("I set a box back");
    scene.tick("linus", "budget signed off", true);
    assert!(scene.is_done("budget signed off"), "{}", scene.replies());
}

#[test]
fn whoever_may_leave_a_required_task_out_does_so_by_taking_it_away() {
    let mut scene = added(LEGAL);
    replace(&mut scene, "linus", &format!("\n{LEGAL}"), "");
    let item = scene.rollout().item("legal signed off").expect("kept");
    assert!(item.is_settled() && !item.is_done());
    let status = scene.status();
    assert!(!status.contains("is gone from the checklist"), "{status}");
    write(&mut scene, "grace", LEGAL);
    scene.tick("linus", "legal signed off", true);
    assert!(is_legal_done(&scene), "{}", scene.replies());
}

#[test]
fn the_box_of_an_item_whose_line_lost_its_id_is_set_back_and_ticked_by_its_title() {
    let mut scene = Scene::open();
    scene.policy(STRICT);
    replace(&mut scene, "linus", " <!-- id: backup -->", "");
    let (open, ticked) = (
        "- [ ] **Backup Production Data:**",
        "- [x] **Backup Production Data:**",
    );
    replace(&mut scene, "grace", open, ticked);
    scene.hears("`not-allowed`");
    assert!(scene.body.contains(open), "{}", scene.body);
    scene.say("linus", "/done backup");
    assert!(scene.body.contains(ticked), "{}", scene.body);
}
