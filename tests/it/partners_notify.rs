//! Announcements against counterparts that nobody here wrote: Telegram's own parser, and a mail server with STARTTLS and passwords.

use crate::{
    notify::sample::{hostile, saying, shop},
    support::partners::{self, Partner},
};
use rollcall::{
    domain::{
        announcement::Announcement,
        announcement_kind::AnnouncementKind,
        render::announcement::{email_html, email_text, subject, telegram_plain},
        retry::Retry,
    },
    notify::{Email, EmailConfig, EmailTls, NotifyError, Telegram, TelegramConfig},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Every kind of news, once plain and once with every hostile text in every place.
fn everything() -> Vec<Announcement> {
    let texts = hostile();
    AnnouncementKind::ALL
        .into_iter()
        .flat_map(|kind| {
            let said = texts.iter().map(move |text| saying(kind, text));
            std::iter::once(shop(kind)).chain(said)
        })
        .collect()
}

/// Every kind plain, and every hostile text in one kind or another.
fn samples() -> Vec<Announcement> {
    let texts = hostile();
    let said = texts.iter().zip(AnnouncementKind::ALL.into_iter().cycle());
    let said = said.map(|(text, kind)| saying(kind, text));
    AnnouncementKind::ALL
        .into_iter()
        .map(shop)
        .chain(said)
        .collect()
}

async fn read(partner: &Partner, path: &str) -> Value {
    let answer = partners::client()
        .get(format!("{}{path}", partner.text("url")))
        .send()
        .await
        .expect("an answer");
    answer.json().await.expect("JSON")
}

async fn post(partner: &Partner, path: &str, body: Value) {
    let url = format!("{}{path}", partner.text("url"));
    let answer = partners::client()
        .post(url)
        .json(&body)
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success(), "{path} {body}");
}

const SUPERGROUP: &str = "-1001234567890";

fn telegram(partner: &Partner) -> Telegram {
    let config = TelegramConfig {
        token: partner.text("token").into(),
        api_url: partner.text("url").into(),
        timeout: Duration::from_secs(30),
    };
    Telegram::new(&config).expect("good settings")
}

#[tokio::test]
async fn telegrams_own_parser_takes_every_announcement() {
    let partner = partners::spawn("telegram.py", &[]);
    let telegram = telegram(&partner);
    let all = everything();
    for announcement in &all {
        telegram
            .send(SUPERGROUP, Some(3), announcement)
            .await
            .expect("it was sent");
    }
    let log = read(&partner, "/_rollcall/log").await;
    let log = log.as_array().expect("calls");
    assert_eq!(
        log.len(),
        all.len(),
        "nothing was refused and sent in another form"
    );
    for (call, announcement) in log.iter().zip(&all) {
        let result = &call["response"]["result"];
        // Where the tags were read, the text is the plain one but for the link's address.
        let shown = result["text"].as_str().expect("a text");
        let plain = telegram_plain(announcement);
        let link = format!("Details and progress: {}", announcement.link);
        assert_eq!(shown, plain.replace(&link, "Details and progress").trim());
        let entities = result["entities"].as_array().expect("entities");
        let kinds: BTreeSet<_> = entities
            .iter()
            .filter_map(|entity| entity["type"].as_str())
            .collect();
        assert!(
            kinds.is_subset(&["bold", "italic", "blockquote", "text_link"].into()),
            "{kinds:?}"
        );
        let links = entities.iter().filter_map(|entity| entity["url"].as_str());
        assert!(
            links.into_iter().all(|url| url == announcement.link),
            "{entities:?}"
        );
    }
}

#[tokio::test]
async fn telegram_takes_every_announcement_without_formatting() {
    let partner = partners::spawn("telegram.py", &[]);
    let telegram = telegram(&partner);
    let unreadable = json!({"error_code": 400, "description": "Bad Request: can't parse entities: for this test"});
    for announcement in samples() {
        post(
            &partner,
            "/_rollcall/fail-next",
            json!({"error": unreadable}),
        )
        .await;
        telegram
            .send(SUPERGROUP, None, &announcement)
            .await
            .expect("it was sent");
    }
}

#[tokio::test]
async fn telegrams_refusals_are_understood() {
    let partner = partners::spawn("telegram.py", &[SUPERGROUP]);
    let telegram = telegram(&partner);
    let news = shop(AnnouncementKind::Scheduled);
    for (error, words) in [
        (
            "kicked",
            "Telegram refused the message: the bot was removed from the chat",
        ),
        (
            "blocked",
            "Telegram refused the message: the person has blocked the bot",
        ),
        (
            "no-rights",
            "Telegram refused the message: the bot has no right to write in this chat",
        ),
        ("flood", "Telegram asks to wait 2 seconds"),
    ] {
        post(&partner, "/_rollcall/fail-next", json!({"error": error})).await;
        let refused = telegram
            .send(SUPERGROUP, None, &news)
            .await
            .expect_err("it was refused");
        assert_eq!(refused.to_string(), words);
    }
    let nobody = telegram
        .send("-4001", None, &news)
        .await
        .expect_err("there is no such chat");
    assert_eq!(nobody.retry(), Retry::Never);
    post(
        &partner,
        "/_rollcall/fail-next",
        json!({"error": "no-thread"}),
    )
    .await;
    telegram
        .send(SUPERGROUP, Some(9), &news)
        .await
        .expect("it went to the chat itself");
    post(
        &partner,
        "/_rollcall/fail-next",
        json!({"error": "migrated", "chat_id": -4001}),
    )
    .await;
    let remote = telegram
        .send("-4001", None, &news)
        .await
        .expect("it followed the chat");
    assert!(remote.starts_with("-1001234567890:"), "{remote}");
}

