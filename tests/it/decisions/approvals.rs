//! Approvals: what is signed, by whom, and what takes the word back.

use super::scene::{Scene, person};
use rollcall::domain::{
    approval::Word, event::What, ids::CommentId, person::Permission, rollout::Stage,
};

#[test]
fn who_opened_the_rollout_cannot_approve_it() {
    let mut scene = Scene::open();
    scene.rollout.as_mut().expect("a rollout").opener = Some(person("grace"));
    scene.say("grace", "/approve-deploy");
    insta::assert_snapshot!(scene.replies(), @"@grace: `/approve-deploy` was refused (`own-rollout`). You opened this rollout; somebody else has to approve it.");
}

#[test]
fn an_approval_says_what_it_signed_and_how_many_are_missing() {
    let mut scene = Scene::open();
    scene.say("grace", "/approve-deploy");
    assert!(
        scene.replies().starts_with("@grace: you approved `"),
        "{}",
        scene.replies()
    );
    assert!(
        scene.replies().ends_with("That makes 1 of 2."),
        "{}",
        scene.replies()
    );
    scene.say("grace", "/approve-deploy");
    insta::assert_snapshot!(scene.replies(), @"@grace: your approval of `df1cc98e201b` stands already, and this comment renews it. It is still 1 of 2.");
    scene.say("grace", "/withdraw");
    scene.say("grace", "/approve-deploy");
    scene.hears("That makes 1 of 2.");
}

#[test]
fn another_version_voids_the_approvals_and_names_the_change() {
    let mut scene = Scene::open();
    scene.say("grace", "/approve-deploy");
    scene.say("linus", "/approve-deploy");
    assert!(scene.is_done("final-review"));
    let to = scene.body.replace("1.5.0", "1.6.0");
    scene.edit("ada", &to);
    assert!(!scene.is_done("final-review") && !scene.is_ticked("final-review"));
    insta::assert_snapshot!(scene.replies(), @"
    What was approved has changed:

    - components: checkout 1.4.0 → 1.5.0 → checkout 1.4.0 → 1.6.0

    @grace, @linus: please look again and say `/approve-deploy` anew.
    ");
}

#[test]
fn a_rejection_blocks_until_its_author_says_otherwise() {
    let mut scene = Scene::prepared();
    assert!(scene.is_done("final-review"));
    scene.rights("sam", Permission::Write);
    scene.say("sam", "/reject the cache is cold");
    assert!(!scene.is_done("final-review"));
    scene.say("sam", "/withdraw");
    assert!(scene.is_done("final-review"));
}

#[test]
fn an_edited_or_deleted_approval_no_longer_counts() {
    for deleted in [true, false] {
        let mut scene = Scene::prepared();
        let comment = scene.rollout().votes[0].comment;
        let what = if deleted {
            What::CommentDeleted { comment }
        } else {
            What::CommentEdited {
                comment,
                from: Some("/approve-deploy".into()),
                body: "never mind".into(),
            }
        };
        scene.happens("olga", what);
        assert!(!scene.is_done("final-review"));
        scene.hears("`grace` no longer counts");
    }
}

#[test]
fn an_approval_is_void_when_anything_around_it_is_edited_by_whomever() {
    for editor in ["olga", "grace"] {
        let mut scene = Scene::prepared();
        let comment = scene.rollout().votes[0].comment;
        let edited = |body: &str| What::CommentEdited {
            comment,
            from: Some("/approve-deploy".into()),
            body: body.into(),
        };
        scene.happens(editor, edited("/approve-deploy"));
        assert!(scene.is_done("final-review"), "nothing was changed");
        scene.happens(
            editor,
            edited("I have NOT looked; only if the DBA agrees.\n\n/approve-deploy"),
        );
        assert!(!scene.is_done("final-review"));
        scene.hears("The approval of `grace` no longer counts: its comment was edited. @grace: please look again and say `/approve-deploy` anew, in a new comment.");
    }
}

#[test]
fn a_rejection_stays_when_something_around_it_is_edited() {
    for editor in ["olga", "grace"] {
        let mut scene = Scene::prepared();
        scene.say("grace", "/reject the cache is cold");
        let comment = scene.rollout().votes.last().expect("a word").comment;
        let edited = What::CommentEdited {
            comment,
            from: Some("/reject the cache is cold".into()),
            body: "/reject the cache is cold\n\nStill.".into(),
        };
        scene.happens(editor, edited);
        assert_eq!(
            scene.rollout().votes.last().expect("a word").word,
            Word::Reject
        );
    }
}

#[test]
fn an_edit_never_grants() {
    let mut scene = Scene::open();
    let comment = CommentId(1);
    scene.happens(
        "grace",
        What::CommentEdited {
            comment,
            from: Some("hm".into()),
            body: "/approve-deploy".into(),
        },
    );
    assert!(scene.rollout().votes.is_empty());
    scene.hears("new comments only");
}

#[test]
fn an_approver_who_lost_the_right_does_not_open_the_gate() {
    let mut scene = Scene::prepared();
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.rights("grace", Permission::Read);
    scene.say("ada", "/start-deploy");
    assert_eq!(scene.rollout().stage, Stage::Preparing);
    assert!(
        scene.replies().contains("phase-incomplete") || scene.replies().contains("quorum-missing"),
        "{}",
        scene.replies()
    );
}

#[test]
fn approvals_lapse_by_the_clock() {
    let mut scene = Scene::prepared();
    scene.later(8 * 24);
    scene.happens(
        "",
        What::DeadlinePassed {
            name: "approval-lapses".into(),
        },
    );
    scene.settle();
    assert!(!scene.is_done("final-review"));
    let lapsed = "`grace` does not count: lapsed on Mon 9 Nov 2026, 09:00 (UTC)";
    assert!(scene.status().contains(lapsed), "{}", scene.status());
    scene.say("ada", "/why");
    scene.hears(lapsed);
}

#[test]
fn a_policy_says_who_approves_and_how_many() {
    let mut scene = Scene::open();
    scene.policy("approvals:\n  required: 1\n  from: maintain\n");
    scene.say("grace", "/approve-deploy");
    scene.hears("not-allowed");
    scene.say("linus", "/approve-deploy");
    assert!(scene.is_done("final-review"));
}
