use super::*;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
};

/// The mailbox on a free port, and lettre sending to it.
async fn scene() -> (Mailbox, AsyncSmtpTransport<Tokio1Executor>) {
    let noon: Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
    let mailbox = Mailbox::new(Clock::new(move || noon), Pulse::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(mailbox.clone().serve(listener));
    (
        mailbox,
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(port)
            .build(),
    )
}

fn mail(text: &str) -> Message {
    let calendar =
        ContentType::parse("text/calendar; method=REQUEST; charset=utf-8").expect("a content type");
    let words = MultiPart::alternative_plain_html(text.to_owned(), "<p>Größe: 1 MB</p>".to_owned())
        .singlepart(
            SinglePart::builder()
                .header(calendar)
                .body("BEGIN:VCALENDAR".to_owned()),
        );
    let file = Attachment::new("window.ics".to_owned())
        .body("BEGIN:VCALENDAR".to_owned(), ContentType::TEXT_PLAIN);
    Message::builder()
        .from(
            "Rollcall <rollcall@acme.example>"
                .parse()
                .expect("an address"),
        )
        .to("sam@acme.example".parse().expect("an address"))
        .subject("Rollout geplant: Kaffeemühle 🚀")
        .message_id(Some("<ro-1.planned@acme.example>".to_owned()))
        .multipart(MultiPart::mixed().multipart(words).singlepart(file))
        .expect("a mail")
}

#[tokio::test]
async fn lettre_s_mails_are_read_back_with_their_parts() {
    let (mailbox, smtp) = scene().await;
    let text = "first line\r\n.a line that begins with a dot\r\n\r\nGröße: 1 MB";
    smtp.send(mail(text)).await.expect("taken");
    smtp.send(mail("again"))
        .await
        .expect("taken on the same connection");
    let mails = mailbox.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(
        (mails[0].from.as_str(), &mails[0].to[..]),
        (
            "rollcall@acme.example",
            &["sam@acme.example".to_owned()][..]
        )
    );
    assert_eq!(
        mails[0].header("Subject").as_deref(),
        Some("Rollout geplant: Kaffeemühle 🚀")
    );
    assert_eq!(
        mails[0].header("message-id").as_deref(),
        Some("<ro-1.planned@acme.example>")
    );
    assert_eq!(mails[0].part("text/plain").as_deref(), Some(text));
    assert_eq!(
        mails[0].part("text/html").as_deref(),
        Some("<p>Größe: 1 MB</p>")
    );
    assert_eq!(
        mails[0].part("text/calendar").as_deref(),
        Some("BEGIN:VCALENDAR")
    );
}

#[tokio::test]
async fn a_scripted_refusal_happens_once() {
    let (mailbox, smtp) = scene().await;
    mailbox.refuse("451 4.7.1 greylisted");
    assert!(
        smtp.send(mail("early"))
            .await
            .expect_err("greylisted")
            .is_transient()
    );
    smtp.send(mail("later")).await.expect("taken");
    assert_eq!(mailbox.mails().len(), 1);
}
