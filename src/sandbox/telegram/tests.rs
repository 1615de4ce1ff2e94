use super::*;
use teloxide::{
    payloads::SendMessageSetters,
    prelude::{Bot, Requester},
    types::{ChatId, InputFile, MessageId, ParseMode},
};

const GROUP: ChatId = ChatId(-1_001);

/// The stand-in on a free port, and teloxide talking to it.
async fn scene() -> (Telegram, Bot) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
    let telegram = Telegram::new(Clock::new(move || noon), Pulse::new());
    telegram.add_chat(GROUP.0, "Acme releases");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let router = telegram.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (
        telegram,
        Bot::new("1:sandbox").set_api_url(url.parse().expect("an address")),
    )
}

#[tokio::test]
async fn teloxide_sends_edits_pins_and_attaches() {
    let (telegram, bot) = scene().await;
    assert_eq!(bot.get_me().await.expect("me").user.first_name, "Rollcall");
    let sent = bot
        .send_message(GROUP, "<b>planned</b>")
        .parse_mode(ParseMode::Html)
        .await
        .expect("sent");
    assert_eq!(sent.text(), Some("planned"));
    bot.edit_message_text(GROUP, sent.id, "started")
        .await
        .expect("edited");
    bot.pin_chat_message(GROUP, sent.id).await.expect("pinned");
    let calendar = InputFile::memory("BEGIN:VCALENDAR").file_name("window.ics");
    bot.send_document(GROUP, calendar).await.expect("attached");
    let messages = telegram.chats().remove(0).messages;
    assert_eq!(
        (
            messages[0].html.as_str(),
            messages[0].edits,
            messages[0].pinned
        ),
        ("started", 1, true)
    );
    assert_eq!(
        messages[1].document,
        Some(("window.ics".to_owned(), "BEGIN:VCALENDAR".to_owned()))
    );
}

#[tokio::test]
async fn teloxide_hears_no_in_telegram_s_words() {
    let (telegram, bot) = scene().await;
    let nobody = bot
        .send_message(ChatId(-9), "hello")
        .await
        .expect_err("no such chat")
        .to_string();
    assert!(nobody.contains("chat not found"), "{nobody}");
    let broken = bot
        .send_message(GROUP, "<b>x")
        .parse_mode(ParseMode::Html)
        .await
        .expect_err("bad")
        .to_string();
    assert!(broken.contains("can't parse entities"), "{broken}");
    let gone = bot
        .edit_message_text(GROUP, MessageId(99), "x")
        .await
        .expect_err("gone")
        .to_string();
    assert!(gone.contains("message to edit not found"), "{gone}");
    telegram.fail(
        429,
        "Too Many Requests: retry after 3",
        json!({"retry_after": 3}),
    );
    let busy = bot.send_message(GROUP, "hello").await.expect_err("busy");
    assert!(
        matches!(busy, teloxide::RequestError::RetryAfter(s) if s.seconds() == 3),
        "{busy}"
    );
    assert_eq!(telegram.calls().len(), 4);
}
