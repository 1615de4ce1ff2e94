//! Telegram's answers, and what we make of them.

use super::{
    bot_api::{Told, bot_api, refused, sent},
    sample::shop,
};
use rollcall::{
    domain::{announcement_kind::AnnouncementKind::Planned, retry::Retry},
    notify::{NotifyError, Telegram, TelegramConfig},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const TOKEN: &str = "123456:AAtop-secret";

fn telegram(api_url: &str, timeout: Duration) -> Telegram {
    let config = TelegramConfig {
        token: TOKEN.into(),
        api_url: api_url.into(),
        timeout,
    };
    Telegram::new(&config).expect("good settings")
}

/// Sends to topic 5 of chat -100 while Telegram answers so; gives the outcome and the bodies of the calls.
async fn send(answers: Vec<Value>) -> (Result<String, NotifyError>, Vec<Value>) {
    let (url, told) = bot_api(answers).await;
    let outcome = telegram(&url, Duration::from_secs(10))
        .send("-100", Some(5), &shop(Planned))
        .await;
    (outcome, bodies(&told))
}

fn bodies(told: &Arc<Told>) -> Vec<Value> {
    let calls = told.calls.lock().expect("no panic");
    calls.iter().map(|(_, body)| body.clone()).collect()
}

async fn check_refused(description: &str, words: &str) {
    let (outcome, calls) = send(vec![refused(403, description)]).await;
    let error = outcome.expect_err("it was refused");
    assert_eq!(
        error.to_string(),
        format!("Telegram refused the message: {words}"),
        "{description}"
    );
    assert_eq!(error.retry(), Retry::Never, "{description}");
    assert_eq!(calls.len(), 1, "{description}");
}

#[tokio::test]
async fn a_message_is_sent_as_html_into_its_topic_without_a_preview() {
    let (outcome, calls) = send(vec![sent()]).await;
    assert_eq!(outcome.expect("it was sent"), "77");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["chat_id"], -100);
    assert_eq!(calls[0]["message_thread_id"], 5);
    assert_eq!(calls[0]["parse_mode"], "HTML");
    assert_eq!(calls[0]["link_preview_options"]["is_disabled"], true);
    let text = calls[0]["text"].as_str().expect("a text");
    assert!(text.contains("<b>Update planned</b>"), "{text}");
}

#[tokio::test]
async fn a_channel_is_addressed_by_its_name_and_a_server_of_ones_own_by_its_path() {
    let (url, told) = bot_api([sent()]).await;
    let telegram = telegram(&format!("{url}/own/"), Duration::from_secs(10));
    telegram
        .send("@acme_news", None, &shop(Planned))
        .await
        .expect("it was sent");
    let calls = told.calls.lock().expect("no panic");
    assert_eq!(calls[0].0, format!("/own/bot{TOKEN}/SendMessage"));
    assert_eq!(calls[0].1["chat_id"], "@acme_news");
    assert_eq!(calls[0].1.get("message_thread_id"), None);
}

#[tokio::test]
async fn what_telegram_cannot_read_goes_out_as_plain_text_at_once() {
    let unreadable = refused(
        400,
        "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 3",
    );
    let (outcome, calls) = send(vec![unreadable, sent()]).await;
    assert_eq!(outcome.expect("it was sent"), "77");
    assert_eq!(calls[1].get("parse_mode"), None);
    let text = calls[1]["text"].as_str().expect("a text");
    assert!(
        text.contains("Update planned\n") && !text.contains("<b>"),
        "{text}"
    );
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_is_followed_to_its_new_id() {
    let moved = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -100_777}});
    let (outcome, calls) = send(vec![moved.clone(), sent()]).await;
    assert_eq!(outcome.expect("it was sent"), "-100777:77");
    assert_eq!(calls[1]["chat_id"], -100_777);

    let (outcome, calls) = send(vec![moved.clone(), moved]).await;
    assert_eq!(
        outcome.expect_err("it moves without end").retry(),
        Retry::Never
    );
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn a_topic_that_is_gone_is_left_out() {
    for words in [
        "Bad Request: message thread not found",
        "Bad Request: TOPIC_CLOSED",
    ] {
        let (outcome, calls) = send(vec![refused(400, words), sent()]).await;
        assert_eq!(outcome.expect("it was sent"), "77");
        assert_eq!(calls[1].get("message_thread_id"), None);
    }
}

