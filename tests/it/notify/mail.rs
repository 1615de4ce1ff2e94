//! A mail server's answers, and what we make of them.

use super::{
    mail_server::{Does, Mails, Script, mail_server},
    sample::shop,
};
use crate::support::secrets::holds_none;
use rollcall::{
    domain::{
        announcement::Announcement,
        announcement_kind::AnnouncementKind::{self, Planned},
        retry::Retry,
    },
    notify::{Email, EmailConfig, EmailTls, NotifyError},
};
use std::time::Duration;

fn config(host: &str, port: u16, tls: EmailTls) -> EmailConfig {
    EmailConfig {
        host: host.into(),
        port,
        tls,
        login: None,
        from: "Rollcall <rollcall@acme.example>".into(),
        ca_file: None,
        timeout: Duration::from_secs(10),
    }
}

async fn send(script: Script) -> (Result<(), NotifyError>, Mails) {
    let (port, mails) = mail_server(script).await;
    let email = Email::new(config("127.0.0.1", port, EmailTls::None)).expect("good settings");
    let outcome = email
        .send("mail:ro-1:planned", "maria@example.org", &shop(Planned))
        .await;
    (outcome, mails)
}

async fn check(script: Script, words: &str, retry: Retry) {
    let (outcome, _) = send(script).await;
    let error = outcome.expect_err("it was not taken");
    assert_eq!(
        (error.to_string().as_str(), error.retry()),
        (words, retry),
        "{script:?}"
    );
}

fn after(seconds: u64) -> Retry {
    Retry::After(Duration::from_secs(seconds))
}

