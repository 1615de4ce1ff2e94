//! The program with its secrets in files, among stand-ins that look at what it shows them.

use super::{program::Program, until};
use crate::support::line::listen;
use axum::Router;
use jiff::Timestamp;
use rollcall::{
    clock::Clock,
    domain::rollout::Rollout,
    sandbox::{
        github::{IssueAt, IssueView, Role, Settings, World},
        hooks,
        mailbox::Mailbox,
        pulse::Pulse,
        telegram::Telegram,
    },
};
use std::{net::Ipv4Addr, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};

pub(super) const REPOSITORY: &str = "acme/shop";
/// How long the program may take for one step.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What the program is told in files, to begin with.
pub(super) const WEBHOOK: &str = "webhook-secret-e3b0c44298fc1c149afb";
pub(super) const PASSWORD: &str = "smtp-password-96fb92427ae41e4649b9";
pub(super) const BOT: &str = "777000:telegram-token-34ca495991b7852b855";
pub(super) const OPERATOR: &str = "operator-token-5feceb66ffc86f38d952";

/// Everything.
pub(super) struct House {
    pub(super) world: World,
    pub(super) telegram: Telegram,
    pub(super) mailbox: Mailbox,
    pub(super) program: Program,
    /// The key that the program began with.
    pub(super) key: String,
    #[expect(dead_code, reason = "held to keep the stand-ins listening")]
    servers: JoinSet<()>,
}

impl House {
    /// A running program with a log of this level; `wrap` stands between it and its partners' HTTP.
    pub(super) async fn open(level: &str, wrap: impl Fn(Router) -> Router) -> Self {
        let clock = Clock::new(wall);
        let settings = Settings {
            webhook_secret: WEBHOOK.to_owned(),
            ..Settings::default()
        };
        let (world, deliveries) = World::new(settings, clock.clone());
        let telegram = Telegram::new(clock.clone(), Pulse::new());
        telegram.add_chat(-1001, "Customers");
        telegram.expect_token(BOT);
        let mailbox = Mailbox::new(clock, Pulse::new());
        mailbox.expect_login("rollcall", PASSWORD);
        let mut servers = JoinSet::new();
        let api = listen(&mut servers, wrap(world.router())).await;
        let bot_api = listen(&mut servers, wrap(telegram.router())).await;
        let smtp = port().await;
        let smtp_port = smtp.local_addr().expect("an address").port();
        servers.spawn(mailbox.clone().serve(smtp));
        world.set_addresses(&api, "https://github.example");
        people(&world);
        let key = world.private_key();
        let mut program = Program::talking(level, 0, &configuration(&api, &bot_api, smtp_port));
        program.put("key.pem", &key);
        program.put("webhook.secret", WEBHOOK);
        program.put("smtp.password", PASSWORD);
        program.put("telegram.token", BOT);
        program.put("api.tokens", OPERATOR);
        program.start().await;
        let address = program.address().borrow().clone().expect("an address");
        let posting = hooks::post(
            world.clone(),
            deliveries,
            format!("http://{address}/webhook"),
        );
        servers.spawn(async move { drop(posting.await) });
        Self {
            world,
            telegram,
            mailbox,
            program,
            key,
            servers,
        }
    }

    /// Where the program listens.
    pub(super) fn url(&self) -> String {
        let address = self.program.address().borrow().clone();
        format!("http://{}", address.expect("an address"))
    }

    /// Waits until the log holds this text.
    pub(super) async fn logged(&self, text: &str) {
        until(text, PATIENCE, async || self.program.log().contains(text)).await;
    }

    /// A rollout's issue, opened by a comment.
    pub(super) async fn opened(&self) -> IssueAt {
        let asked = self
            .world
            .open_issue("ada", REPOSITORY, "Update the checkout", "", &[])
            .expect("an issue");
        self.say("ada", asked, "/rollout checkout 1.4.0..1.5.0 because security update\npurpose: Close a hole\nbenefits: Payments stay safe");
        until("the issue is opened", PATIENCE, async || {
            self.own_issues().len() == 1
        })
        .await;
        let at = self.own_issues()[0].at;
        until("the rollout knows its issue", PATIENCE, async || {
            self.rollout(at).await.is_some()
        })
        .await;
        at
    }

    fn own_issues(&self) -> Vec<IssueView> {
        let issues = self.world.issues(REPOSITORY).expect("a repository");
        let own = |issue: &IssueView| issue.author == "rollcall[bot]";
        issues.into_iter().filter(own).collect()
    }

    pub(super) fn say(&self, login: &str, at: IssueAt, text: &str) {
        self.world.comment(login, at, text).expect("a comment");
    }

    /// The rollout as stored.
    pub(super) async fn rollout(&self, at: IssueAt) -> Option<Rollout> {
        let store = self.program.store().await;
        let signed = |number: u64| i64::try_from(number).expect("a small number");
        let row = store
            .load_rollout_by_issue(signed(at.repository), signed(at.number))
            .await;
        store.close().await;
        let row = row.expect("a database")?;
        Some(serde_json::from_str(&row.state).expect("a rollout"))
    }

    /// Somebody ticks an item, and Rollcall takes it.
    pub(super) async fn tick(&self, at: IssueAt, item: &str) {
        self.world.tick("ada", at, item, true).expect("a tick");
        until(item, PATIENCE, async || {
            let rollout = self.rollout(at).await.expect("a rollout");
            rollout
                .item(item)
                .is_some_and(rollcall::domain::rollout::Item::is_settled)
        })
        .await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program runs by the clock on the wall, and so do its partners"
)]
pub(super) fn wall() -> Timestamp {
    Timestamp::now()
}

fn people(world: &World) {
    world.add_repository(REPOSITORY, false);
    for (login, role) in [
        ("ada", Role::Write),
        ("grace", Role::Write),
        ("linus", Role::Maintain),
    ] {
        world.grant(REPOSITORY, login, role).expect("a repository");
    }
    let policy = Some("notice: 0m\n");
    world
        .put_file(REPOSITORY, ".github/rollcall.yml", policy)
        .expect("a repository");
}

fn configuration(api: &str, bot_api: &str, smtp_port: u16) -> String {
    format!(
        r#"
[github]
app_id = 12345
slug = "rollcall"
private_key_file = "key.pem"
webhook_secret_file = "webhook.secret"
base_url = "https://github.example"
api_url = "{api}"

[email]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
from = "Rollcall <rollcall@acme.example>"
username = "rollcall"
password_file = "smtp.password"

[telegram]
token_file = "telegram.token"
api_url = "{bot_api}"

[api]
tokens_file = "api.tokens"

[[audience]]
name = "customers"
repositories = ["acme/*"]
telegram = ["-1001"]
email = ["ops@acme.example"]
"#
    )
}

async fn port() -> TcpListener {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    listener.expect("a port")
}
