//! What arrives late, twice, or in the wrong order: GitHub's clock decides, and nobody gets past the approvals by it.

use super::scene::{ISSUE, Scene, person, place};
use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    approval::Word,
    event::{Event, What},
    ids::CommentId,
    person::Permission,
    rollout::Stage,
};

/// A delivery of something that happened so many seconds ago.
fn from(scene: &Scene, seconds: i64, login: &str, what: What) -> Event {
    let at: Timestamp = scene.now - SignedDuration::from_secs(seconds);
    Event {
        key: format!("late-{seconds}"),
        at,
        place: place(Some(ISSUE)),
        rollout: None,
        actor: Some(person(login)),
        what,
    }
}

fn comment(number: u64, text: &str) -> What {
    What::CommentCreated {
        comment: CommentId(number),
        body: text.into(),
        change_author: None,
    }
}

#[test]
fn a_comment_is_obeyed_once_however_often_it_is_delivered() {
    let mut scene = Scene::deploying();
    for key in ["first", "again"] {
        let event = Event {
            key: key.into(),
            ..from(&scene, 0, "ada", comment(90, "/promote\n/log slow"))
        };
        scene.bring(&event);
    }
    assert_eq!((scene.rollout().steps, scene.rollout().log.len()), (1, 1));
    assert!(scene.last.is_empty(), "{:?}", scene.last);
}

#[test]
fn an_approval_whose_comment_was_deleted_before_it_was_heard_never_counts() {
    let mut scene = Scene::open();
    let deleted = What::CommentDeleted {
        comment: CommentId(90),
    };
    scene.bring(&from(&scene, 1, "grace", deleted));
    scene.bring(&from(&scene, 2, "grace", comment(90, "/approve-deploy")));
    assert!(scene.rollout().votes.is_empty());
}

#[test]
fn an_approval_whose_edit_was_heard_first_never_counts_and_that_is_said() {
    let mut scene = Scene::open();
    let edited = What::CommentEdited {
        comment: CommentId(90),
        from: Some("/approve-deploy".into()),
        body: "only if the DBA agrees\n\n/approve-deploy".into(),
    };
    scene.bring(&from(&scene, 1, "olga", edited));
    scene.hears("new comments only");
    scene.bring(&from(&scene, 2, "grace", comment(90, "/approve-deploy")));
    assert!(scene.rollout().votes.is_empty());
}

#[test]
fn an_approval_does_not_sign_what_changed_after_it_was_written() {
    let mut scene = Scene::open();
    let to = scene.body.replace("1.5.0", "1.6.0");
    scene.later(1);
    scene.edit("ada", &to);
    scene.bring(&from(&scene, 60, "grace", comment(90, "/approve-deploy")));
    assert!(scene.rollout().votes.is_empty());
    insta::assert_snapshot!(scene.replies(), @"@grace: `/approve-deploy` was refused (`outdated`). What is to be deployed changed on Mon 2 Nov 2026, 10:00 (UTC), after you wrote this. Look again, and say it anew if you still agree.");
}

#[test]
fn an_older_schedule_does_not_move_a_newer_window() {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 1h");
    let window = scene.rollout().window.clone();
    let older = comment(90, "/schedule 2026-11-04 22:00 UTC for 1h");
    scene.bring(&from(&scene, 60, "grace", older));
    assert_eq!(scene.rollout().window, window);
    assert!(scene.replies().contains("already"), "{}", scene.replies());
}

#[test]
fn an_older_title_does_not_replace_a_newer_one() {
    let mut scene = Scene::open();
    let titled = |title: &str| What::TitleEdited {
        title: title.into(),
    };
    scene.happens("ada", titled("new"));
    scene.bring(&from(&scene, 60, "ada", titled("old")));
    assert_eq!(scene.rollout().title, "new");
}

#[test]
fn an_older_resume_lifts_no_newer_hold() {
    let mut scene = Scene::open();
    scene.say("sam", "/hold");
    scene.say("ada", "/hold the database is full");
    scene.bring(&from(&scene, 60, "grace", comment(90, "/resume")));
    assert!(scene.is_on_hold(), "{}", scene.replies());
    scene.bring(&from(&scene, 60, "grace", What::IssueClosed));
    scene.bring(&from(&scene, 90, "grace", What::IssueReopened));
    scene.say("ada", "/resume");
    assert!(
        scene.is_on_hold(),
        "the issue was closed after it had been opened"
    );
}

#[test]
fn a_word_of_those_who_may_not_beats_no_late_tick() {
    for text in ["/done backup", "/undo backup"] {
        let mut scene = Scene::open();
        let ticked = rollcall::domain::checklist::flip(&scene.body, &[("backup", true)]).body;
        let edit = What::BodyEdited {
            from: Some(std::mem::replace(&mut scene.body, ticked.clone())),
            body: ticked,
        };
        scene.say("sam", text);
        scene.bring(&from(&scene, 60, "ada", edit));
        assert!(scene.is_done("backup"), "{text}");
    }
}

#[test]
fn an_older_skip_does_not_leave_out_what_was_taken_up_again() {
    let mut scene = Scene::open();
    scene.say("ada", "/done backup");
    scene.say("ada", "/undo backup");
    scene.bring(&from(
        &scene,
        60,
        "linus",
        comment(90, "/skip backup small"),
    ));
    assert!(
        !scene
            .rollout()
            .item("backup")
            .expect("an item")
            .is_settled()
    );
}

#[test]
fn a_deleted_withdrawal_brings_no_approval_back() {
    let mut scene = Scene::prepared();
    scene.say("grace", "/withdraw");
    let comment = scene.rollout().votes.last().expect("a word").comment;
    scene.happens("ada", What::CommentDeleted { comment });
    assert!(!scene.is_done("final-review"));
}

#[test]
fn nobody_gets_past_a_rejection_by_deleting_its_comment() {
    let mut scene = Scene::prepared();
    scene.rights("sam", Permission::Write);
    scene.say("sam", "/reject the cache is cold");
    let comment = scene.rollout().votes.last().expect("a word").comment;
    scene.happens("ada", What::CommentDeleted { comment });
    assert!(!scene.is_done("final-review"));
    scene.happens("sam", What::CommentDeleted { comment });
    assert!(scene.is_done("final-review"), "its author takes it back");
    assert_eq!(
        scene.rollout().votes.last().expect("a word").word,
        Word::Withdraw
    );
}

#[test]
fn the_gate_looks_at_the_issue_and_not_at_what_was_delivered_of_it() {
    for closed in [true, false] {
        let mut scene = Scene::prepared();
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        // Edited or closed a moment ago; the webhook is on its way.
        scene.issue_is_open = !closed;
        if !closed {
            scene.body = scene.body.replace("1.5.0", "6.6.6");
        }
        scene.say("ada", "/start-deploy");
        assert_eq!(
            scene.rollout().stage,
            Stage::Preparing,
            "{}",
            scene.replies()
        );
    }
}

#[test]
fn a_lost_closing_is_found_when_rollcall_looks() {
    let mut scene = Scene::open();
    scene.issue_is_open = false;
    scene.newest_changed_at = Some(scene.now);
    scene.later(1);
    scene.happens("", What::Reconciled);
    assert!(
        scene.is_on_hold() && scene.replies().contains("puts it on hold"),
        "{}",
        scene.replies()
    );
    scene.issue_is_open = true;
    scene.happens("", What::Reconciled);
    assert!(!scene.is_on_hold());
}
