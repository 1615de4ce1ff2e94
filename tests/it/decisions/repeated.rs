//! Words that were said again because nobody answered the first time. The first, brought late, changes nothing any more.

use super::scene::{ISSUE, Scene, person, place};
use jiff::SignedDuration;
use rollcall::domain::{
    approval::Word,
    event::{Event, What},
    ids::CommentId,
    rollout::{GlassEnd, HoldCause},
};

/// What somebody wrote a minute ago, and nobody has told of until now.
fn late(scene: &mut Scene, login: &str, text: &str) {
    let event = Event {
        key: format!("late {text}"),
        at: scene.now - SignedDuration::from_mins(1),
        place: place(Some(ISSUE)),
        rollout: None,
        actor: Some(person(login)),
        what: What::CommentCreated {
            comment: CommentId(90),
            body: text.into(),
            change_author: None,
        },
    };
    scene.bring(&event);
    scene.settle();
}

#[test]
fn a_step_that_was_asked_for_twice_is_taken_once() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/promote");
    late(&mut scene, "ada", "/promote");
    assert_eq!(scene.rollout().steps, 1);
    scene.hears("was refused (`already-done`). A newer `/promote` was heard already.");
    scene.later(1);
    scene.say("ada", "/promote");
    assert_eq!(scene.rollout().steps, 2);
}

#[test]
fn an_update_that_was_written_twice_is_sent_once() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/announce half of it is done");
    let told = scene.announced().len();
    late(&mut scene, "ada", "/announce half of it is done");
    assert_eq!(scene.announced().len(), told);
    scene.hears("A newer `/announce` of the same was heard already.");
    scene.later(1);
    scene.say("ada", "/announce half of it is done");
    assert!(scene.announced().len() > told, "an hour later it is news");
}

#[test]
fn an_abort_that_was_lifted_does_not_stop_the_deployment_again() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/abort");
    scene.say("ada", "/resume");
    late(&mut scene, "ada", "/abort");
    assert!(!scene.is_on_hold());
    scene.hears("A newer `/resume` was heard already.");
    scene.say("ada", "/abort");
    assert!(scene.rollout().holds.contains_key(&HoldCause::Aborted));
}

#[test]
fn an_entry_that_was_written_twice_stands_in_the_log_once() {
    let mut scene = Scene::deploying();
    scene.say("sam", "/log the cache is cold");
    late(&mut scene, "sam", "/log the cache is cold");
    assert_eq!(scene.rollout().log.len(), 1);
    scene.say("grace", "/log the cache is cold");
    assert_eq!(scene.rollout().log.len(), 2, "somebody else saw it too");
}

#[test]
fn an_older_solution_does_not_replace_a_newer_one() {
    let mut scene = Scene::deploying();
    scene.say("sam", "/log the cache is cold");
    scene.say("sam", "/resolve 1 it was warmed");
    late(&mut scene, "sam", "/resolve 1 looking into it");
    let solved = scene.rollout().log[0].resolved.clone();
    assert_eq!(solved, Some(("it was warmed".into(), "sam".into())));
}

#[test]
fn an_older_answer_is_not_thanked_for() {
    let mut scene = Scene::deploying();
    scene.say("sam", "/feedback 5 smooth");
    late(&mut scene, "sam", "/feedback 1 rough");
    assert_eq!(scene.rollout().feedback[0].score, 5);
    scene.hears("A newer `/feedback` of yours was heard already.");
}

#[test]
fn evidence_that_was_attached_twice_voids_no_approval() {
    let mut scene = Scene::open();
    scene.say("ada", "/evidence rollback-plan restore the snapshot");
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    assert!(scene.is_done("final-review"));
    late(
        &mut scene,
        "ada",
        "/evidence rollback-plan restore the snapshot",
    );
    assert!(scene.is_done("final-review"), "{}", scene.replies());
    scene.hears("`already-done`");
}

#[test]
fn an_emergency_that_is_over_does_not_begin_again() {
    let mut scene = Scene::open();
    scene.policy("break_glass: {who: maintain, confirm: write}\n");
    scene.say("linus", "/expedite the shop is down");
    let comment = scene.rollout().gates.expedites[0].comment;
    scene.happens("linus", What::CommentDeleted { comment });
    let told = scene.announced().len();
    late(&mut scene, "linus", "/expedite the shop is down");
    let glasses = scene.rollout().gates.expedites.iter();
    let ends: Vec<_> = glasses.map(|glass| glass.ended.map(|end| end.1)).collect();
    assert_eq!(ends, [Some(GlassEnd::CommentGone)]);
    assert_eq!(scene.announced().len(), told);
}

#[test]
fn of_a_word_that_a_newer_one_has_replaced_nothing_is_claimed() {
    for (text, newest) in [
        ("/withdraw", "/approve-deploy"),
        ("/reject the cache is cold", "/approve-deploy"),
        ("/approve-deploy", "/withdraw"),
        ("/approve-deploy", "/approve-deploy"),
    ] {
        let mut scene = Scene::open();
        scene.say("grace", "/approve-deploy");
        scene.later(1);
        scene.say("grace", newest);
        let before = scene.facts_on_record().len();
        late(&mut scene, "grace", text);
        scene.hears("A newer word of yours was heard already.");
        assert_eq!(scene.facts_on_record()[before..], ["command_refused"]);
        let votes = scene.rollout().votes.iter();
        let word = votes.max_by_key(|vote| vote.at).map(|vote| vote.word);
        let wanted = if newest == "/withdraw" {
            Word::Withdraw
        } else {
            Word::Approve
        };
        assert_eq!(word, Some(wanted), "{text}");
    }
}
