//! What must be true after every fault: nothing is lost, nothing is there twice.

use super::super::harness::{REPOSITORY, TestApp};
use jiff::{SignedDuration, Timestamp};
use rollcall::{domain::checklist, sandbox::github::IssueAt};
use std::collections::BTreeSet;

/// Works, and lets time pass to whatever is due next, until nothing is left to do but to wait for people. How long that took.
pub async fn rest(app: &mut TestApp) -> SignedDuration {
    let begun = app.now();
    app.settle().await;
    for _ in 0..2_000 {
        let Some(due) = next_due(app).await else {
            return app.now().duration_since(begun);
        };
        let wait = due.duration_since(app.now()).max(SignedDuration::ZERO);
        app.later(wait).await;
    }
    panic!("it never comes to rest");
}

async fn next_due(app: &TestApp) -> Option<Timestamp> {
    let mut next = None;
    for queue in ["inbox", "github", "telegram", "email"] {
        let due = app.store.next_departure(queue).await.expect("a database");
        next = next.into_iter().chain(due).min();
    }
    next
}

/// GitHub, mail, Telegram and the record after a rollout was through a fault.
pub async fn nothing_lost_nothing_doubled(app: &TestApp, at: IssueAt) {
    nothing_doubled(app);
    everybody_was_told(app, at).await;
    the_boxes_show_the_record(app, at).await;
    app.is_clean(at).await;
}

/// One issue of Rollcall's, each of its comments once, each reaction once, each message once.
pub fn nothing_doubled(app: &TestApp) {
    let issues = app.world.issues(REPOSITORY).expect("a repository");
    let own = |author: &str| author == "rollcall[bot]";
    let opened = issues.iter().filter(|issue| own(&issue.author)).count();
    assert_eq!(opened, 1, "one rollout, one issue");
    for issue in &issues {
        let mut marks = BTreeSet::new();
        for comment in issue.comments.iter().filter(|comment| own(&comment.author)) {
            let mark = comment.body.lines().rfind(|line| line.starts_with("<!-- "));
            let mark = mark.unwrap_or_else(|| panic!("no mark in {:?}", comment.body));
            assert!(marks.insert(mark), "twice: {}", comment.body);
        }
        let mut reactions = issue.comments.iter().flat_map(|comment| &comment.reactions);
        assert!(reactions.all(|(_, times)| *times == 1));
    }
    let mails = app.mailbox.mails();
    let names: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(names.len(), mails.len(), "no mail twice");
    let chats = app.telegram.chats();
    let texts: Vec<&str> = chats
        .iter()
        .flat_map(|chat| &chat.messages)
        .map(|message| message.html.as_str())
        .collect();
    let different: BTreeSet<&str> = texts.iter().copied().collect();
    assert_eq!(different.len(), texts.len(), "no message twice: {texts:#?}");
}

/// Every copy of every announcement has arrived, and the status comment says so.
pub async fn everybody_was_told(app: &TestApp, at: IssueAt) {
    let rollout = app.rollout(at).await;
    let copies = rollout.announced.values().flat_map(|news| &news.copies);
    let sent = app.mailbox.mails().len()
        + app
            .telegram
            .chats()
            .iter()
            .map(|chat| chat.messages.len())
            .sum::<usize>();
    assert_eq!(copies.count(), sent, "as many messages as copies");
    let status = app.status(at);
    assert_eq!(status.matches("⏳").count(), 0, "{status}");
}

/// Body, status comment and record agree on every item.
async fn the_boxes_show_the_record(app: &TestApp, at: IssueAt) {
    let rollout = app.rollout(at).await;
    let list = checklist::parse(&app.issue(at).body);
    let status = app.status(at);
    for item in &rollout.items {
        let shown = list.find(&item.id, &item.title).expect("a box");
        assert_eq!(shown.checked, item.is_done(), "{}", item.title);
        let row = format!("| {} | {} | ✅", item.number, item.title);
        assert_eq!(status.contains(&row), item.is_done(), "{row}: {status}");
    }
}
