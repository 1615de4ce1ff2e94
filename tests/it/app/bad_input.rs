//! What people, GitHub and attackers send that is not as it should be: nothing is lost, nobody else is held up, and whoever sent it reads
//! what to do.

use super::{
    counterparts::webhook,
    harness::{REPOSITORY, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use http::StatusCode;
use jiff::SignedDuration;
use rollcall::{clock::Clock, domain::rollout::Outcome, sandbox::github::IssueAt, store::Replayed};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// Whatever happened, a rollout goes on.
async fn goes_on(app: &mut TestApp, at: IssueAt) {
    app.tick("ada", at, "environment-setup").await;
    assert!(app.is_done(at, "environment-setup").await);
}

#[tokio::test]
async fn payloads_that_cannot_be_read_are_kept_and_counted_and_hold_nobody_up_on_sqlite() {
    unreadable(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn payloads_that_cannot_be_read_are_kept_and_counted_and_hold_nobody_up_on_postgresql() {
    unreadable(TestDatabase::postgres().await).await;
}

async fn unreadable(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    let broken: [&[u8]; 6] = [
        b"{\"not JSON",
        b"",
        b"null",
        b"[1, 2]",
        b"\xff\xfe\0",
        br#"{"action": "edited", "issue": 7}"#,
    ];
    for (index, body) in broken.into_iter().enumerate() {
        let delivery = webhook("issues", &format!("broken-{index}"), body);
        assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
    }
    for event in ["sub_issues", "martian_landing", "push"] {
        let delivery = webhook(event, event, br#"{"action": "landed"}"#);
        assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
    }
    goes_on(&mut app, at).await;
    let counts = app.store.counts().await.expect("a database");
    assert_eq!((counts.inbox_unreadable, counts.inbox_parked), (6, 0));
    let kept = app.store.list_parked(10).await.expect("a database");
    assert_eq!(kept.len(), 6);
    assert!(
        kept.iter()
            .all(|it| it.reason.starts_with("event `issues`: ")),
        "{kept:?}"
    );
}

/// The clock stands for any mistake of Rollcall's own: it panics the second time that it is asked.
#[tokio::test]
async fn what_makes_rollcall_panic_is_put_aside_and_can_be_handled_again() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    let sound = app.handler.clock.clone();
    let (asked, time) = (AtomicU32::new(0), sound.clone());
    app.handler.clock = Clock::new(move || {
        assert_ne!(asked.fetch_add(1, Ordering::SeqCst), 1, "what time is it?");
        time.now()
    });
    app.tick("ada", at, "apply-updates").await;
    app.handler.clock = sound;
    let kept = app.store.list_parked(10).await.expect("a database");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].reason, "handling it panicked");

    goes_on(&mut app, at).await;
    let again = app.store.replay(&kept[0].key, app.now()).await;
    assert_eq!(again.expect("a database"), Replayed::Yes);
    app.settle().await;
    let counts = app.store.counts().await.expect("a database");
    assert_eq!(counts.inbox_parked, 0);
    let rollout = app.rollout(at).await;
    assert!(rollout.item("apply-updates").expect("an item").is_done());
}

#[tokio::test]
async fn of_a_thousand_commands_twenty_are_looked_at_and_one_reply_says_so() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.say("ada", at, &"/log the vendor rang again\n".repeat(1_000))
        .await;
    let replies = app.replies(at);
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert!(
        replies[0].contains("too-many-commands") && replies[0].contains("980"),
        "{}",
        replies[0]
    );
    assert_eq!(app.rollout(at).await.log.len(), 20);
    goes_on(&mut app, at).await;
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_template_with_an_id_twice_is_answered_with_the_place_and_the_way_out() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let template = "---\nname: broken\ntitle: Broken\nitems:\n  same: {required: true}\n---\n\n## Planning\n\n- [ ] **One** <!-- id: same -->\n- [ ] **Two** <!-- id: same -->\n";
    app.world
        .put_file(
            REPOSITORY,
            ".github/rollout-templates/broken.md",
            Some(template),
        )
        .expect("a repository");
    let asked = app
        .world
        .open_issue("ada", REPOSITORY, "Update", "", &[])
        .expect("an issue");
    app.say("ada", asked, "/rollout broken checkout 1.4.0..1.5.0")
        .await;
    let replies = app.replies(asked);
    insta::assert_snapshot!(replies.join("\n---\n"), @"
    @ada: `/rollout` was refused (`broken-template`). The template cannot be used:

    ```text
    .github/rollout-templates/broken.md:11:3: the id `same` is on line 10 already
    hint: give this item another id
    ```
    <!-- rollcall:reply:8ee42b98-102d-48cb-a4b5-fa43b0d8bdfd -->
    ");
    assert_eq!(app.open_rollouts().await, 0);
    app.say("ada", asked, "/rollout checkout 1.4.0..1.5.0")
        .await;
    assert_eq!(app.open_rollouts().await, 1);
}

#[tokio::test]
async fn a_policy_with_an_unknown_key_is_told_once_with_the_place_and_the_way_out() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    app.world
        .put_file(
            REPOSITORY,
            ".github/rollcall.yml",
            Some("zone: Europe/Berlin\naprovals:\n  required: 1\n"),
        )
        .expect("a repository");
    let at = opened(&mut app).await;
    goes_on(&mut app, at).await;
    app.tick("ada", at, "apply-updates").await;
    let replies = app.replies(at);
    insta::assert_snapshot!(replies.join("\n---\n"), @"
    The policy file `acme/shop:.github/rollcall.yml@b0580ff72320` cannot be used; the last good one stays in force, and no deployment starts before it is mended:

    ```text
    .github/rollcall.yml:2:1: unknown key `aprovals`
    hint: did you mean `approvals`?
    ```
    <!-- rollcall:reply:3534ffed-d455-4547-b5f5-209658283eaf -->
    ");
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_body_replaced_by_nothing_is_offered_back_and_the_offer_can_be_taken() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    goes_on(&mut app, at).await;
    app.world.edit_body("ada", at, "").expect("she may");
    app.settle().await;
    let replies = app.replies(at);
    let offer = replies.last().expect("an offer");
    assert!(offer.starts_with("@ada: the checklist is gone"), "{offer}");
    let rollout = app.rollout(at).await;
    assert!(
        rollout
            .item("environment-setup")
            .expect("an item")
            .is_done()
    );
    assert!(rollout.item("environment-setup").expect("an item").missing);
    app.later(SignedDuration::from_mins(5)).await;
    app.reconcile().await;
    assert_eq!(app.replies(at).len(), replies.len(), "it is said once");

    let (_, body) = offer
        .split_once("````markdown\n")
        .or_else(|| offer.split_once("```markdown\n"))
        .expect("the body as it was");
    let (body, _) = body.rsplit_once("\n```").expect("its end");
    app.world
        .edit_body("ada", at, body.trim_end_matches('`'))
        .expect("she may");
    app.settle().await;
    let rollout = app.rollout(at).await;
    assert!(rollout.items.iter().all(|item| !item.missing));
    assert!(rollout.attention.is_empty(), "{:?}", rollout.attention);
    app.tick("ada", at, "apply-updates").await;
    assert!(
        app.rollout(at)
            .await
            .item("apply-updates")
            .expect("an item")
            .is_done()
    );
    app.is_clean(at).await;
}

const HOSTILE: &str = "<script>alert(1)</script> @everyone #1 **now**";

#[tokio::test]
async fn hostile_titles_are_only_text_wherever_they_are_shown() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let two_lines = json!({
        "repository": REPOSITORY,
        "title": "Update\r\nBcc: everybody@acme.example",
        "components": [{"name": "checkout", "from": "1", "to": "2", "reason": "x"}],
    });
    let (status, answer) = app.order(two_lines).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        answer["fields"],
        json!([{"field": "title", "message": "must be a single line"}])
    );

    let order = json!({
        "repository": REPOSITORY,
        "title": HOSTILE,
        "purpose": format!("{HOSTILE}\r\nBcc: everybody@acme.example"),
        "components": [{"name": HOSTILE, "from": "1.4.0", "to": "1.5.0", "reason": HOSTILE}],
        "benefits": HOSTILE,
    });
    assert_eq!(app.order(order).await.0, StatusCode::ACCEPTED);
    app.settle().await;
    let at = app.newest_issue().at;
    app.world
        .edit_title(
            "ada",
            at,
            &format!("{HOSTILE}\r\nBcc: everybody@acme.example"),
        )
        .expect("she may");
    app.settle().await;
    app.tick("ada", at, "stakeholder-communication").await;
    app.later(SignedDuration::from_secs(10)).await;

    let issue = app.issue(at);
    let comments = issue.comments.iter().map(|comment| &comment.body);
    for text in comments.chain([&issue.body]) {
        assert!(
            !text.contains("<script>") && !text.contains("@everyone"),
            "{text}"
        );
    }
    let mail = app.mailbox.mails().pop().expect("a mail");
    assert_eq!(mail.header("Bcc"), None);
    let subject = mail.header("Subject").expect("a subject");
    assert!(!subject.contains(['\r', '\n']), "{subject:?}");
    let html = mail.part("text/html").expect("HTML");
    assert!(!html.contains("<script>"), "{html}");
    let message = &app.telegram.chats()[0].messages[0];
    assert!(!message.html.contains("<script>"), "{}", message.html);
    assert!(!message.html.contains("@everyone"), "{}", message.html);
    goes_on(&mut app, at).await;
    app.is_clean(at).await;
}

