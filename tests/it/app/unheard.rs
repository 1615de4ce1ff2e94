//! Comments whose webhooks never come: what was said in them is heard when Rollcall looks, and what rested on them falls with them.

use super::{
    harness::{REPOSITORY, TestApp, time},
    story::{opened, prepared},
};
use crate::support::database::TestDatabase;
use http::Method;
use jiff::SignedDuration;
use rollcall::{
    domain::{
        approval::Word,
        ledger::{Entry, Fact},
        rollout::HoldCause,
    },
    sandbox::github::{Delivery, Fault, How, IssueAt, Role},
};

/// Longer than GitHub keeps deliveries.
const OUTAGE: SignedDuration = SignedDuration::from_hours(4 * 24);
const ROUND: SignedDuration = SignedDuration::from_mins(5);

/// GitHub takes what waits for delivered, and it never comes.
fn vanish(app: &mut TestApp) -> Vec<Delivery> {
    let lost = app.waiting();
    for delivery in &lost {
        app.world.delivered(delivery.id, Some(202));
    }
    lost
}

/// Somebody comments, and no webhook comes of it.
fn unseen(app: &mut TestApp, login: &str, at: IssueAt, text: &str) -> u64 {
    app.tick_clock();
    let comment = app.world.comment(login, at, text).expect("a comment");
    vanish(app);
    comment
}

async fn look(app: &mut TestApp) {
    app.later(ROUND).await;
    app.reconcile().await;
}

/// Rollcall's replies but for its reminders.
fn said(app: &TestApp, at: IssueAt) -> Vec<String> {
    let mut replies = app.replies(at);
    replies.retain(|reply| !reply.starts_with("⏰"));
    replies
}

async fn is_held(app: &TestApp, at: IssueAt) -> bool {
    let rollout = app.rollout(at).await;
    rollout.holds.contains_key(&HoldCause::Command)
}

async fn approvals(app: &TestApp, at: IssueAt) -> usize {
    let votes = app.rollout(at).await.votes;
    votes
        .iter()
        .filter(|vote| vote.word == Word::Approve)
        .count()
}

/// The window is open, and everything is ready.
async fn at_the_gate(app: &mut TestApp) -> IssueAt {
    let at = prepared(app).await;
    let window = time("2026-11-04T21:05:00Z");
    app.later(window.duration_since(app.now())).await;
    at
}

/// Deletes the comments of the first approvals, unseen.
async fn delete_approvals(app: &mut TestApp, at: IssueAt, count: usize) {
    app.tick_clock();
    for vote in app.rollout(at).await.votes.iter().take(count) {
        let (login, comment) = (&vote.person.login, vote.comment.0);
        let deleted = app.world.delete_comment(login, at, comment);
        deleted.expect("their own comment");
    }
    vanish(app);
}

