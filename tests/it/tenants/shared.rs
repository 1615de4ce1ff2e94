//! One Rollcall, installed by `acme` and by `evil`: two worlds behind one address, as github.com is for it.

use crate::support::{
    database::TestDatabase,
    line::{github_config, listen, post_webhook, work},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::{StatusCode, header::AUTHORIZATION};
use jiff::Timestamp;
use rollcall::{
    clock::Clock,
    config::{Grant, Pattern},
    current::Current,
    deliver::Deliverer,
    domain::{
        announcement::{Audience, Chat},
        facts::App,
        rollout::Rollout,
    },
    github::{GithubApp, GithubConfig},
    handle::Handler,
    notify::{Notifier, Telegram as Bot, TelegramConfig},
    sandbox::{
        github::{Delivery, IssueAt, Role, Settings, World, sign},
        pulse::Pulse,
        telegram::Telegram,
    },
    server::Server,
    store::Store,
};
use secrecy::SecretString;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};
use tower::ServiceExt as _;

pub(super) const ACME: u64 = 777;
pub(super) const EVIL: u64 = 666;
pub(super) const ACMES_CHAT: i64 = -1001;
pub(super) const EVILS_CHAT: i64 = -2002;
const SECRET: &str = "sandbox-secret";

/// Both organisations and the one Rollcall.
pub(super) struct Shared {
    pub(super) acme: World,
    pub(super) evil: World,
    pub(super) telegram: Telegram,
    pub(super) store: Store,
    deliveries: [UnboundedReceiver<Delivery>; 2],
    router: Router,
    handler: Handler,
    deliverer: Deliverer,
    made: u64,
    api_url: String,
    #[expect(dead_code, reason = "held to keep the stand-ins listening")]
    servers: JoinSet<()>,
    #[expect(dead_code, reason = "held to be removed at the end")]
    database: TestDatabase,
}

impl Shared {
    pub(super) async fn open() -> Self {
        let database = TestDatabase::sqlite();
        let now: Timestamp = "2026-11-02T09:00:00Z".parse().expect("a time");
        let clock = Clock::new(move || now);
        let (acme, acmes) = world("acme", ACME, 0, &clock);
        let (evil, evils) = world("evil", EVIL, 1, &clock);
        evil.share_keys_of(&acme);
        for (world, name, people) in [
            (&acme, "acme/shop", ["ada", "grace"]),
            (&evil, "evil/shop", ["mallory", "mal2"]),
        ] {
            world.add_repository(name, false);
            for login in people {
                world.grant(name, login, Role::Admin).expect("a repository");
            }
        }
        let telegram = Telegram::new(clock.clone(), Pulse::new());
        telegram.add_chat(ACMES_CHAT, "Customers of Acme");
        telegram.add_chat(EVILS_CHAT, "Customers of Evil");
        let mut servers = JoinSet::new();
        let both = Router::new()
            .fallback(either)
            .with_state([acme.clone(), evil.clone()]);
        let api_url = listen(&mut servers, both).await;
        let bot_url = listen(&mut servers, telegram.router()).await;
        for world in [&acme, &evil] {
            world.set_addresses(&api_url, "https://github.example");
        }
        let store = database.open().await;
        let github = Arc::new(GithubApp::new(&github_config(&acme, &api_url)).expect("an App"));
        let handler = Handler {
            store: store.clone(),
            github: Arc::clone(&github),
            app: App {
                slug: "rollcall".into(),
            },
            audiences: [
                grant("acmes", "acme/*", ACMES_CHAT),
                grant("evils", "evil/*", EVILS_CHAT),
            ]
            .into(),
            clock: clock.clone(),
            worker: "test".into(),
        };
        let bot = TelegramConfig {
            token: SecretString::from("123456:TEST"),
            api_url: bot_url,
            timeout: Duration::from_secs(20),
        };
        let notifier = Notifier {
            email: None,
            telegram: Some(Bot::new(&bot).expect("a bot")),
        };
        let deliverer = Deliverer {
            store: store.clone(),
            github,
            notifier: Current::new(notifier),
            login: "rollcall[bot]".into(),
            clock: clock.clone(),
            worker: "test".into(),
        };
        let config = rollcall::config::Config::from_variables([]).expect("the example");
        let server = Server {
            webhook: Some((12_345, Current::new(vec![SecretString::from(SECRET)]))),
            ..Server::new(&config, store.clone(), clock)
        };
        Self {
            acme,
            evil,
            telegram,
            store,
            deliveries: [acmes, evils],
            router: server.router(),
            handler,
            deliverer,
            made: 0,
            api_url,
            servers,
            database,
        }
    }

    /// Works until nothing is left to do.
    pub(super) async fn settle(&mut self) {
        loop {
            let quiet = self.pull().await == 0;
            let worked = work(&self.handler, &self.deliverer).await;
            if quiet && !worked {
                return;
            }
        }
    }

    /// What is on its way arrives; how much that is.
    pub(super) async fn pull(&mut self) -> usize {
        let mut waiting = Vec::new();
        for world in &mut self.deliveries {
            waiting.extend(std::iter::from_fn(|| world.try_recv().ok()));
        }
        for delivery in &waiting {
            self.post(delivery.headers.clone(), delivery.body.to_vec())
                .await;
        }
        waiting.len()
    }

