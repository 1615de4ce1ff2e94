//! What happens around the issue.

use super::scene::{ISSUE, Scene, person, place, repository};
use rollcall::domain::{
    approval::Word,
    effect::Action,
    event::{Receipt, What},
    ids::{InstallationId, Place, Repository, RepositoryId},
    rollout::End,
};

#[test]
fn closing_the_issue_holds_and_reopening_lets_go() {
    let mut scene = Scene::open();
    scene.happens("sam", What::IssueClosed);
    assert!(scene.is_on_hold());
    scene.hears("puts it on hold");
    scene.happens("ada", What::IssueReopened);
    assert!(!scene.is_on_hold());
}

#[test]
fn a_deleted_issue_cancels_and_nothing_is_written_to_it() {
    let mut scene = Scene::prepared();
    scene.happens("linus", What::IssueDeleted);
    assert_eq!(scene.end(), Some(End::Cancelled));
    assert!(
        scene
            .last
            .iter()
            .all(|effect| effect.action.channel() != "github"),
        "{:?}",
        scene.last
    );
    assert!(
        scene
            .announced()
            .ends_with(&["telegram cancelled".into(), "email cancelled".into()])
    );
}

#[test]
fn a_transferred_issue_is_followed() {
    let mut scene = Scene::open();
    let elsewhere = Repository {
        id: RepositoryId(12),
        owner: "acme".into(),
        name: "store".into(),
    };
    scene.happens(
        "linus",
        What::IssueTransferred {
            repository: elsewhere.clone(),
            issue: 3,
        },
    );
    let place = &scene.rollout().place;
    assert_eq!((&place.repository, place.issue), (&elsewhere, Some(3)));
    let status = scene
        .last
        .iter()
        .find(|effect| effect.key.starts_with("status:"))
        .expect("a new status comment there");
    assert!(matches!(&status.action, Action::PutStatus { place, .. } if place.issue == Some(3)));
}

fn moves(scene: &mut Scene) {
    let repository = Repository {
        id: RepositoryId(12),
        owner: "acme".into(),
        name: "vault".into(),
    };
    let what = What::IssueTransferred {
        repository,
        issue: 3,
    };
    scene.happens("linus", what);
}

#[test]
fn what_was_settled_and_signed_in_another_repository_is_open_again_after_a_move() {
    let mut scene = Scene::open();
    scene.tick("ada", "backup", true);
    scene.say("linus", "/skip performance-benchmarking small");
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    moves(&mut scene);
    insta::assert_snapshot!(scene.replies(), @"
    This issue came from another repository; here others hold the rights, and another policy may be in force. What was settled there is open again; please tick again what holds:

    - **Performance Benchmarking**
    - **Backup Production Data**

    The approvals given there are void. @grace, @linus: please look again and say `/approve-deploy` anew.
    ");
    scene.settle();
    let item = |id: &str| scene.rollout().item(id).expect("an item").is_settled();
    assert!(!item("backup") && !item("performance-benchmarking") && !item("final-review"));
    assert!(!scene.is_ticked("backup"));
    assert!(
        item("issue-creation"),
        "the fields are filled in, whoever may do what"
    );
}

#[test]
fn a_rejection_moves_along_and_so_does_a_deployment_that_has_started() {
    let mut scene = Scene::prepared();
    scene.say("grace", "/reject the cache is cold");
    moves(&mut scene);
    let words = &scene.rollout().votes;
    assert!(words.iter().any(|vote| vote.word == Word::Reject));
    let mut running = Scene::deploying();
    running.tick("ada", "monitoring", true);
    moves(&mut running);
    assert!(running.rollout().is_deploying());
    assert!(running.is_done("backup") && !running.is_done("monitoring"));
}

#[test]
fn a_renamed_repository_keeps_its_rollouts() {
    let mut scene = Scene::open();
    let renamed = Repository {
        name: "store".into(),
        ..repository()
    };
    scene.happens(
        "linus",
        What::RepositoryRenamed {
            repository: renamed.clone(),
        },
    );
    assert_eq!(scene.rollout().place.repository, renamed);
}

#[test]
fn a_suspended_installation_holds_in_silence_until_it_works_again() {
    let mut scene = Scene::open();
    scene.happens("linus", What::InstallationSuspended);
    assert!(scene.is_on_hold() && scene.last.is_empty());
    scene.happens("linus", What::InstallationResumed);
    assert!(!scene.is_on_hold());
}

#[test]
fn a_deleted_repository_cancels_and_an_archived_one_holds() {
    let lost = |how: &str| What::RepositoryLost { how: how.into() };
    let mut scene = Scene::prepared();
    scene.happens("linus", lost("archived"));
    assert!(scene.is_on_hold() && scene.end().is_none());
    scene.happens("linus", What::RepositoryFound);
    assert!(!scene.is_on_hold());
    scene.happens("linus", lost("deleted"));
    assert_eq!(scene.end(), Some(End::Cancelled));
    let mut channels = scene.last.iter().map(|effect| effect.action.channel());
    assert!(channels.all(|channel| channel != "github"));
    assert!(scene.announced().ends_with(&["email cancelled".into()]));
}

#[test]
fn a_repository_that_comes_with_another_installation_is_reached_through_that() {
    let mut scene = Scene::open();
    let elsewhere = Place {
        installation: InstallationId(6),
        ..place(Some(ISSUE))
    };
    scene.happens_at(elsewhere, Some(person("linus")), What::RepositoryFound);
    assert_eq!(scene.rollout().place.installation, InstallationId(6));
}

#[test]
fn an_uninstalled_app_ends_its_rollouts_and_tells_who_was_told() {
    let mut scene = Scene::prepared();
    scene.happens("linus", What::InstallationRemoved);
    assert_eq!(scene.end(), Some(End::Cancelled));
    assert!(
        scene
            .last
            .iter()
            .all(|effect| effect.action.channel() != "github")
    );
}

#[test]
fn a_message_that_could_not_be_sent_is_seen_on_the_issue() {
    let mut scene = Scene::prepared();
    let (key, announced) = scene.rollout().announced.iter().next_back().expect("news");
    let receipt: Receipt = announced.copies[0].receipt.clone();
    assert_eq!(&receipt.announcement, key);
    let what = What::EffectBuried {
        effect: "telegram:…".into(),
        summary: "a Telegram message".into(),
        reason: "the chat does not exist".into(),
        receipt: Some(receipt),
    };
    scene.happens("", what);
    let status = scene.status();
    assert!(
        status.contains("Needs attention") && status.contains("❌ the chat does not exist"),
        "{status}"
    );
}

#[test]
fn announcements_are_shown_in_the_order_in_which_they_were_made() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/announce half of it is done");
    scene.later(1);
    scene.say("ada", "/rollback it does not get better");
    let status = scene.status();
    let news: Vec<&str> = status
        .lines()
        .filter(|line| line.contains("| customers | email |"))
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
        .collect();
    let expected = ["planned", "scheduled", "started", "update", "rolled-back"];
    assert_eq!(news, expected, "{status}");
}