#[tokio::test]
async fn a_chat_that_does_not_want_us_is_given_up_in_plain_words() {
    for (description, words) in [
        (
            "Forbidden: bot was kicked from the group chat",
            "the bot was removed from the chat",
        ),
        (
            "Forbidden: bot was kicked from the supergroup chat",
            "the bot was removed from the chat",
        ),
        (
            "Forbidden: bot is not a member of the channel chat",
            "the bot was removed from the chat",
        ),
        (
            "Forbidden: bot was blocked by the user",
            "the person has blocked the bot",
        ),
        (
            "Forbidden: user is deactivated",
            "the person's account no longer exists",
        ),
        ("Forbidden: something new", "something new"),
        (
            "Bad Request: chat not found",
            "there is no such chat, or the bot was never added to it",
        ),
        (
            "Bad Request: not enough rights to send text messages to the chat",
            "the bot has no right to write in this chat",
        ),
        (
            "Bad Request: need administrator rights in the channel chat",
            "the bot has no right to write in this chat",
        ),
    ] {
        check_refused(description, words).await;
    }
}

#[tokio::test]
async fn when_telegram_asks_to_wait_we_wait_as_long_as_it_says() {
    let flood = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 35", "parameters": {"retry_after": 35}});
    let (outcome, calls) = send(vec![flood]).await;
    let error = outcome.expect_err("it was refused");
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(35)));
    assert_eq!(calls.len(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_the_operators_to_mend_and_the_message_waits() {
    let (outcome, _) = send(vec![refused(401, "Unauthorized")]).await;
    let error = outcome.expect_err("it was refused");
    assert!(matches!(error, NotifyError::TelegramToken), "{error:?}");
    assert_eq!(error.retry(), Retry::After(Duration::from_mins(5)));
}

#[tokio::test]
async fn an_answer_with_unknown_fields_or_kinds_still_tells_that_the_message_was_sent() {
    let strange = json!({"ok": true, "result": {"message_id": 78, "date": "tomorrow"}});
    let (outcome, calls) = send(vec![strange]).await;
    assert_eq!(outcome.expect("it was sent"), "78");
    assert_eq!(calls.len(), 1);
}

#[tokio::test]
async fn no_error_shows_the_token() {
    let nobody = "http://127.0.0.1:9/own/path";
    let silent = bot_api([]).await.0;
    let garbage = bot_api([json!({"token": TOKEN})]).await.0;
    for url in [nobody, &silent, &garbage] {
        let telegram = telegram(url, Duration::from_millis(300));
        let error = telegram
            .send("-100", None, &shop(Planned))
            .await
            .expect_err("nobody answers");
        assert!(matches!(error.retry(), Retry::After(_)), "{error:?}");
        assert!(
            !format!("{error:?} {error} {telegram:?}").contains("secret"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_no_chat_is_not_tried() {
    let telegram = telegram("http://127.0.0.1:9", Duration::from_secs(1));
    for chat in [
        "",
        "acme_news",
        "@",
        "@a b",
        "12x",
        "https://t.me/acme_news",
    ] {
        let error = telegram
            .send(chat, None, &shop(Planned))
            .await
            .expect_err("it is no chat");
        assert_eq!(error.retry(), Retry::Never, "{chat}");
    }
}

#[test]
fn an_api_address_that_is_none_is_refused_at_the_start() {
    for api_url in ["", "telegram", "ftp://example.org"] {
        let config = TelegramConfig {
            token: TOKEN.into(),
            api_url: api_url.into(),
            timeout: Duration::from_secs(1),
        };
        let error = Telegram::new(&config).expect_err("no address");
        assert!(
            error.to_string().starts_with("`telegram.api_url`: "),
            "{error}"
        );
    }
}