#[tokio::test]
async fn a_hold_that_nobody_told_of_holds_after_a_long_outage_on_sqlite() {
    held_after_an_outage(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn a_hold_that_nobody_told_of_holds_after_a_long_outage_on_postgresql() {
    held_after_an_outage(TestDatabase::postgres().await).await;
}

async fn held_after_an_outage(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    app.tick_clock();
    let text = "/hold the data centre burns";
    let comment = app.world.comment("grace", at, text).expect("a comment");
    let written = app.now().as_second();
    assert_eq!(app.lose(), 1);
    app.later(OUTAGE).await;
    assert_eq!(app.reconcile().await, 0, "GitHub no longer has it");

    let hold = app.rollout(at).await.holds[&HoldCause::Command].clone();
    assert_eq!(hold.by.as_deref(), Some("grace"));
    assert_eq!(hold.at.as_second(), written);
    let comments = app.issue(at).comments;
    let own = comments.iter().find(|it| it.id == comment).expect("hers");
    assert_eq!(own.reactions["+1"], 1, "she sees that it was heard");
    let record = app.record(at).await;
    let is_it = |it: &&Entry| matches!(it.fact, Fact::Held { .. });
    let entry = record.iter().find(is_it).expect("it is in the record");
    let actor = entry.actor.as_ref().map(|who| who.login.as_str());
    assert_eq!(actor, Some("grace"));
    let replies = said(&app, at);
    assert_eq!(replies.len(), 1, "{replies:#?}");
    look(&mut app).await;
    assert_eq!(said(&app, at).len(), 1, "nothing is said twice");
    app.is_clean(at).await;
}

#[tokio::test]
async fn refresh_hears_what_nobody_told_of() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    unseen(&mut app, "grace", at, "/hold the data centre burns");
    app.later(ROUND).await;
    app.say("ada", at, "/refresh").await;
    assert!(is_held(&app, at).await);
    assert_eq!(
        app.replies(at).len(),
        2,
        "to each one: {:?}",
        said(&app, at)
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn approvals_that_nobody_told_of_count_with_their_people_and_times() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    unseen(&mut app, "grace", at, "/approve-deploy");
    unseen(&mut app, "linus", at, "/approve-deploy looks good");
    let written = app.now().as_second();
    look(&mut app).await;
    let rollout = app.rollout(at).await;
    assert!(rollout.quorum);
    let words: Vec<_> = rollout
        .votes
        .iter()
        .map(|vote| (vote.person.login.as_str(), vote.at.as_second()))
        .collect();
    assert_eq!(words, [("grace", written - 1), ("linus", written)]);
    look(&mut app).await;
    assert_eq!(app.rollout(at).await.votes.len(), 2);
    app.is_clean(at).await;
}

#[tokio::test]
async fn without_the_right_nobody_is_heard_late_either() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.world
        .grant(REPOSITORY, "mallory", Role::Read)
        .expect("a repository");
    unseen(&mut app, "mallory", at, "/approve-deploy");
    look(&mut app).await;
    assert_eq!(approvals(&app, at).await, 0);
    let replies = said(&app, at);
    assert!(replies[0].contains("`not-allowed`"), "{replies:?}");
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_approval_that_was_deleted_unseen_does_not_open_the_gate() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = at_the_gate(&mut app).await;
    delete_approvals(&mut app, at, 2).await;
    app.say("ada", at, "/start-deploy").await;
    let rollout = app.rollout(at).await;
    assert!(!rollout.is_deploying() && !rollout.quorum);
    let replies = said(&app, at);
    for words in ["@grace: please look again", "@linus: please look again"] {
        assert!(replies.iter().any(|it| it.contains(words)), "{replies:#?}");
    }
    let last = replies.last().expect("a reply");
    assert!(last.contains("`/start-deploy` was refused"), "{last}");
    app.is_clean(at).await;
}

#[tokio::test]
async fn deleted_approvals_are_void_at_the_next_look() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = prepared(&mut app).await;
    delete_approvals(&mut app, at, 1).await;
    look(&mut app).await;
    let rollout = app.rollout(at).await;
    assert!(!rollout.quorum && !rollout.item("final-review").expect("an item").is_done());
    assert_eq!(approvals(&app, at).await, 1);
    let status = app.status(at);
    assert!(status.contains("its comment was deleted"), "{status}");
    let record = app.record(at).await;
    let voided = |it: &&Entry| matches!(it.fact, Fact::VoteVoided { .. });
    assert_eq!(record.iter().find(voided).expect("it is").actor, None);
    let replies = said(&app, at).len();
    look(&mut app).await;
    assert_eq!(said(&app, at).len(), replies, "once");
    app.is_clean(at).await;
}

#[tokio::test]
async fn an_approval_that_was_edited_unseen_does_not_open_the_gate() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = at_the_gate(&mut app).await;
    let vote = app.rollout(at).await.votes[0].clone();
    app.tick_clock();
    let (login, comment) = (&vote.person.login, vote.comment.0);
    let edited = app.world.edit_comment(login, at, comment, "not so sure");
    edited.expect("their own comment");
    vanish(&mut app);
    app.say("ada", at, "/start-deploy").await;
    assert!(!app.rollout(at).await.is_deploying());
    assert_eq!(approvals(&app, at).await, 1);
    let replies = said(&app, at);
    let told = |it: &String| it.contains("its comment was edited");
    assert!(replies.iter().any(told), "{replies:#?}");
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_rejection_that_nobody_told_of_keeps_the_gate_shut() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = at_the_gate(&mut app).await;
    unseen(&mut app, "grace", at, "/reject the data centre burns");
    app.say("ada", at, "/start-deploy").await;
    let rollout = app.rollout(at).await;
    assert!(!rollout.is_deploying() && !rollout.quorum);
    let newest = rollout.votes.last().expect("a word");
    assert_eq!(newest.word, Word::Reject);
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_webhook_that_comes_after_the_look_changes_nothing() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = prepared(&mut app).await;
    app.tick_clock();
    app.world
        .comment("grace", at, "/hold wait")
        .expect("a comment");
    let vote = app.rollout(at).await.votes[1].clone();
    let deleted = app.world.delete_comment("linus", at, vote.comment.0);
    deleted.expect("his own comment");
    let late = vanish(&mut app);
    assert_eq!(late.len(), 2);
    look(&mut app).await;
    assert!(is_held(&app, at).await);
    assert_eq!(approvals(&app, at).await, 1);
    app.say("ada", at, "/resume").await;
    let (replies, record) = (app.replies(at), app.record(at).await.len());
    for delivery in &late {
        app.post(delivery).await;
    }
    app.settle().await;
    assert!(!is_held(&app, at).await);
    assert_eq!(app.replies(at), replies);
    assert_eq!(app.record(at).await.len(), record);
    app.is_clean(at).await;
}