#[test]
fn the_closing_report_follows_the_answer_and_keeps_peoples_words() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/log slow page");
    scene.say("ada", "/rollback it does not get better");
    let said = scene.replies();
    let answer = said.find("Rolled back: it does").expect("an answer");
    let report = said.find("### Closing report").expect("a report");
    assert!(answer < report, "{said}");
    assert!(said.contains("- Issue 1: slow page; unsolved"), "{said}");
}

#[test]
fn the_status_says_how_an_operator_gets_the_record() {
    let scene = Scene::open();
    let export = format!("`rollcall ledger export --rollout {}`", scene.rollout().id);
    assert!(scene.status().contains(&export), "{}", scene.status());
}

#[test]
fn nobody_is_asked_for_a_window_after_the_end() {
    let mut scene = Scene::open();
    assert!(scene.status().contains("`/schedule` sets it"));
    scene.say("ada", "/cancel the vendor withdrew it");
    assert!(
        !scene.status().contains("**Window:**"),
        "{}",
        scene.status()
    );
}

#[test]
fn a_phase_label_changed_by_hand_only_asks() {
    let mut scene = Scene::open();
    scene.happens(
        "ada",
        What::LabelChanged {
            label: "rollout: deployment".into(),
            added: true,
        },
    );
    scene.hears("follows from the items");
    assert!(scene.last.iter().any(|effect| matches!(&effect.action, Action::PutLabels { labels, .. } if labels[0].name == "rollout: planning")));
}

#[test]
fn boxes_that_changed_unseen_are_set_back_when_rollcall_looks() {
    let mut scene = Scene::open();
    scene.body = rollcall::domain::checklist::flip(&scene.body, &[("backup", true)]).body;
    scene.happens("", What::Reconciled);
    assert!(scene.replies().is_empty(), "its webhook may be on its way");
    scene.newest_changed_at = Some(scene.now);
    scene.later(1);
    scene.happens("", What::Reconciled);
    scene.hears("I set them back");
    scene.settle();
    assert!(!scene.is_ticked("backup"));
}

#[test]
fn who_may_stop_it_where_it_came_from_is_not_remembered_where_it_is_now() {
    let mut scene = Scene::prepared();
    assert!(!scene.rollout().may_stop.is_empty());
    let repository = Repository {
        name: "vault".into(),
        ..super::scene::repository()
    };
    scene.moved = Some((repository, 8));
    scene.happens("", What::Reconciled);
    assert_eq!(scene.rollout().place.issue, Some(8));
    assert!(scene.rollout().may_stop.is_empty());
}
