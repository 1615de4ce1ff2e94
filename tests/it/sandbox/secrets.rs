//! The page, its files, its JSON and its stream are searched for every secret of the world behind it.

use crate::support::secrets::holds_none;
use jiff::Timestamp;
use reqwest::{Client, redirect::Policy};
use rollcall::{
    clock::Clock,
    config::Config,
    run::{self, Parts, Workers},
    sandbox::{self, Sandbox, hooks, seed::REPOSITORY},
    server::{self, Patience, Server},
    store::Store,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

const BOT: &str = "777000:telegram-token-9f14025af0065b30e47e";
const OPERATOR: &str = "operator-token-4a44dc15364204a80fe80e9039455cc1";
const PASSWORD: &str = "smtp-password-8d969eef6ecad3c29a3a";

/// The routes of the page as its source lists them.
fn routes() -> BTreeSet<&'static str> {
    let source = include_str!("../../../src/sandbox/page/mod.rs");
    let routes = source.split(".route(").skip(1);
    routes
        .map(|rest| rest.split('"').nth(1).expect("a path as it is written"))
        .collect()
}

/// A sandbox, the server in it, and somebody who looks at all that the page answers.
struct Searched {
    sandbox: Sandbox,
    page: String,
    http: Client,
    seen: BTreeSet<&'static str>,
    workers: Workers,
    #[expect(dead_code, reason = "held to keep the stand-ins listening")]
    servers: JoinSet<()>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox runs by the clock on the wall"
)]
fn wall() -> Clock {
    Clock::new(Timestamp::now)
}

