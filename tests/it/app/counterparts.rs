//! Who stands around the server: GitHub with its people, Telegram, a mail server, and how it is told of them.

use super::harness::{REPOSITORY, SECRET};
use http::HeaderMap;
use rollcall::{
    config::{Grant, Pattern},
    domain::announcement::{Audience, Chat},
    notify::{Email, EmailConfig, EmailTls, Notifier, Telegram as Bot, TelegramConfig},
    sandbox::github::{Delivery, Role, World, sign},
};
use secrecy::SecretString;
use std::{sync::Arc, time::Duration};

pub(super) fn people(world: &World) {
    world.add_repository(REPOSITORY, false);
    for (login, role) in [
        ("ada", Role::Write),
        ("grace", Role::Write),
        ("linus", Role::Maintain),
        ("sam", Role::Read),
    ] {
        world.add_person(login);
        world.grant(REPOSITORY, login, role).expect("a repository");
    }
    world.add_person("olga");
}

pub(super) fn audiences() -> Arc<[Grant]> {
    let audience = Audience {
        name: "customers".into(),
        chats: vec![Chat {
            id: "-1001".into(),
            thread: None,
        }],
        emails: vec!["ops@acme.example".into()],
        zone: "Europe/Berlin".into(),
    };
    let repositories = vec![Pattern::parse("acme/*").expect("a pattern")];
    vec![Grant {
        audience,
        repositories,
        installations: Vec::new(),
    }]
    .into()
}

pub(super) fn notifier(telegram_url: &str, smtp_port: u16) -> Notifier {
    let bot = TelegramConfig {
        token: SecretString::from("123456:TEST"),
        api_url: telegram_url.to_owned(),
        timeout: Duration::from_secs(20),
    };
    Notifier {
        email: Some(Email::new(email_config(smtp_port)).expect("a mailer")),
        telegram: Some(Bot::new(&bot).expect("a bot")),
    }
}

pub(super) fn email_config(port: u16) -> EmailConfig {
    EmailConfig {
        host: "127.0.0.1".into(),
        port,
        tls: EmailTls::None,
        login: None,
        from: "Rollcall <rollcall@acme.example>".into(),
        ca_file: None,
        timeout: Duration::from_secs(20),
    }
}

/// A webhook as GitHub makes it, signed, with this body.
pub(super) fn webhook(event: &str, guid: &str, body: &[u8]) -> Delivery {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", "GitHub-Hookshot/044aadd"),
        ("x-github-delivery", guid),
        ("x-github-event", event),
        ("x-github-hook-installation-target-id", "12345"),
        ("x-hub-signature-256", &sign(SECRET, body)),
    ] {
        headers.insert(name, value.parse().expect("a header"));
    }
    Delivery {
        id: 0,
        guid: guid.to_owned(),
        event: event.to_owned(),
        action: String::new(),
        redelivery: false,
        headers,
        body: body.to_vec().into(),
        repository: None,
    }
}