const KIND: Script = Script::KIND;

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_later() {
    let words = "the mail server did not take the mail yet";
    let greylisted = Does::Says("451 4.7.1 greylisted");
    check(
        Script {
            recipient: greylisted,
            ..KIND
        },
        words,
        after(60),
    )
    .await;
    check(
        Script {
            sender: Does::Says("421 4.3.2 shutting down"),
            ..KIND
        },
        words,
        after(60),
    )
    .await;
    check(
        Script {
            mail: Does::Says("452 4.3.1 no room"),
            ..KIND
        },
        words,
        after(60),
    )
    .await;
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_given_up() {
    let words = "the mail server refused the mail for good (550)";
    let unknown = Does::Says("550 5.1.1 no such user here");
    check(
        Script {
            recipient: unknown,
            ..KIND
        },
        words,
        Retry::Never,
    )
    .await;
    check(
        Script {
            mail: unknown,
            ..KIND
        },
        words,
        Retry::Never,
    )
    .await;
}

#[tokio::test]
async fn a_server_that_wants_a_login_waits_for_the_operator() {
    let wants = Does::Says("530 5.7.0 authentication required");
    check(
        Script {
            sender: wants,
            ..KIND
        },
        "the mail server did not accept Rollcall's login",
        after(300),
    )
    .await;
}

/// A server that repeats what it was sent may show the password to whoever reads its answers; ours does not.
#[tokio::test]
async fn no_error_shows_the_password() {
    for login in [
        Does::Says("535 5.7.8 that is not your password"),
        Does::Says("334 dXNlcg=="),
        Does::HangsUp,
    ] {
        let (port, _) = mail_server(Script { login, ..KIND }).await;
        let settings = EmailConfig {
            login: Some(("rollcall".into(), "hunter2-4e07408562bedb8b60ce".into())),
            timeout: Duration::from_secs(1),
            ..config("127.0.0.1", port, EmailTls::None)
        };
        let email = Email::new(settings).expect("good settings");
        let to = "maria@example.org";
        let sent = email.send("mail:ro-1:planned", to, &shop(Planned)).await;
        let error = sent.expect_err("the login is refused");
        let shown = format!("{} {error:?} {error:#?}", rollcall::chain(&error));
        let password = "hunter2-4e07408562bedb8b60ce";
        holds_none("an error", shown.as_bytes(), "password", password);
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_asked_again_soon() {
    let words = "the mail server could not be reached";
    check(
        Script {
            greeting: Does::Says("554 5.3.2 not today"),
            ..KIND
        },
        words,
        after(30),
    )
    .await;
    check(
        Script {
            greeting: Does::HangsUp,
            ..KIND
        },
        words,
        after(30),
    )
    .await;
    let nobody = Email::new(config("127.0.0.1", 9, EmailTls::None)).expect("good settings");
    let error = nobody
        .send("k", "maria@example.org", &shop(Planned))
        .await
        .expect_err("nobody listens");
    assert_eq!(
        (error.to_string().as_str(), error.retry()),
        (words, after(30))
    );
}

#[tokio::test]
async fn a_connection_that_breaks_behind_the_mail_is_tried_again_with_the_same_message_id() {
    let (broken, first) = send(Script {
        mail: Does::HangsUp,
        ..KIND
    })
    .await;
    assert_eq!(broken.expect_err("nobody knows").retry(), after(60));
    let (taken, second) = send(KIND).await;
    taken.expect("it was taken");
    let (first, second) = (
        first.lock().expect("no panic"),
        second.lock().expect("no panic"),
    );
    assert_eq!(first.len(), 1);
    assert_eq!(
        *first, *second,
        "the second try is the same mail, byte for byte"
    );
    assert!(first[0].contains("\nMessage-ID: <"), "{}", first[0]);
}

#[tokio::test]
async fn a_server_that_falls_silent_does_not_hold_us() {
    for script in [
        Script {
            greeting: Does::FallsSilent,
            ..KIND
        },
        Script {
            sender: Does::FallsSilent,
            ..KIND
        },
        Script {
            mail: Does::FallsSilent,
            ..KIND
        },
    ] {
        let (port, _) = mail_server(script).await;
        let mut config = config("127.0.0.1", port, EmailTls::None);
        config.timeout = Duration::from_millis(100);
        let email = Email::new(config).expect("good settings");
        let error = email
            .send("k", "maria@example.org", &shop(Planned))
            .await
            .expect_err("nobody answers");
        assert_eq!(error.retry(), after(30), "{script:?}: {error}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_not_tried() {
    let email = Email::new(config("127.0.0.1", 9, EmailTls::None)).expect("good settings");
    for to in [
        "",
        "maria",
        "maria@example.org\r\nRCPT TO:<x@example.org>",
        "a@b@c",
        "@example.org",
    ] {
        let error = email
            .send("k", to, &shop(Planned))
            .await
            .expect_err("it is no address");
        assert_eq!(error.retry(), Retry::Never, "{to}");
    }
}

#[tokio::test]
async fn an_address_that_this_server_cannot_write_is_given_up() {
    let (port, _) = mail_server(KIND).await;
    let email = Email::new(config("127.0.0.1", port, EmailTls::None)).expect("good settings");
    let error = email
        .send("k", "märia@example.org", &shop(Planned))
        .await
        .expect_err("no SMTPUTF8");
    assert_eq!(error.retry(), Retry::Never, "{error:?}");
}

/// The values of a header in a mail, unfolded.
fn header(mail: &str, name: &str) -> Vec<String> {
    let head = mail
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace("\n ", " ");
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .collect()
}

#[tokio::test]
async fn the_mails_of_a_rollout_to_an_audience_are_one_thread() {
    let (port, mails) = mail_server(KIND).await;
    let email = Email::new(config("127.0.0.1", port, EmailTls::None)).expect("good settings");
    let other = Announcement {
        audience: "partners".into(),
        ..shop(Planned)
    };
    for (key, announcement) in [
        ("a", shop(Planned)),
        ("b", shop(AnnouncementKind::Completed)),
        ("c", other),
    ] {
        email
            .send(key, "maria@example.org", &announcement)
            .await
            .expect("it was taken");
    }
    let mails = mails.lock().expect("no panic");
    let roots: Vec<_> = mails
        .iter()
        .map(|mail| header(mail, "References"))
        .collect();
    assert_eq!(roots[0], roots[1]);
    assert_ne!(roots[0], roots[2]);
    for mail in mails.iter() {
        assert_eq!(header(mail, "In-Reply-To"), header(mail, "References"));
        assert!(header(mail, "Message-ID")[0].ends_with("@acme.example>"));
        assert_eq!(header(mail, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(header(mail, "X-Auto-Response-Suppress"), ["All"]);
        assert_eq!(header(mail, "Date"), ["Tue, 24 Nov 2026 09:30:00 +0000"]);
    }
    let ids: std::collections::BTreeSet<_> = mails
        .iter()
        .map(|mail| header(mail, "Message-ID"))
        .collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(
        header(&mails[0], "List-Id"),
        ["<customers.rollcall.acme.example>"]
    );
}

#[test]
fn settings_that_cannot_work_are_refused_at_the_start() {
    let check = |config: EmailConfig, start: &str| {
        let error = Email::new(config).expect_err("bad settings");
        assert!(error.to_string().starts_with(start), "{error}");
    };
    check(
        config("mail.example.org", 25, EmailTls::None),
        "`email.tls`: `none` is allowed only to this machine itself, not to `mail.example.org`",
    );
    let from = EmailConfig {
        from: "Rollcall".into(),
        ..config("localhost", 25, EmailTls::None)
    };
    check(from, "`email.from`: `Rollcall` is not a mail address");
    let ca = EmailConfig {
        ca_file: Some("/nowhere/ca.pem".into()),
        ..config("localhost", 25, EmailTls::Starttls)
    };
    check(ca, "`email.ca_file`: `/nowhere/ca.pem`: ");
    let password = EmailConfig {
        login: Some(("u".into(), "hunter2".into())),
        ..config("localhost", 25, EmailTls::None)
    };
    let email = Email::new(password).expect("good settings");
    assert!(!format!("{email:?}").contains("hunter2"));
}
