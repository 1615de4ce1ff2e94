//! Where people would be surprised if Rollcall did otherwise.

use super::{
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use rollcall::sandbox::github::IssueAt;

/// An issue that is no rollout, by Ada.
fn wish(app: &TestApp) -> IssueAt {
    let issue = app.world.open_issue("ada", REPOSITORY, "Update", "", &[]);
    issue.expect("an issue")
}

#[tokio::test]
async fn what_a_command_would_do_for_somebody_else_goes_by_that_persons_rights() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    for (command, said) in [
        ("/simulate /approve-deploy @ada", "You opened this rollout"),
        ("/simulate /approve-deploy @Linus", "1 of 2"),
        ("/simulate /done backup @sam", "not-allowed"),
        ("/simulate /done backup @grace", "is done"),
    ] {
        app.say("grace", at, command).await;
        let replies = app.replies(at);
        let last = replies.last().expect("a reply");
        assert!(last.contains(said), "{command}: {last}");
        assert!(last.contains("Nothing was changed."), "{command}: {last}");
    }
}

#[tokio::test]
async fn what_is_missing_is_asked_of_the_person_who_wants_the_rollout() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let asked = wish(&app);
    app.say("ada", asked, "/rollout checkout 1.4.0..1.5.0")
        .await;
    let at = app.newest_issue().at;
    let replies = app.replies(at);
    assert!(
        replies[0].starts_with("@ada: please fill in"),
        "{replies:?}"
    );
    let status = app.status(at);
    let origin = format!("**Asked for** by `ada` in #{}", asked.number);
    assert!(status.contains(&origin), "{status}");
}

#[tokio::test]
async fn where_a_rollout_is_over_another_can_be_asked_for() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.say("ada", at, "/cancel the vendor withdrew it").await;
    app.say("ada", at, "/rollout checkout 1.4.0..1.5.1").await;
    let next = app.newest_issue().at;
    assert!(next.number > at.number);
    let answer = format!("the rollout is #{}", next.number);
    let replies = app.replies(at);
    assert!(replies.iter().any(|it| it.contains(&answer)), "{replies:?}");
    assert_eq!(app.open_rollouts().await, 1);
}

#[tokio::test]
async fn a_new_rollout_goes_by_the_last_good_policy_while_the_file_is_broken() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let policy = |app: &TestApp, text: &str| {
        let put = app
            .world
            .put_file(REPOSITORY, ".github/rollcall.yml", Some(text));
        put.expect("a repository");
    };
    policy(&app, "approvals: {required: 3, from: maintain}\n");
    opened(&mut app).await;
    policy(&app, "approvals: {requird: 1}\n");
    app.forget().await;
    let asked = wish(&app);
    app.say("ada", asked, "/rollout checkout 1.4.0..1.5.1")
        .await;
    let at = app.newest_issue().at;
    app.later(jiff::SignedDuration::from_secs(10)).await;
    let status = app.status(at);
    assert!(status.contains("0 of 3"), "{status}");
    let replies = app.replies(at).join("\n");
    assert!(
        replies.contains("the last good one stays in force"),
        "{replies}"
    );
}

#[tokio::test]
async fn a_form_of_somebody_who_may_not_is_answered_in_its_own_words() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = app
        .world
        .submit_form("sam", REPOSITORY, "Update", "", &["rollout"]);
    let at = at.expect("an issue");
    app.settle().await;
    let replies = app.replies(at);
    let said = "@sam: this issue did not become a rollout (`not-allowed`)";
    assert!(replies[0].starts_with(said), "{replies:?}");
    assert_eq!(app.open_rollouts().await, 0);
}

#[tokio::test]
async fn a_rollout_asked_for_by_a_double_click_is_one_rollout() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let asked = wish(&app);
    let wanted = "/rollout checkout 1.4.0..1.5.0 because of a hole\npurpose: close it";
    for _ in 0..2 {
        app.world.comment("ada", asked, wanted).expect("a comment");
    }
    app.settle().await;
    assert_eq!(app.open_rollouts().await, 1);
    let at = app.newest_issue().at;
    let found = format!(
        "you asked for this very rollout before: it is #{}.",
        at.number
    );
    app.say("ada", asked, wanted).await;
    let replies = app.replies(asked);
    assert!(
        replies.last().is_some_and(|it| it.contains(&found)),
        "{replies:?}"
    );
    // Somebody else, other versions, or a rollout that is over: that is another one.
    app.say("grace", asked, wanted).await;
    app.say("ada", asked, &wanted.replace("1.5.0", "1.5.1"))
        .await;
    app.say("ada", at, "/cancel not today").await;
    app.say("ada", asked, wanted).await;
    assert_eq!(app.open_rollouts().await, 3);
}
