//! What takes an approval back: another digest, another comment, another right. Each is said, and who must sign again.

use super::scene::Scene;
use rollcall::domain::{approval::Vote, event::What, ids::CommentId, person::Permission};

/// Somebody saves a comment anew.
fn save(scene: &mut Scene, login: &str, comment: CommentId, (from, to): (&str, &str)) {
    let edited = What::CommentEdited {
        comment,
        from: Some(from.to_owned()),
        body: to.to_owned(),
    };
    scene.happens(login, edited);
    scene.settle();
}

fn newest(scene: &Scene) -> &Vote {
    scene.rollout().votes.last().expect("a word")
}

/// Grace and Linus have signed; then this happens.
#[track_caller]
fn void(happens: impl FnOnce(&mut Scene)) -> (Scene, String) {
    let mut scene = Scene::prepared();
    assert!(scene.is_done("final-review"));
    happens(&mut scene);
    assert!(!scene.is_done("final-review"), "{}", scene.replies());
    let replies = scene.replies();
    (scene, replies)
}

#[test]
fn every_field_that_is_signed_is_named_with_both_values_and_those_who_sign_again() {
    let check = |field: &str, happens: fn(&mut Scene)| {
        let (scene, replies) = void(happens);
        let line = replies
            .lines()
            .find(|line| line.starts_with(&format!("- {field}: ")));
        let line = line.unwrap_or_else(|| panic!("{field}: {replies}"));
        assert!(line.contains(" → "), "{line}");
        assert!(
            replies.contains("@grace, @linus: please look again"),
            "{replies}"
        );
        assert_eq!(scene.rollout().gates.voided.len(), 2);
    };
    check("components", |scene| {
        let to = scene.body.replace("1.5.0", "1.6.0");
        scene.edit("ada", &to);
    });
    check("window", |scene| {
        scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    });
    check("downtime", |scene| {
        scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 20m");
    });
    check("rollback plan", |scene| {
        scene.say("ada", "/evidence rollback-plan restore the snapshot");
    });
    check("what an approval signs, by the policy", |scene| {
        scene.policy("approvals: {leave_out: [downtime]}\n");
        scene.say("ada", "/status");
    });
}

#[test]
fn what_the_policy_leaves_out_voids_nothing() {
    let mut scene = Scene::open();
    scene.policy("approvals: {leave_out: [window, downtime]}\n");
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}

#[test]
fn only_those_whose_newest_word_was_an_approval_are_asked_again_and_once() {
    let (_, replies) = void(|scene| {
        scene.say("grace", "/withdraw");
        scene.say("linus", "/approve-deploy once more");
        let to = scene.body.replace("1.5.0", "1.6.0");
        scene.edit("ada", &to);
    });
    assert!(
        replies.contains("\n\n@linus: please look again"),
        "{replies}"
    );
}

#[test]
fn a_comment_that_is_taken_away_says_who_must_sign_again() {
    let (scene, replies) = void(|scene| {
        let comment = scene.rollout().votes[0].comment;
        scene.happens("olga", What::CommentDeleted { comment });
        scene.settle();
    });
    assert!(replies.contains("@grace: please look again"), "{replies}");
    let status = scene.status();
    assert!(
        status.contains("↩️ `grace` approved, but that is void"),
        "{status}"
    );
    assert!(scene.facts_on_record().contains(&"vote_voided".to_owned()));
}

#[test]
fn who_lost_the_right_is_found_out_before_the_window_opens_and_the_approval_is_void() {
    let mut scene = Scene::prepared();
    scene.rights("grace", Permission::Read);
    scene.passes("2026-11-04T21:30:00Z");
    assert!(
        !scene.is_done("final-review"),
        "looked at a day and an hour before the start"
    );
    let said: Vec<&str> = scene
        .effects
        .iter()
        .filter_map(|effect| match &effect.action {
            rollcall::domain::effect::Action::PutComment { body, .. } => Some(body.as_str()),
            _ => None,
        })
        .filter(|body| body.contains("right to approve was lost"))
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("Somebody else has to say `/approve-deploy`"),
        "{said:?}"
    );
    scene.rights("grace", Permission::Write);
    scene.say("ada", "/status");
    assert!(
        !scene.is_done("final-review"),
        "a right that comes back brings no approval back"
    );
    scene.say("grace", "/approve-deploy");
    assert!(scene.is_done("final-review"));
    assert!(
        !scene.status().contains("that is void"),
        "{}",
        scene.status()
    );
}

