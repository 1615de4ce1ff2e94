//! Mail servers and Telegram refuse, fall silent or move, while a rollout tells its stakeholders.

use super::super::{
    counterparts::{email_config, notifier},
    harness::TestApp,
    story::opened,
};
use super::afterwards::{everybody_was_told, nothing_lost_nothing_doubled, rest};
use crate::{
    notify::mail_server::{Does, Script, mail_server},
    support::database::TestDatabase,
};
use jiff::SignedDuration;
use rollcall::{
    notify::{Email, EmailConfig},
    sandbox::github::IssueAt,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// The item with which stakeholders hear of the plan.
const TELLS: &str = "stakeholder-communication";

async fn before_the_news() -> (TestApp, IssueAt) {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    (app, at)
}

/// From now on mail goes to another server.
async fn mail_goes_to(app: &mut TestApp, config: EmailConfig) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = app.telegram.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut notifier = notifier(&url, config.port);
    notifier.email = Some(Email::new(config).expect("a mailer"));
    app.deliverer.notifier = rollcall::current::Current::new(notifier);
}

fn rows<'a>(status: &'a str, channel: &str) -> Vec<&'a str> {
    let cell = format!("| {channel} |");
    status.lines().filter(|line| line.contains(&cell)).collect()
}

/// The mail server says this to each recipient so many times; then it takes the mail. What the issue says after three tries.
async fn check_refused_for_now(line: &str, times: usize) -> (SignedDuration, String) {
    let (mut app, at) = before_the_news().await;
    for _ in 0..times {
        app.mailbox.refuse(line);
    }
    let begun = app.now();
    app.tick("ada", at, TELLS).await;
    app.later(SignedDuration::from_secs(61)).await;
    app.later(SignedDuration::from_secs(61)).await;
    app.later(SignedDuration::from_secs(10)).await;
    let meanwhile = app.status(at);
    rest(&mut app).await;
    assert_eq!(app.mailbox.mails().len(), 1);
    nothing_lost_nothing_doubled(&app, at).await;
    let taken = app.mailbox.mails()[0].at.duration_since(begun);
    (taken, rows(&meanwhile, "email").join("\n"))
}

#[tokio::test]
async fn a_mail_server_that_refuses_for_an_hour_is_named_on_the_issue_and_gets_the_mail() {
    let (taken, meanwhile) = check_refused_for_now("451 4.3.2 come back later", 14).await;
    assert!(taken > SignedDuration::from_hours(1), "{taken:#}");
    assert!(
        meanwhile.contains("⏳ tried again: the mail server did not take the mail yet"),
        "{meanwhile}"
    );
}

#[tokio::test]
async fn a_greylisting_server_gets_the_mail_at_the_second_try_without_a_word_on_the_issue() {
    let (taken, meanwhile) = check_refused_for_now("450 4.2.0 greylisted", 1).await;
    assert!(taken <= SignedDuration::from_mins(2), "{taken:#}");
    assert!(meanwhile.contains('✅'), "{meanwhile}");
}

/// Whatever the channel did, it is shown as failed with this reason, somebody has to look, and the other channel got its message.
async fn check_given_up(app: &mut TestApp, at: IssueAt, channel: &str, reason: &str) {
    app.tick("ada", at, TELLS).await;
    rest(app).await;
    let status = app.status(at);
    let row = rows(&status, channel).join("\n");
    assert!(row.contains(&format!("❌ {reason}")), "{status}");
    assert!(status.contains("**Needs attention**"), "{status}");
    let mails = app.mailbox.mails().len();
    let messages: usize = app
        .telegram
        .chats()
        .iter()
        .map(|it| it.messages.len())
        .sum();
    let (mail, message) = if channel == "email" { (0, 1) } else { (1, 0) };
    assert_eq!((mails, messages), (mail, message));
    let rollout = app.rollout(at).await;
    let ledger = app.store.load_ledger(&rollout.id.0).await;
    let told = ledger
        .expect("a database")
        .iter()
        .any(|row| row.entry.contains(reason));
    assert!(told, "the record says why");
    assert_eq!(app.store.list_dead(10).await.expect("a database").len(), 1);
}

#[tokio::test]
async fn an_address_refused_for_good_is_shown_on_the_issue() {
    let (mut app, at) = before_the_news().await;
    app.mailbox.refuse("550 5.1.1 no such user");
    let reason = "the mail server refused the mail for good (550)";
    check_given_up(&mut app, at, "email", reason).await;
}

#[tokio::test]
async fn a_chat_that_has_thrown_the_bot_out_is_shown_on_the_issue() {
    let (mut app, at) = before_the_news().await;
    let text = "Forbidden: bot was kicked from the supergroup chat";
    app.telegram.fail(403, text, Value::Null);
    let reason = "Telegram refused the message: the bot was removed from the chat";
    check_given_up(&mut app, at, "telegram", reason).await;
}

