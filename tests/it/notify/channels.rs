//! Which channel an announcement takes.

use super::{
    bot_api::{bot_api, sent},
    mail_server::{Script, mail_server},
    sample::shop,
};
use rollcall::{
    domain::{
        announcement_kind::AnnouncementKind::Planned,
        effect::Action,
        ids::{InstallationId, Place, Repository, RepositoryId},
        retry::Retry,
    },
    notify::{Email, EmailConfig, EmailTls, Notifier, Telegram, TelegramConfig},
};
use std::time::Duration;

fn mail() -> Action {
    Action::SendEmail {
        to: "maria@example.org".into(),
        announcement: shop(Planned),
    }
}

fn message() -> Action {
    Action::SendTelegram {
        chat: "-100".into(),
        thread: None,
        announcement: shop(Planned),
    }
}

#[tokio::test]
async fn each_announcement_takes_its_channel() {
    let (port, mails) = mail_server(Script::KIND).await;
    let email = EmailConfig {
        host: "localhost".into(),
        port,
        tls: EmailTls::None,
        login: None,
        from: "rollcall@acme.example".into(),
        ca_file: None,
        timeout: Duration::from_secs(10),
    };
    let telegram = TelegramConfig {
        token: "1:a".into(),
        api_url: bot_api([sent()]).await.0,
        timeout: Duration::from_secs(10),
    };
    let notifier = Notifier {
        email: Some(Email::new(email).expect("good settings")),
        telegram: Some(Telegram::new(&telegram).expect("good settings")),
    };
    assert_eq!(
        notifier.perform("m", &mail()).await.expect("it was taken"),
        None
    );
    assert_eq!(mails.lock().expect("no panic").len(), 1);
    let remote = notifier
        .perform("t", &message())
        .await
        .expect("it was sent");
    assert_eq!(remote.as_deref(), Some("77"));
}

#[tokio::test]
async fn a_channel_that_the_operator_does_not_have_is_said_and_not_tried_again() {
    let nothing = Notifier::default();
    for (action, channel) in [(mail(), "email"), (message(), "telegram")] {
        let error = nothing
            .perform("k", &action)
            .await
            .expect_err("there is no channel");
        assert_eq!(
            error.to_string(),
            format!("the operator has not configured `{channel}` for this Rollcall")
        );
        assert_eq!(error.retry(), Retry::Never);
    }
}

#[tokio::test]
async fn what_is_not_for_people_is_not_taken() {
    let repository = Repository {
        id: RepositoryId(1),
        owner: "acme".into(),
        name: "shop".into(),
    };
    let place = Place {
        installation: InstallationId(7),
        repository,
        issue: Some(4),
    };
    let comment = Action::PutComment {
        place,
        body: "hello".into(),
    };
    let error = Notifier::default()
        .perform("k", &comment)
        .await
        .expect_err("it is no announcement");
    assert_eq!(error.retry(), Retry::Never);
}