#[test]
fn the_closing_report_lists_voided_approvals_and_windows_that_were_moved() {
    let (mut scene, _) = void(|scene| {
        scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    });
    scene.say("linus", "/skip backup there is no data");
    scene.say("linus", "/cancel it can wait");
    let report = scene.replies();
    for words in [
        "- Approval of `grace` voided on",
        "- Approval of `linus` voided on",
        "- Window moved by `ada`: Wed 4 Nov 2026, 22:00",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
}

#[test]
fn a_rejection_stands_while_its_author_mends_a_word_in_it() {
    let mut scene = Scene::prepared();
    scene.rights("sam", Permission::Write);
    scene.say("sam", "/reject the cache is cld");
    let comment = newest(&scene).comment;
    let mut said = "/reject the cache is cld";
    for mended in [
        "/reject the cache is cold",
        "see the graph\n\n/reject the cache is cold",
        "/reject",
    ] {
        save(&mut scene, "sam", comment, (said, mended));
        assert!(!scene.is_done("final-review"), "{mended}");
        assert_eq!(scene.replies(), "", "{mended}");
        said = mended;
    }
    save(&mut scene, "sam", comment, (said, "it is warm now"));
    assert!(scene.is_done("final-review"), "its author takes it back");
}

#[test]
fn a_comment_that_begins_to_reject_has_to_be_written_anew() {
    let mut scene = Scene::prepared();
    scene.rights("sam", Permission::Write);
    scene.say("sam", "the cache is cold");
    let comment = CommentId(77);
    let words = ("the cache is cold", "/reject the cache is cold");
    save(&mut scene, "sam", comment, words);
    scene.hears("new comments only");
}

/// Grace approved, approved once more what it became, and mends the comment of the first approval.
fn mends_an_outdated_approval(scene: &mut Scene) {
    let first = scene.rollout().votes[0].comment;
    let said = ("/approve-deploy", "/approve-deploy looks good");
    save(scene, "grace", first, said);
}

#[test]
fn mending_the_comment_of_an_outdated_approval_takes_nothing_from_the_new_one() {
    let (mut scene, _) = void(|scene| {
        let to = scene.body.replace("1.5.0", "1.6.0");
        scene.edit("ada", &to);
    });
    scene.later(1);
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    let before = (
        scene.rollout().gates.voided.clone(),
        scene.facts_on_record(),
    );
    mends_an_outdated_approval(&mut scene);
    assert!(scene.is_done("final-review"));
    assert!(
        !scene.replies().contains("no longer counts"),
        "{}",
        scene.replies()
    );
    assert_eq!(scene.rollout().gates.voided, before.0);
    assert_eq!(scene.facts_on_record(), before.1);
}

#[test]
fn mending_the_comment_of_an_outdated_approval_alarms_nobody_during_the_deployment() {
    let mut scene = Scene::prepared();
    scene.later(1);
    scene.say("grace", "/approve-deploy once more");
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("ada", "/start-deploy");
    let before = scene.rollout().attention.clone();
    mends_an_outdated_approval(&mut scene);
    assert!(scene.rollout().is_deploying());
    assert_eq!(scene.rollout().attention, before);
}

#[test]
fn saving_an_approval_with_other_line_ends_voids_nothing() {
    let mut scene = Scene::prepared();
    let comment = scene.rollout().votes[0].comment;
    let said = ("/approve-deploy\nseen it", "/approve-deploy\r\nseen it\r\n");
    save(&mut scene, "grace", comment, said);
    assert!(scene.is_done("final-review"), "{}", scene.replies());
}