fn config(partner: &Partner) -> EmailConfig {
    EmailConfig {
        host: "localhost".into(),
        port: partner.port(),
        tls: EmailTls::Starttls,
        login: Some((partner.text("user").into(), partner.text("password").into())),
        from: "Rollcall <rollcall@acme.example>".into(),
        ca_file: Some(partner.text("ca").into()),
        timeout: Duration::from_secs(30),
    }
}

fn email(config: EmailConfig) -> Email {
    Email::new(config).expect("good settings")
}

const MARIA: &str = "maria@example.org";

#[tokio::test]
async fn every_mail_arrives_encrypted_with_its_headers_and_parts() {
    let partner = partners::spawn("smtp.py", &[]);
    let email = email(config(&partner));
    let all = samples();
    for (number, announcement) in all.iter().enumerate() {
        email
            .send(&format!("mail:{number}"), MARIA, announcement)
            .await
            .expect("it was taken");
    }
    let mails = read(&partner, "/mails").await;
    let mails = mails.as_array().expect("mails");
    assert_eq!(mails.len(), all.len());
    for (mail, announcement) in mails.iter().zip(&all) {
        check_mail(mail, announcement);
    }
}

fn check_mail(mail: &Value, announcement: &Announcement) {
    assert_eq!(
        (&mail["tls"], &mail["user"]),
        (&json!(true), &json!("rollcall"))
    );
    assert_eq!(
        (&mail["mail_from"], &mail["rcpt_to"]),
        (&json!("rollcall@acme.example"), &json!([MARIA]))
    );
    let headers: Vec<(&str, &str)> = mail["headers"]
        .as_array()
        .expect("headers")
        .iter()
        .filter_map(|header| Some((header[0].as_str()?, header[1].as_str()?)))
        .collect();
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "In-Reply-To",
            "List-Id",
            "MIME-Version",
            "Message-ID",
            "References",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
        ],
        "exactly our headers, whatever the texts say"
    );
    let value = |name| {
        headers
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| *value)
    };
    assert_eq!(value("Subject"), Some(subject(announcement).as_str()));
    let body = &mail["body"];
    assert_eq!(body["type"], "multipart/alternative");
    for (part, kind, content) in [
        (&body["parts"][0], "text/plain", email_text(announcement)),
        (&body["parts"][1], "text/html", email_html(announcement)),
    ] {
        assert_eq!(
            (&part["type"], &part["params"]["charset"]),
            (&json!(kind), &json!("utf-8"))
        );
        let arrived = part["content"]
            .as_str()
            .expect("a text")
            .replace("\r\n", "\n");
        assert_eq!(arrived.trim_end(), content.trim_end());
    }
}

#[tokio::test]
async fn a_greylisting_server_takes_the_mail_at_the_third_try() {
    let partner = partners::spawn("smtp.py", &[]);
    let email = email(config(&partner));
    post(&partner, "/switches", json!({"greylist": 2})).await;
    let news = shop(AnnouncementKind::Started);
    for _ in 0..2 {
        let error = email
            .send("k", MARIA, &news)
            .await
            .expect_err("it is greylisted");
        assert!(matches!(error, NotifyError::MailDelayed(_)), "{error:?}");
    }
    email.send("k", MARIA, &news).await.expect("it was taken");
    assert_eq!(
        read(&partner, "/mails").await.as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_mail_that_was_taken_without_our_knowing_comes_twice_under_one_message_id() {
    let partner = partners::spawn("smtp.py", &[]);
    let email = email(config(&partner));
    post(
        &partner,
        "/switches",
        json!({"after": "421 4.3.2 Shutting down"}),
    )
    .await;
    let news = shop(AnnouncementKind::Completed);
    let error = email
        .send("k", MARIA, &news)
        .await
        .expect_err("nobody knows");
    assert!(matches!(error.retry(), Retry::After(_)), "{error:?}");
    post(&partner, "/switches", json!({})).await;
    email.send("k", MARIA, &news).await.expect("it was taken");
    let mails = read(&partner, "/mails").await;
    assert_eq!(mails.as_array().map(Vec::len), Some(2));
    assert_eq!(mails[0]["raw"], mails[1]["raw"]);
}

#[tokio::test]
async fn what_only_the_operator_can_mend_waits_for_the_operator() {
    let partner = partners::spawn("smtp.py", &[]);
    let news = shop(AnnouncementKind::Planned);
    let wrong = EmailConfig {
        login: Some(("rollcall".into(), "wrong".into())),
        ..config(&partner)
    };
    let error = email(wrong)
        .send("k", MARIA, &news)
        .await
        .expect_err("a wrong password");
    assert!(matches!(error, NotifyError::MailLogin(_)), "{error:?}");
    let stranger = EmailConfig {
        ca_file: None,
        ..config(&partner)
    };
    let error = email(stranger)
        .send("k", MARIA, &news)
        .await
        .expect_err("an unknown authority");
    assert!(matches!(error, NotifyError::MailServer(_)), "{error:?}");
    let open = EmailConfig {
        tls: EmailTls::None,
        ..config(&partner)
    };
    let error = email(open)
        .send("k", MARIA, &news)
        .await
        .expect_err("it wants STARTTLS");
    assert!(matches!(error.retry(), Retry::After(_)), "{error:?}");
    post(
        &partner,
        "/switches",
        json!({"rcpt": {MARIA: "550 5.1.1 No such user"}}),
    )
    .await;
    let error = email(config(&partner))
        .send("k", MARIA, &news)
        .await
        .expect_err("nobody of that name");
    assert_eq!(error.retry(), Retry::Never);
}