#[tokio::test]
async fn a_mail_server_that_is_gone_for_an_hour_gets_its_mail_when_it_is_back() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    app.stop_smtp();
    app.tick("ada", at, "stakeholder-communication").await;
    app.later(SignedDuration::from_secs(10)).await;
    assert!(app.status(at).contains("⏳"), "{}", app.status(at));
    for _ in 0..6 {
        app.later(SignedDuration::from_mins(10)).await;
    }
    assert_eq!(app.mailbox.mails().len(), 0);
    let sent = app.telegram.chats()[0].messages.len();
    assert_eq!(sent, 1, "Telegram does not wait for the mail");

    app.start_smtp().await;
    app.later(SignedDuration::from_mins(10)).await;
    app.later(SignedDuration::from_secs(10)).await;
    assert_eq!(app.mailbox.mails().len(), 1);
    let rollout = app.rollout(at).await;
    let copies = rollout.announced.values().flat_map(|news| &news.copies);
    let mut outcomes = copies.map(|copy| &copy.outcome);
    assert!(outcomes.all(|outcome| matches!(outcome, Outcome::Delivered { .. })));
    assert!(!app.status(at).contains("⏳"), "{}", app.status(at));
    app.is_clean(at).await;
}

/// Ordered by the API, by a comment, and by the form: each is told what is too long, and how long it may be.
#[tokio::test]
async fn a_rollout_too_long_for_an_issue_is_refused_when_it_is_ordered() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let long = |length: usize| "long ".repeat(length / 5);
    let order = |length: usize| {
        json!({
            "repository": REPOSITORY,
            "purpose": long(length),
            "benefits": long(8_000),
            "impact": long(8_000),
            "rollback_plan": long(8_000),
            "components": Value::Array((0..100).map(|n| json!({
                "name": format!("component-{n}"), "from": long(100), "to": long(100), "reason": long(200),
            })).collect()),
        })
    };
    let (status, answer) = app.order(order(8_005)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        answer["fields"],
        json!([{"field": "purpose", "message": "is longer than 8000 characters"}])
    );
    let (status, answer) = app.order(order(8_000)).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    app.settle().await;
    let shown = app.shown(&answer["id"]).await;
    assert_eq!(shown["state"], "refused");
    let reason = shown["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("60000 fit") && reason.contains("The longest fields: components (4"),
        "{reason}"
    );

    let asked = app
        .world
        .open_issue("ada", REPOSITORY, "Update", "", &[])
        .expect("an issue");
    let command = format!("/rollout checkout 1.4.0..1.5.0\npurpose: {}", long(60_000));
    app.say("ada", asked, &command).await;
    let replies = app.replies(asked);
    assert_eq!(replies.len(), 1);
    assert!(
        replies[0].contains("`too-long`") && replies[0].contains("purpose ("),
        "{}",
        replies[0]
    );

    let form = format!("### Purpose\n\n{}\n", long(60_000));
    let form = app
        .world
        .submit_form("ada", REPOSITORY, "Update", &form, &["rollout"])
        .expect("an issue");
    app.settle().await;
    let replies = app.replies(form);
    assert!(replies[0].contains("`too-long`"), "{replies:?}");
    assert_eq!(app.open_rollouts().await, 0);
    assert_eq!(app.store.list_dead(10).await.expect("a database"), []);
}