impl Searched {
    async fn open() -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let mut opened = sandbox::open(wall(), 0).await.expect("a sandbox");
        let world = opened.sandbox.world.clone();
        opened.sandbox.mailbox.expect_login("rollcall", PASSWORD);
        opened.sandbox.telegram.expect_token(BOT);
        let audience = format!(
            "[{{ name = \"all\", repositories = [\"*\"], telegram = [\"{}\"], email = [\"{}\"] }}]",
            sandbox::seed::CHAT,
            sandbox::seed::ADDRESS
        );
        let settings = [
            ("DATABASE_URL", "sqlite::memory:".to_owned()),
            ("GITHUB__APP_ID", "12345".to_owned()),
            ("GITHUB__SLUG", "rollcall".to_owned()),
            ("GITHUB__PRIVATE_KEY", world.private_key()),
            ("GITHUB__WEBHOOK_SECRET", world.webhook_secret()),
            ("GITHUB__BASE_URL", opened.page_url.clone()),
            ("GITHUB__API_URL", opened.api_url.clone()),
            ("EMAIL__HOST", "127.0.0.1".to_owned()),
            ("EMAIL__PORT", opened.smtp_port.to_string()),
            ("EMAIL__TLS", "none".to_owned()),
            ("EMAIL__FROM", "Rollcall <rollcall@acme.example>".to_owned()),
            ("EMAIL__USERNAME", "rollcall".to_owned()),
            ("EMAIL__PASSWORD", PASSWORD.to_owned()),
            ("TELEGRAM__TOKEN", BOT.to_owned()),
            ("TELEGRAM__API_URL", opened.telegram_url.clone()),
            ("API__TOKENS", OPERATOR.to_owned()),
            ("AUDIENCE", audience),
        ];
        let settings = settings.map(|(key, value)| (format!("ROLLCALL_{key}"), value));
        let config = Config::from_variables(settings).expect("a sound configuration");
        let store = Store::open("sqlite::memory:").await.expect("a database");
        let clock = opened.sandbox.clock.clock();
        let github = config.github.as_ref().expect("an App");
        let parts = Parts::new(&config, github, store.clone(), clock.clone(), false);
        let workers = run::start(parts.expect("sound settings"));
        let router = Server::new(&config, store, clock).router();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let webhook = format!(
            "http://{}/webhook",
            listener.local_addr().expect("an address")
        );
        let (patience, stop) = (Patience::default(), CancellationToken::new());
        opened.servers.spawn(async move {
            server::serve(listener, router, patience, stop).await;
        });
        let posting = hooks::post(world, opened.deliveries, webhook);
        opened.servers.spawn(async move { drop(posting.await) });
        let http = Client::builder().no_proxy().redirect(Policy::none());
        Self {
            sandbox: opened.sandbox,
            page: opened.page_url,
            http: http.build().expect("a client"),
            seen: BTreeSet::new(),
            workers,
            servers: opened.servers,
        }
    }

    fn holds_none(&self, place: &str, text: &str) {
        let world = &self.sandbox.world;
        let (key, webhook) = (world.private_key(), world.webhook_secret());
        let line = key.lines().nth(3).expect("a line of the key");
        let tokens = world.tokens_given();
        let installation = tokens
            .iter()
            .map(|token| ("installation token", token.as_str()));
        let own = [
            ("App key", line),
            ("webhook secret", &webhook),
            ("bot token", BOT),
            ("SMTP password", PASSWORD),
            ("operator's token", OPERATOR),
        ];
        for (name, secret) in own.into_iter().chain(installation) {
            holds_none(place, text.as_bytes(), name, secret);
        }
    }

    /// Headers and body of an answer, searched.
    async fn look(&mut self, route: &'static str, path: &str) -> String {
        let asked = self.http.get(format!("{}{path}", self.page)).send().await;
        self.searched(route, asked.expect("an answer")).await
    }

    async fn send(&mut self, route: &'static str, body: Value) -> String {
        let asked = self.http.post(format!("{}{route}", self.page));
        let asked = asked.header("content-type", "application/json");
        let answer = asked.body(body.to_string()).send().await;
        self.searched(route, answer.expect("an answer")).await
    }

    async fn searched(&mut self, route: &'static str, mut answer: reqwest::Response) -> String {
        let mut text = format!("{} {:?}\n", answer.status(), answer.headers());
        let endless = route.ends_with("/events");
        while let Some(chunk) = answer.chunk().await.expect("bytes") {
            text.push_str(&String::from_utf8_lossy(&chunk));
            if endless {
                break;
            }
        }
        self.holds_none(route, &text);
        self.seen.insert(route);
        text
    }

    /// Looks at the page again and again until it shows this.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox runs by the clock on the wall"
    )]
    async fn until_it_shows(&mut self, part: &str) -> String {
        for _ in 0..600 {
            let view = self.look("/sandbox/view", "/sandbox/view?issue=1").await;
            if view.contains(part) {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the page never shows `{part}`");
    }

    async fn acts(&mut self, act: Value) -> String {
        self.send("/sandbox/act", act).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_sandbox_shows_no_secret_on_any_of_its_routes() {
    let mut page = Searched::open().await;
    page.until_it_shows("\"phase\":\"planning\"").await;
    // The first message is refused for its token; the mail of the same news arrives.
    page.sandbox.telegram.fail(401, "Unauthorized", Value::Null);
    let item = json!({"login": "ada", "act": "tick_items", "issue": 1, "items": ["stakeholder-communication"]});
    page.acts(item).await;
    page.until_it_shows("\"subject\":\"").await;
    let said = json!({"login": "ada", "act": "comment", "issue": 1, "body": "/schedule in 26h for 2h downtime 10m"});
    page.acts(said).await;
    page.until_it_shows("downtime 10 minutes").await;

    for (route, path) in [
        ("/", "/"),
        ("/sandbox/page.css", "/sandbox/page.css"),
        ("/sandbox/page.js", "/sandbox/page.js"),
        ("/sandbox/guide.js", "/sandbox/guide.js"),
        ("/sandbox/edit.js", "/sandbox/edit.js"),
        ("/sandbox/events", "/sandbox/events"),
        (
            "/{owner}/{repo}/issues/{number}",
            &format!("/{REPOSITORY}/issues/1"),
        ),
    ] {
        page.look(route, path).await;
    }
    for mail in page.sandbox.mailbox.mails() {
        page.look("/sandbox/mail/{id}", &format!("/sandbox/mail/{}", mail.id))
            .await;
        let html = format!("/sandbox/mail/{}/html", mail.id);
        page.look("/sandbox/mail/{id}/html", &html).await;
    }
    // Answers to what makes no sense.
    page.look("/sandbox/mail/{id}", "/sandbox/mail/999").await;
    page.look("/sandbox/view", "/sandbox/view?issue=none").await;
    page.acts(json!({"login": "nobody", "act": "comment", "issue": 9, "body": ""}))
        .await;
    page.acts(json!("nonsense")).await;
    page.send("/sandbox/clock", json!({"hours": 1})).await;
    assert_eq!(page.seen, routes(), "every route was looked at");
    assert!(!page.sandbox.world.tokens_given().is_empty());
    page.workers.stop().await;
}