    /// Nobody posts what is on its way.
    pub(super) fn lose_deliveries(&mut self) {
        for world in &mut self.deliveries {
            while world.try_recv().is_ok() {}
        }
    }

    /// Rollcall starts again: tokens and what it remembered of GitHub are gone, as after their time.
    pub(super) fn restart(&mut self) {
        self.start(&github_config(&self.acme, &self.api_url));
    }

    /// Rollcall starts again, and keeps GitHub's pace from now on.
    pub(super) fn keep_pace(&mut self) {
        self.start(&GithubConfig {
            paced: true,
            ..github_config(&self.acme, &self.api_url)
        });
    }

    fn start(&mut self, config: &GithubConfig) {
        let github = Arc::new(GithubApp::new(config).expect("an App"));
        self.handler.github = Arc::clone(&github);
        self.deliverer.github = github;
    }

    async fn post(&self, headers: http::HeaderMap, body: Vec<u8>) {
        let status = post_webhook(&self.router, headers, body).await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }

    /// Posts what GitHub would never sign, as if it had.
    pub(super) async fn forge(&mut self, event: &str, payload: &Value) {
        self.made += 1;
        let body = payload.to_string().into_bytes();
        let mut headers = http::HeaderMap::new();
        let delivery = format!("forged-{}", self.made);
        for (name, value) in [
            ("content-type", "application/json"),
            ("x-github-event", event),
            ("x-github-delivery", &delivery),
            ("x-hub-signature-256", &sign(SECRET, &body)),
        ] {
            let name: http::HeaderName = name.parse().expect("a name");
            headers.insert(name, value.parse().expect("a value"));
        }
        self.post(headers, body).await;
        self.settle().await;
    }

    /// An organisation opens a rollout and says what it has to say in the comment; the rollout's issue.
    pub(super) async fn opened(&mut self, login: &str, repository: &str, more: &str) -> IssueAt {
        let world = if repository.starts_with("acme/") {
            self.acme.clone()
        } else {
            self.evil.clone()
        };
        let asked = world
            .open_issue(login, repository, "Update", "", &[])
            .expect("an issue");
        let text = format!(
            "/rollout {more} api 1..2 because security update\npurpose: Close a hole\nbenefits: Safe"
        );
        world.comment(login, asked, &text).expect("a comment");
        self.settle().await;
        let issues = world.issues(repository).expect("a repository");
        let own = issues
            .into_iter()
            .filter(|issue| issue.author == "rollcall[bot]");
        own.max_by_key(|issue| issue.at.number)
            .unwrap_or_else(|| panic!("{:#?}", world.issue(asked)))
            .at
    }

    /// The rollout of an issue as stored.
    pub(super) async fn rollout(&self, at: IssueAt) -> Rollout {
        let signed = |number: u64| i64::try_from(number).expect("a small number");
        let row = self
            .store
            .load_rollout_by_issue(signed(at.repository), signed(at.number))
            .await;
        serde_json::from_str(&row.expect("a database").expect("a rollout").state)
            .expect("a rollout")
    }

    /// All that is acme's: the rollout, the issue, what was told to its customers, and what was asked of its GitHub.
    pub(super) async fn acmes(&self, at: IssueAt) -> String {
        let rollout = self.rollout(at).await;
        let ledger = self
            .store
            .load_ledger(&rollout.id.0)
            .await
            .expect("a database");
        let chats = self.telegram.chats();
        let chat = chats.iter().find(|chat| chat.id == ACMES_CHAT);
        let asked: Vec<String> = self
            .acme
            .requests()
            .iter()
            .map(|it| format!("{} {}", it.method, it.path))
            .collect();
        format!(
            "{rollout:#?}\n{ledger:#?}\n{:#?}\n{chat:#?}\n{asked:#?}",
            self.acme.issue(at)
        )
    }
}

fn world(
    account: &str,
    installation_id: u64,
    seed: u64,
    clock: &Clock,
) -> (World, UnboundedReceiver<Delivery>) {
    let settings = Settings {
        account: account.to_owned(),
        installation_id,
        seed,
        ..Settings::default()
    };
    World::new(settings, clock.clone())
}

fn grant(name: &str, repositories: &str, chat: i64) -> Grant {
    Grant {
        audience: Audience {
            name: name.to_owned(),
            chats: vec![Chat {
                id: chat.to_string(),
                thread: None,
            }],
            emails: Vec::new(),
            zone: "UTC".to_owned(),
        },
        repositories: vec![Pattern::parse(repositories).expect("a pattern")],
        installations: Vec::new(),
    }
}

/// Carries a call to the world it is about. A token of the other organisation is shown what a stranger is shown: nothing.
async fn either(State([acme, evil]): State<[World; 2]>, request: Request) -> Response {
    let path = request.uri().path().to_lowercase();
    let is_evils = ["/repos/evil/", "/orgs/evil/", "/app/installations/666/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    let (here, there) = if is_evils { (evil, acme) } else { (acme, evil) };
    let token = request.headers().get(AUTHORIZATION);
    let token = token.and_then(|value| value.to_str().ok()?.split_once(' '));
    let foreign =
        token.is_some_and(|(_, token)| there.tokens_given().iter().any(|given| given == token));
    if foreign {
        let mut answer = Response::new(Body::from(r#"{"message": "Not Found"}"#));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    }
    here.router().oneshot(request).await.expect("an answer")
}
