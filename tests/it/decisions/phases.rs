//! Which phase a rollout is in, and what its checklist looks like after people have edited it.

use super::scene::Scene;
use rollcall::domain::effect::Action;

/// Rollcall's labels as they were put last.
fn labels(scene: &Scene) -> Vec<String> {
    let put = scene.effects.iter().rev().find_map(|it| match &it.action {
        Action::PutLabels { labels, .. } => Some(labels),
        _ => None,
    });
    let labels = put.expect("labels").iter();
    labels.map(|label| label.name.clone()).collect()
}

/// Pipelines wait for the label: it says that somebody started, not that somebody might.
#[test]
fn the_phase_is_deployment_once_somebody_started_it_and_not_before() {
    let mut scene = Scene::prepared();
    assert_eq!(labels(&scene), ["rollout: pre-deployment"]);
    let status = scene.status();
    assert!(status.contains("**Next:** `/start-deploy`"), "{status}");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("ada", "/start-deploy");
    assert_eq!(labels(&scene), ["rollout: deployment"]);
}

#[test]
fn a_cancelled_rollout_is_in_no_phase() {
    let mut scene = Scene::open();
    scene.say("ada", "/simulate /cancel not needed");
    scene.hears("The rollout would be over.");
    assert!(!scene.replies().contains("The phase would change"));
    scene.say("ada", "/cancel not needed");
    assert!(!scene.status().contains("▶️"), "{}", scene.status());
}

#[test]
fn what_a_command_would_get_and_the_rules_behind_it_agree() {
    let mut scene = Scene::open();
    scene.say("ada", "/simulate /rollback it is slow");
    let tree = scene.replies();
    let said = tree
        .lines()
        .find(|line| line.contains("may `ada` say `/rollback`?"));
    assert!(said.is_some_and(|line| line.contains("❌")), "{tree}");
    scene.hears("❌ `not-started`");
}

#[test]
fn a_box_unticked_after_the_start_needs_attention_and_leads_nowhere_back() {
    let mut scene = Scene::deploying();
    scene.tick("ada", "backup", false);
    assert_eq!(labels(&scene), ["rollout: deployment"]);
    let status = scene.status();
    let taken_back = "3.2 Backup Production Data was taken back after the deployment had started";
    assert!(status.contains(taken_back), "{status}");
    let next = status.lines().find(|line| line.starts_with("**Next:**"));
    assert!(next.is_some_and(|it| it.contains("Backup")), "{status}");
    for item in scene.open_items(|item| item.id != "backup") {
        scene.tick("ada", &item, true);
    }
    assert_eq!(scene.end(), None, "it is not complete without a backup");
    scene.tick("ada", "backup", true);
    assert!(!scene.status().contains(taken_back), "{}", scene.status());
    assert!(scene.end().is_some());
}

#[test]
fn sub_tasks_show_in_the_progress_of_their_phase_before_it_comes() {
    let mut scene = Scene::open();
    let line = scene.body.lines().find(|it| it.contains("id: backup"));
    let line = line.expect("a line").to_owned();
    let tasks = format!("{line}\n  - [x] the database\n  - [ ] the files");
    let body = scene.body.replace(&line, &tasks);
    scene.edit("ada", &body);
    let status = scene.status();
    assert!(status.contains("0 of 4 (1 of 2 sub-tasks)"), "{status}");
}

#[test]
fn a_line_that_was_copied_with_its_mark_is_a_task_of_its_own() {
    let mut scene = Scene::open();
    let line = scene.body.lines().find(|it| it.contains("id: backup"));
    let line = line.expect("a line").to_owned();
    let copy = "- [ ] Backup of the second site <!-- id: backup -->";
    let body = scene.body.replace(&line, &format!("{line}\n{copy}"));
    scene.edit("ada", &body);
    let status = scene.status();
    let note = "the mark of 3.2 Backup Production Data stands twice";
    assert!(status.contains(note), "{status}");
    let ticked = scene.body.replace(copy, &copy.replace("[ ]", "[x]"));
    scene.edit("ada", &ticked);
    assert!(!scene.is_done("backup"));
    let items = &scene.rollout().items;
    let own = items.iter().find(|item| item.extra).expect("one more item");
    assert!(own.is_done() && own.title == "Backup of the second site");
    let without = scene.body.replace(&copy.replace("[ ]", "[x]"), "");
    scene.edit("ada", &without);
    assert!(!scene.status().contains("stands twice"));
}

/// What is pasted twice is one item, and the second box means nothing.
#[test]
fn a_whole_line_that_stands_twice_counts_once() {
    let mut scene = Scene::open();
    let line = scene.body.lines().find(|it| it.contains("id: backup"));
    let line = line.expect("a line").to_owned();
    let twin = line.replace("[ ]", "[x]");
    let body = scene.body.replace(&line, &format!("{line}\n{twin}"));
    scene.edit("ada", &body);
    assert!(!scene.is_done("backup"));
    assert!(!scene.rollout().items.iter().any(|item| item.extra));
}

#[test]
fn an_update_sent_before_the_start_does_not_say_that_it_is_under_way() {
    let mut scene = Scene::open();
    scene.say("ada", "/announce");
    let said = scene.last.iter().find_map(|it| match &it.action {
        Action::SendEmail { announcement, .. } => Some(announcement.message.clone()),
        _ => None,
    });
    assert_eq!(said.as_deref(), Some("The update has not started yet."));
}

#[test]
fn when_there_is_nobody_to_tell_the_refusal_names_who_was_wanted_and_who_is_there() {
    let mut scene = Scene::open();
    scene.policy("audiences: [nobodys]");
    scene.say("ada", "/announce");
    let said = scene.replies();
    let granted = &scene.audiences[0].name;
    assert!(said.contains("names `nobodys`"), "{said}");
    assert!(said.contains(&format!("has granted `{granted}`")), "{said}");
    assert!(!said.contains("/skip"), "there is no item to skip: {said}");
}

#[test]
fn a_slip_in_the_name_of_an_item_is_answered_with_what_was_probably_meant() {
    let mut scene = Scene::open();
    scene.say("ada", "/done bakup");
    let said = scene.replies();
    let meant = "There is no item `bakup`. Did you mean `backup`?";
    assert!(said.contains(meant), "{said}");
}

#[test]
fn whoever_asks_where_it_stands_reads_who_is_missing() {
    let mut scene = Scene::open();
    scene.say("sam", "/status");
    let said = scene.replies();
    assert!(said.contains("missing: 2 more from"), "{said}");
}