/// A mail server with this script while three tries are made, then one that takes everything. What the issue said meanwhile, and
/// the mails that each of the two has read.
async fn check_mended(
    script: Option<Script>,
    mend: EmailConfig,
) -> (String, Vec<String>, Vec<String>) {
    let (mut app, at) = before_the_news().await;
    let (port, first) = match script {
        Some(script) => mail_server(script).await,
        None => (closed_port(), Arc::default()),
    };
    let broken = EmailConfig {
        port,
        timeout: Duration::from_millis(100),
        login: Some(("rollcall".into(), SecretString::from("wrong"))),
        ..email_config(port)
    };
    mail_goes_to(&mut app, broken).await;
    app.tick("ada", at, TELLS).await;
    for _ in 0..3 {
        app.later(SignedDuration::from_mins(6)).await;
    }
    let meanwhile = rows(&app.status(at), "email").join("\n");
    let (port, second) = mail_server(Script::KIND).await;
    mail_goes_to(&mut app, EmailConfig { port, ..mend }).await;
    rest(&mut app).await;
    let status = app.status(at);
    assert!(rows(&status, "email").join("").contains('✅'), "{status}");
    app.is_clean(at).await;
    let read = |mails: &std::sync::Mutex<Vec<String>>| mails.lock().expect("no panic").clone();
    (meanwhile, read(&first), read(&second))
}

fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

fn message_id(mail: &str) -> &str {
    let line = mail.lines().find(|line| line.starts_with("Message-ID: "));
    line.expect("a Message-ID")
}

#[tokio::test]
async fn a_mail_server_that_hangs_after_the_mail_gets_it_again_under_the_same_message_id() {
    let silent = Script {
        mail: Does::FallsSilent,
        ..Script::KIND
    };
    let (meanwhile, first, second) = check_mended(Some(silent), email_config(0)).await;
    assert!(
        meanwhile.contains("⏳ tried again: no answer within"),
        "{meanwhile}"
    );
    assert!(first.len() >= 3, "{} tries", first.len());
    assert_eq!(second.len(), 1);
    let all = first.iter().chain(&second);
    assert!(
        all.clone()
            .all(|mail| message_id(mail) == message_id(&second[0]))
    );
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_gets_the_mail_when_it_is_back() {
    let (meanwhile, _, second) = check_mended(None, email_config(0)).await;
    let reason = "⏳ tried again: the mail server could not be reached";
    assert!(meanwhile.contains(reason), "{meanwhile}");
    assert_eq!(second.len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_named_on_the_issue_and_the_mail_goes_out_with_the_right_one() {
    let strict = Script {
        login: Does::Says("535 5.7.8 authentication failed"),
        ..Script::KIND
    };
    let right = EmailConfig {
        login: Some(("rollcall".into(), SecretString::from("right"))),
        ..email_config(0)
    };
    let (meanwhile, first, second) = check_mended(Some(strict), right).await;
    let reason = "⏳ tried again: the mail server did not accept Rollcall's login";
    assert!(meanwhile.contains(reason), "{meanwhile}");
    assert_eq!((first.len(), second.len()), (0, 1));
}

#[tokio::test]
async fn a_telegram_that_asks_to_wait_is_waited_for() {
    let (mut app, at) = before_the_news().await;
    for _ in 0..5 {
        let wait = json!({"retry_after": 37});
        app.telegram
            .fail(429, "Too Many Requests: retry after 37", wait);
    }
    let begun = app.now();
    app.tick("ada", at, TELLS).await;
    rest(&mut app).await;
    let message = app.telegram.chats()[0].messages[0].clone();
    let waited = message.at.duration_since(begun);
    assert!(waited >= SignedDuration::from_secs(5 * 37), "{waited:#}");
    nothing_lost_nothing_doubled(&app, at).await;
}

#[tokio::test]
async fn a_text_that_telegram_cannot_read_goes_out_as_plain_text() {
    let (mut app, at) = before_the_news().await;
    let text = "Bad Request: can't parse entities: Unsupported start tag \"x\"";
    app.telegram.fail(400, text, Value::Null);
    app.tick("ada", at, TELLS).await;
    rest(&mut app).await;
    let message = app.telegram.chats()[0].messages[0].clone();
    assert!(!message.html.contains("<b>"), "{}", message.html);
    assert!(message.html.contains("checkout"), "{}", message.html);
    nothing_lost_nothing_doubled(&app, at).await;
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_is_followed_and_remembered() {
    let (mut app, at) = before_the_news().await;
    app.telegram.add_chat(-1_009, "Customers, super");
    let text = "Bad Request: group chat was upgraded to a supergroup chat";
    app.telegram
        .fail(400, text, json!({"migrate_to_chat_id": -1_009}));
    app.tick("ada", at, TELLS).await;
    rest(&mut app).await;
    assert_eq!(
        app.telegram.calls().len(),
        2,
        "the old one, then the new one"
    );
    app.say("ada", at, "/cancel the vendor withdrew the release")
        .await;
    rest(&mut app).await;
    assert_eq!(app.telegram.calls().len(), 3, "the new one at once");
    let chats = app.telegram.chats();
    let new = chats.iter().find(|chat| chat.id == -1_009);
    assert_eq!(new.expect("the chat").messages.len(), 2);
    everybody_was_told(&app, at).await;
    nothing_lost_nothing_doubled(&app, at).await;
}