#[tokio::test]
async fn what_was_delivered_is_not_handled_again_by_a_look() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = prepared(&mut app).await;
    app.say("sam", at, "/feedback 4").await;
    let (replies, record) = (said(&app, at), app.record(at).await.len());
    app.world.forget_requests();
    look(&mut app).await;
    look(&mut app).await;
    assert_eq!(said(&app, at), replies);
    assert_eq!(app.record(at).await.len(), record);
    assert_eq!(approvals(&app, at).await, 2);
    let requests = app.world.requests().into_iter();
    let comments = requests.filter(|it| it.method == Method::GET && it.path.contains("/comments"));
    assert_eq!(comments.count(), 2, "one a look");
    app.is_clean(at).await;
}

#[tokio::test]
async fn chatter_that_nobody_told_of_stays_chatter() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = prepared(&mut app).await;
    let (replies, record) = (said(&app, at), app.record(at).await.len());
    unseen(&mut app, "sam", at, "is it /hold or `/hold`?\n\n> /hold\n");
    let edited = unseen(&mut app, "sam", at, "hello");
    app.tick_clock();
    let edit = app.world.edit_comment("sam", at, edited, "hello all");
    edit.expect("his own comment");
    vanish(&mut app);
    look(&mut app).await;
    assert_eq!(said(&app, at), replies);
    assert_eq!(app.record(at).await.len(), record);
    assert!(!is_held(&app, at).await);
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_command_that_was_edited_before_it_was_heard_is_to_be_written_anew() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    let comment = unseen(&mut app, "grace", at, "please wait");
    app.tick_clock();
    let edit = app.world.edit_comment("grace", at, comment, "/hold wait");
    edit.expect("her own comment");
    vanish(&mut app);
    look(&mut app).await;
    look(&mut app).await;
    assert!(!is_held(&app, at).await);
    let replies = said(&app, at);
    assert_eq!(replies.len(), 1, "{replies:#?}");
    assert!(
        replies[0].starts_with("@grace: commands are read from new comments only"),
        "{replies:?}"
    );
    app.is_clean(at).await;
}

fn comments_fail(app: &TestApp) {
    app.world.fail(Fault {
        method: Some(Method::GET),
        path: "/comments".into(),
        times: 1_000,
        how: How::Answer(502, Vec::new()),
    });
}

#[tokio::test]
async fn while_github_does_not_show_the_comments_nothing_is_concluded() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = prepared(&mut app).await;
    unseen(&mut app, "grace", at, "/hold wait");
    delete_approvals(&mut app, at, 1).await;
    comments_fail(&app);
    look(&mut app).await;
    assert!(!is_held(&app, at).await);
    assert_eq!(approvals(&app, at).await, 2);
    app.world.heal();
    look(&mut app).await;
    assert!(is_held(&app, at).await);
    assert_eq!(approvals(&app, at).await, 1);
    app.is_clean(at).await;
}

#[tokio::test]
async fn while_github_does_not_show_the_comments_nothing_is_started() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = at_the_gate(&mut app).await;
    comments_fail(&app);
    app.say("ada", at, "/start-deploy").await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(15)).await;
    }
    assert!(!app.rollout(at).await.is_deploying());
    let replies = said(&app, at);
    let last = replies.last().expect("a reply");
    assert!(last.contains("`not-told`"), "{last}");
    app.world.heal();
    app.say("ada", at, "/start-deploy").await;
    assert!(app.rollout(at).await.is_deploying());
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_start_waits_for_comments_that_github_does_not_show_for_a_moment() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = at_the_gate(&mut app).await;
    comments_fail(&app);
    app.say("ada", at, "/start-deploy").await;
    app.world.heal();
    app.later(SignedDuration::from_secs(15)).await;
    assert!(app.rollout(at).await.is_deploying());
    app.is_clean(at).await;
}

/// The approvals are void in another repository, and are not heard once more from the comments that came along.
#[tokio::test]
async fn what_was_said_before_a_move_is_not_heard_after_it() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    app.world.add_repository("acme/vault", false);
    for (login, role) in [
        ("ada", Role::Write),
        ("grace", Role::Maintain),
        ("linus", Role::Maintain),
    ] {
        app.world
            .grant("acme/vault", login, role)
            .expect("a repository");
    }
    let at = prepared(&mut app).await;
    let to = app.world.transfer("ada", at, "acme/vault");
    let to = to.expect("a move");
    app.settle().await;
    let replies = said(&app, to).len();
    look(&mut app).await;
    assert_eq!(approvals(&app, to).await, 0);
    assert_eq!(said(&app, to).len(), replies);
    app.is_clean(to).await;
}
