//! Secrets stay where they are: a whole rollout with every partner failing now and then, the log at its most verbose, and afterwards each
//! place searched where a secret could have gone.

use super::{
    house::{BOT, House, OPERATOR, PASSWORD, PATIENCE, WEBHOOK, wall},
    until,
};
use crate::support::secrets;
use axum::{Router, body::Body, extract::Request, middleware, response::Response};
use jiff::SignedDuration;
use rollcall::{
    domain::{phase::Phase, rollout::Rollout, template::ItemActor},
    sandbox::github::{Fault, How, IssueAt},
};
use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

/// An answer that breaks off.
struct Torn;

impl AsyncRead for Torn {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

/// Of the first requests to partners, each seventh loses its connection in the middle of the answer.
fn tearing(router: Router) -> Router {
    static SEEN: AtomicU32 = AtomicU32::new(0);
    router.layer(middleware::from_fn(
        async |request: Request, next: middleware::Next| {
            let seen = SEEN.fetch_add(1, Ordering::SeqCst);
            let answer = next.run(request).await;
            if seen % 7 == 3 && seen < 40 {
                return Response::new(Body::from_stream(ReaderStream::new(Torn)));
            }
            answer
        },
    ))
}

impl House {
    /// What must be found nowhere, by name.
    fn secrets(&self) -> Vec<(&'static str, String)> {
        let line = self.key.lines().nth(3).expect("a line of the key");
        let mut secrets = vec![
            ("webhook secret", WEBHOOK.to_owned()),
            ("App key", line.to_owned()),
            ("SMTP password", PASSWORD.to_owned()),
            ("bot token", BOT.to_owned()),
            ("operator's token", OPERATOR.to_owned()),
        ];
        let tokens = self.world.tokens_given();
        assert!(!tokens.is_empty(), "no installation token was asked for");
        secrets.extend(
            tokens
                .into_iter()
                .map(|token| ("installation token", token)),
        );
        secrets
    }

    /// Fails when one of the secrets stands in these bytes.
    fn holds_none(&self, place: &str, bytes: &[u8]) {
        for (name, secret) in self.secrets() {
            secrets::holds_none(place, bytes, name, &secret);
        }
    }

    /// Makes the program panic in the middle of its work: the record has no room for one more entry.
    async fn panics(&self, at: IssueAt) {
        let full = "UPDATE rollouts SET state = json_set(state, '$.ledger_length', json('18446744073709551615'))";
        self.program.execute(full).await;
        self.say("ada", at, "/log what happens now?");
        self.logged("panicked at").await;
        self.logged("an arrival is put aside").await;
        assert!(self.program.log().contains("stack backtrace"));
    }

    async fn ticked(&self, at: IssueAt, last: Phase) {
        let rollout = self.rollout(at).await.expect("a rollout");
        let open = rollout.items.iter().filter(|item| {
            !item.is_settled() && item.by == ItemActor::Person && item.phase <= last
        });
        for item in open {
            self.tick(at, &item.id).await;
        }
    }

    async fn sees(&self, what: &str, at: IssueAt, shows: impl Fn(&Rollout) -> bool) {
        until(what, PATIENCE, async || {
            self.rollout(at)
                .await
                .is_some_and(|rollout| shows(&rollout))
        })
        .await;
    }

    /// From the first item to the last.
    async fn completed(&self, at: IssueAt) {
        let start = wall().saturating_add(SignedDuration::from_secs(20));
        let start = start.expect("in range").strftime("%Y-%m-%d %H:%M:%S");
        self.say(
            "ada",
            at,
            &format!("/schedule {start} UTC for 2h downtime 10m"),
        );
        self.sees("the window", at, |rollout| rollout.window.is_some())
            .await;
        // Once stakeholders know when it happens, they are not told any more that it is planned.
        self.tick(at, "stakeholder-communication").await;
        self.tick(at, "stakeholder-announcement").await;
        self.ticked(at, Phase::PreDeployment).await;
        self.say("grace", at, "/approve-deploy");
        self.say("linus", at, "/approve-deploy looks good");
        let approved = |rollout: &Rollout| {
            let item = rollout.item("final-review");
            item.is_some_and(rollcall::domain::rollout::Item::is_settled)
        };
        self.sees("the approvals", at, approved).await;
        until("the window opens", PATIENCE, async || {
            self.rollout(at)
                .await
                .is_some_and(|rollout| rollout.window.is_some_and(|window| wall() > window.start))
        })
        .await;
        self.say("grace", at, "/start-deploy");
        self.sees("the start", at, Rollout::is_deploying).await;
        self.ticked(at, Phase::PostDeployment).await;
        self.sees("the end", at, Rollout::is_finished).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_found_in_log_database_or_pages_after_a_rollout_with_every_partner_failing() {
    let mut house = House::open("trace", tearing).await;
    let fault = |path: &str, status: u16| Fault {
        method: None,
        path: path.to_owned(),
        times: 1,
        how: How::Answer(status, Vec::new()),
    };
    house.world.fail(fault("/access_tokens", 500));
    house.world.fail(fault("/comments", 502));
    house.world.fail(fault("/labels", 401));
    let at = house.opened().await;
    // The bot's token stands in the address of every call: one is refused for it, one breaks off, one is answered with nonsense.
    house
        .telegram
        .fail(401, "Unauthorized", serde_json::Value::Null);
    house.mailbox.refuse("451 4.3.2 come back later");
    house.mailbox.refuse("550 5.1.1 nobody here");
    let order = crate::support::partners::client()
        .post(format!("{}/api/rollouts", house.url()))
        .bearer_auth(OPERATOR)
        .json(&serde_json::json!({"repository": "acme/none", "key": "k", "components": ["api 1..2 why"]}));
    let answer = order.send().await.expect("an answer").text().await;
    house.holds_none("the API's answer", answer.expect("a text").as_bytes());
    house.completed(at).await;
    house
        .program
        .put("key.pem", "-----BEGIN RSA PRIVATE KEY-----\nbroken\n");
    house.logged("the new configuration cannot be used").await;
    house.panics(at).await;

    for path in ["/", "/healthz", "/readyz", "/metrics", "/webhook"] {
        let page = crate::support::partners::client().get(format!("{}{path}", house.url()));
        let text = page.send().await.expect("an answer").text().await;
        house.holds_none(path, text.expect("a text").as_bytes());
    }
    let log = house.program.log();
    assert!(log.contains("TRACE"), "the log is not at its most verbose");
    house.holds_none("the log", log.as_bytes());
    let own = [
        "key.pem",
        "webhook.secret",
        "smtp.password",
        "telegram.token",
        "api.tokens",
    ];
    let mut seen = Vec::new();
    for round in ["while it runs", "after it was killed"] {
        for (name, bytes) in house.program.files() {
            if !own.contains(&name.as_str()) {
                house.holds_none(&format!("{name} {round}"), &bytes);
                seen.push(name);
            }
        }
        house.program.kill();
    }
    assert!(
        seen.iter().any(|name| name == "rollcall.sqlite-wal"),
        "{seen:?}"
    );
    let shown = house.world.issue(at).expect("an issue");
    house.holds_none("the issue", format!("{shown:?}").as_bytes());
    for mail in house.mailbox.mails() {
        house.holds_none("a mail", mail.raw.as_bytes());
    }
    house.holds_none(
        "the chat",
        format!("{:?}", house.telegram.chats()).as_bytes(),
    );
}
