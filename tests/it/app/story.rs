//! Three rollouts from the first wish to the end, on both databases.

use super::harness::{REPOSITORY, TestApp, time};
use crate::support::database::TestDatabase;
use rollcall::{
    domain::{
        phase::Phase,
        rollout::{End, Item, Stage},
        template::ItemActor,
    },
    sandbox::github::IssueAt,
};

#[tokio::test]
async fn a_rollout_is_completed_on_sqlite() {
    completed(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn a_rollout_is_completed_on_postgresql() {
    completed(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn a_rollout_is_rolled_back() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = deploying(&mut app).await;
    app.say("linus", at, "/rollback error rate doubled").await;
    let issue = app.issue(at);
    assert!(!issue.open);
    assert_eq!(issue.state_reason.as_deref(), Some("not_planned"));
    assert!(
        issue
            .labels
            .iter()
            .any(|(name, _)| name == "rollout: rolled back"),
        "{:?}",
        issue.labels
    );
    assert!(
        matches!(app.rollout(at).await.stage, Stage::Finished(finish) if finish.end == End::RolledBack)
    );
    assert_eq!(
        last_mail(&app),
        "[shop] Update rolled back: Rollout: checkout 1.4.0 → 1.5.0"
    );
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_rollout_is_cancelled() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.tick("ada", at, "stakeholder-communication").await;
    app.say("ada", at, "/cancel the vendor withdrew the release")
        .await;
    let issue = app.issue(at);
    assert!(!issue.open);
    assert!(
        issue
            .labels
            .iter()
            .any(|(name, _)| name == "rollout: cancelled"),
        "{:?}",
        issue.labels
    );
    assert_eq!(app.mailbox.mails().len(), 2);
    app.is_clean(at).await;
}

async fn completed(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = deploying(&mut app).await;
    for item in open_items(&app, at, |_| true).await {
        app.tick("ada", at, &item).await;
    }
    let rollout = app.rollout(at).await;
    assert!(
        matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Completed),
        "{:?}",
        rollout.phase()
    );
    let issue = app.issue(at);
    assert!(!issue.open);
    assert_eq!(issue.state_reason.as_deref(), Some("completed"));
    let labels: Vec<&str> = issue.labels.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(labels, ["rollout", "rollout: completed"]);
    let status = issue
        .comments
        .iter()
        .filter(|comment| comment.body.contains("<!-- rollcall:status -->"))
        .count();
    assert_eq!(status, 1, "one status comment, edited in place");
    let issue_url = format!("/issues/{}", at.number);
    let (method, path) = app
        .world
        .requests()
        .into_iter()
        .filter(|request| request.method != "GET")
        .map(|request| (request.method, request.path))
        .next_back()
        .expect("writes");
    assert!(
        method == "PATCH" && path.ends_with(&issue_url),
        "the issue is closed after all else was said: {method} {path}"
    );
    assert_eq!(
        app.telegram
            .chats()
            .iter()
            .map(|chat| chat.messages.len())
            .sum::<usize>(),
        5
    );
    assert_eq!(app.mailbox.mails().len(), 5);
    app.is_clean(at).await;
}

/// Ada asks for a rollout on an ordinary issue.
pub(super) async fn opened(app: &mut TestApp) -> IssueAt {
    let asked = app
        .world
        .open_issue("ada", REPOSITORY, "Update the checkout", "", &[])
        .expect("an issue");
    let command = "/rollout checkout 1.4.0..1.5.0 because security update\npurpose: Close a hole\nbenefits: Payments stay safe";
    app.say("ada", asked, command).await;
    let issue = app.newest_issue();
    assert_eq!(issue.author, "rollcall[bot]");
    let link = app
        .issue(asked)
        .comments
        .iter()
        .any(|comment| comment.body.contains(&format!("#{}", issue.at.number)));
    assert!(link, "the request links to the rollout");
    issue.at
}

/// Everything before `/start-deploy`; the window is on the evening of 4 November.
pub(super) async fn prepared(app: &mut TestApp) -> IssueAt {
    let at = opened(app).await;
    app.say(
        "ada",
        at,
        "/schedule 2026-11-04 22:00 Europe/Berlin for 2h downtime 10m",
    )
    .await;
    for item in open_items(app, at, |item| item.phase <= Phase::PreDeployment).await {
        app.tick("ada", at, &item).await;
    }
    app.say("grace", at, "/approve-deploy").await;
    app.say("linus", at, "/approve-deploy looks good").await;
    at
}

/// Everything up to `/start-deploy`.
pub(super) async fn deploying(app: &mut TestApp) -> IssueAt {
    let at = prepared(app).await;
    app.later(time("2026-11-04T21:05:00Z").duration_since(app.now()))
        .await;
    app.say("grace", at, "/start-deploy").await;
    let rollout = app.rollout(at).await;
    assert!(
        rollout.is_deploying(),
        "{}",
        app.issue(at).comments.last().expect("a comment").body
    );
    at
}

async fn open_items(app: &TestApp, at: IssueAt, which: impl Fn(&Item) -> bool) -> Vec<String> {
    let rollout = app.rollout(at).await;
    let items = rollout
        .items
        .iter()
        .filter(|item| !item.is_settled() && item.by == ItemActor::Person && which(item));
    items.map(|item| item.id.clone()).collect()
}

fn last_mail(app: &TestApp) -> String {
    let mails = app.mailbox.mails();
    mails
        .last()
        .and_then(|mail| mail.header("Subject"))
        .expect("a mail with a subject")
}
