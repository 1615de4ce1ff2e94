//! The real line, one step at a time: deliveries are posted to the router, then arrivals and effects are worked off until all is still.

use super::counterparts::{audiences, notifier, people};
use crate::support::{
    database::TestDatabase,
    line::{self, github_config, listen, post_webhook},
};
use axum::{Router, body::Body};
use http::{Request, StatusCode, header::AUTHORIZATION};
use jiff::{SignedDuration, Timestamp};
use rollcall::{
    clock::Clock,
    current::Current,
    deliver::Deliverer,
    domain::{
        facts::App,
        ledger::{self, Entry},
        rollout::Rollout,
    },
    github::GithubApp,
    handle::{self, Handler, Next},
    reconcile,
    sandbox::{
        github::{Delivery, IssueAt, IssueView, Settings, World},
        mailbox::Mailbox,
        pulse::Pulse,
        telegram::Telegram,
    },
    server::Server,
    store::{Scope, Store},
};
use secrecy::SecretString;
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::mpsc::UnboundedReceiver,
    task::{AbortHandle, JoinSet},
};
use tower::ServiceExt as _;

pub(super) const REPOSITORY: &str = "acme/shop";
pub(super) const SECRET: &str = "sandbox-secret";
pub(super) const TOKEN: &str = "operator-token";

/// A server with its world.
pub(super) struct TestApp {
    pub(super) world: World,
    pub(super) telegram: Telegram,
    pub(super) mailbox: Mailbox,
    pub(super) store: Store,
    deliveries: UnboundedReceiver<Delivery>,
    router: Router,
    pub(super) handler: Handler,
    pub(super) deliverer: Deliverer,
    pub(super) now: Arc<AtomicI64>,
    /// Where the mail server listens, and how to stop it.
    smtp: (SocketAddr, AbortHandle),
    servers: JoinSet<()>,
    pub(super) database: TestDatabase,
}

impl TestApp {
    /// A server on an empty database, in a world where `acme/shop` has installed it.
    pub(super) async fn on(database: TestDatabase) -> Self {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_test_writer()
            .try_init()
            .ok();
        rustls::crypto::aws_lc_rs::default_provider()
            .install_default()
            .ok();
        let now = Arc::new(AtomicI64::new(
            time("2026-11-02T09:00:00Z").as_microsecond(),
        ));
        let clock = clock(&now);
        let (world, deliveries) = World::new(Settings::default(), clock.clone());
        let telegram = Telegram::new(clock.clone(), Pulse::new());
        telegram.add_chat(-1001, "Customers");
        let mailbox = Mailbox::new(clock.clone(), Pulse::new());
        let mut servers = JoinSet::new();
        let api_url = listen(&mut servers, world.router()).await;
        let telegram_url = listen(&mut servers, telegram.router()).await;
        let smtp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let smtp_at = smtp.local_addr().expect("an address");
        let smtp = servers.spawn(mailbox.clone().serve(smtp));
        world.set_addresses(&api_url, "https://github.example");
        people(&world);

        let store = database.open().await;
        let github = Arc::new(GithubApp::new(&github_config(&world, &api_url)).expect("an App"));
        let handler = Handler {
            store: store.clone(),
            github: Arc::clone(&github),
            app: App {
                slug: "rollcall".into(),
            },
            audiences: audiences(),
            clock: clock.clone(),
            worker: "test".into(),
        };
        let deliverer = Deliverer {
            store: store.clone(),
            github,
            notifier: Current::new(notifier(&telegram_url, smtp_at.port())),
            login: "rollcall[bot]".into(),
            clock: clock.clone(),
            worker: "test".into(),
        };
        let server = Server {
            store: store.clone(),
            clock,
            webhook: Some((12_345, Current::new(vec![SecretString::from(SECRET)]))),
            senders: None,
            api_tokens: Current::new(vec![SecretString::from(TOKEN)]),
            web_url: "https://github.example".parse().expect("an address"),
            body_bytes: 25 * 1024 * 1024,
            room_bytes: 64 * 1024 * 1024,
            concurrent_requests: 100,
            request_time: Duration::from_secs(10),
        };
        let router = server.router();
        Self {
            world,
            telegram,
            mailbox,
            store,
            deliveries,
            router,
            handler,
            deliverer,
            now,
            smtp: (smtp_at, smtp),
            servers,
            database,
        }
    }

    /// Posts a delivery as GitHub would.
    pub(super) async fn post(&self, delivery: &Delivery) -> StatusCode {
        let headers = delivery.headers.clone();
        let status = post_webhook(&self.router, headers, delivery.body.clone()).await;
        self.world.delivered(delivery.id, Some(status.as_u16()));
        status
    }

    /// Asks the API for a rollout.
    pub(super) async fn order(&self, order: Value) -> (StatusCode, Value) {
        self.ask(Request::post("/api/rollouts"), order.to_string())
            .await
    }

    /// What the API says of a rollout.
    pub(super) async fn shown(&self, id: &Value) -> Value {
        let id = id.as_str().expect("an id");
        let request = Request::get(format!("/api/rollouts/{id}"));
        self.ask(request, String::new()).await.1
    }

    async fn ask(&self, request: http::request::Builder, body: String) -> (StatusCode, Value) {
        let request = request
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .body(Body::from(body))
            .expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1_000_000)
            .await
            .expect("a body");
        (status, serde_json::from_slice(&body).expect("JSON"))
    }

    /// The server on a port of its own; its address.
    pub(super) async fn listen(&mut self) -> String {
        listen(&mut self.servers, self.router.clone()).await
    }

    /// What GitHub answered a moment ago is no longer remembered, as after a new start.
    pub(super) async fn forget(&mut self) {
        let api_url = listen(&mut self.servers, self.world.router()).await;
        let github = GithubApp::new(&github_config(&self.world, &api_url));
        self.handler.github = Arc::new(github.expect("an App"));
    }

    /// GitHub cannot reach the server: what waits is lost. Returns how much that is.
    pub(super) fn lose(&mut self) -> usize {
        let lost = self.waiting();
        for delivery in &lost {
            self.world.delivered(delivery.id, None);
        }
        lost.len()
    }

    /// One round of reconciliation, and everything that follows from it. Returns how many deliveries had been missed.
    pub(super) async fn reconcile(&mut self) -> usize {
        let missed = reconcile::round(&self.handler).await.expect("a round");
        self.settle().await;
        missed
    }

    pub(super) fn handler(&self) -> Handler {
        self.handler.clone()
    }

    /// The mail server goes away.
    pub(super) fn stop_smtp(&self) {
        self.smtp.1.abort();
    }

    /// It is back where it was.
    pub(super) async fn start_smtp(&mut self) {
        let smtp = TcpListener::bind(self.smtp.0).await.expect("its port");
        self.smtp.1 = self.servers.spawn(self.mailbox.clone().serve(smtp));
    }

    /// Deliveries that wait to be posted.
    pub(super) fn waiting(&mut self) -> Vec<Delivery> {
        std::iter::from_fn(|| self.deliveries.try_recv().ok()).collect()
    }

    /// Works until nothing is left to do at this time.
    pub(super) async fn settle(&mut self) {
        loop {
            let deliveries = self.waiting();
            for delivery in &deliveries {
                assert_eq!(
                    self.post(delivery).await,
                    StatusCode::ACCEPTED,
                    "{} {}",
                    delivery.event,
                    delivery.action
                );
            }
            let worked = self.work().await;
            if deliveries.is_empty() && !worked {
                return;
            }
        }
    }

    /// Handles what arrived and delivers what is due.
    pub(super) async fn work(&self) -> bool {
        line::work(&self.handler, &self.deliverer).await
    }

    /// Two workers each handle what is next, at the same time.
    pub(super) async fn handle_at_once(&self) {
        let other = Handler {
            worker: "another".into(),
            ..self.handler.clone()
        };
        let one_each = async |handler: &Handler| {
            while handle::next(handler).await.expect("a database") == Next::Empty {
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(one_each(&self.handler), one_each(&other));
    }

    pub(super) fn now(&self) -> Timestamp {
        clock(&self.now).now()
    }

    /// Time passes, and what falls due is done.
    pub(super) async fn later(&mut self, length: SignedDuration) {
        let now = self.now().saturating_add(length).expect("in range");
        self.now.store(now.as_microsecond(), Ordering::SeqCst);
        self.settle().await;
    }

    /// A person comments, and everything that follows is done.
    pub(super) async fn say(&mut self, login: &str, at: IssueAt, text: &str) {
        self.tick_clock();
        self.world.comment(login, at, text).expect("a comment");
        self.settle().await;
    }

    /// A person clicks a box, and everything that follows is done.
    pub(super) async fn tick(&mut self, login: &str, at: IssueAt, item: &str) {
        self.tick_clock();
        self.world.tick(login, at, item, true).expect("a tick");
        self.settle().await;
    }

    /// People are not faster than a second; GitHub's times have no finer grain.
    pub(super) fn tick_clock(&self) {
        self.now.fetch_add(1_000_000, Ordering::SeqCst);
    }

    /// The issue of the newest rollout.
    pub(super) fn newest_issue(&self) -> IssueView {
        let issues = self.world.issues(REPOSITORY).expect("a repository");
        let of_rollouts = issues
            .into_iter()
            .filter(|issue| issue.labels.iter().any(|(name, _)| name == "rollout"));
        of_rollouts
            .max_by_key(|issue| issue.at.number)
            .expect("an issue with the label `rollout`")
    }

    pub(super) fn issue(&self, at: IssueAt) -> IssueView {
        self.world.issue(at).expect("an issue")
    }

    /// What people read in the one status comment.
    pub(super) fn status(&self, at: IssueAt) -> String {
        let comments = self.issue(at).comments;
        let is_status = |body: &String| body.contains("<!-- rollcall:status -->");
        let mut found = comments.into_iter().map(|it| it.body).filter(is_status);
        let status = found.next().expect("a status comment");
        assert_eq!(found.next(), None, "there is one status comment");
        status
    }

    /// Rollcall's replies, oldest first.
    pub(super) fn replies(&self, at: IssueAt) -> Vec<String> {
        let comments = self.world.bot_comments(at).into_iter();
        comments
            .map(|comment| comment.body)
            .filter(|body| !body.contains("<!-- rollcall:status -->"))
            .collect()
    }

    /// The record, oldest first.
    pub(super) async fn record(&self, at: IssueAt) -> Vec<Entry> {
        let rollout = self.rollout(at).await;
        let rows = self.store.load_ledger(&rollout.id.0).await;
        let rows = rows.expect("a database").into_iter();
        rows.map(|row| serde_json::from_str(&row.entry).expect("an entry"))
            .collect()
    }

    /// The rollout as stored.
    pub(super) async fn rollout(&self, at: IssueAt) -> Rollout {
        let row = self
            .store
            .load_rollout_by_issue(signed(at.repository), signed(at.number))
            .await
            .expect("a database");
        serde_json::from_str(&row.expect("a rollout").state).expect("a rollout")
    }

    /// Whether the record has this item as done.
    pub(super) async fn is_done(&self, at: IssueAt, item: &str) -> bool {
        let rollout = self.rollout(at).await;
        rollout.item(item).expect("an item").is_done()
    }

    /// How many rollouts are open.
    pub(super) async fn open_rollouts(&self) -> usize {
        self.store
            .list_open(Scope::All, "", 100)
            .await
            .expect("a database")
            .len()
    }

    /// The record holds together and nothing is left over, parked or dead.
    pub(super) async fn is_clean(&self, at: IssueAt) {
        let rollout = self.rollout(at).await;
        let rows = self.store.load_ledger(&rollout.id.0).await;
        let hashes = rows.expect("a database").into_iter().map(|row| row.hash);
        let lines: Vec<(Entry, String)> = self.record(at).await.into_iter().zip(hashes).collect();
        ledger::verify(&lines).expect("the record holds together");
        assert_eq!(lines.len() as u64, rollout.ledger_length);
        assert_eq!(self.store.list_parked(10).await.expect("a database"), []);
        assert_eq!(self.store.list_dead(10).await.expect("a database"), []);
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("a small number")
}

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn clock(now: &Arc<AtomicI64>) -> Clock {
    let now = Arc::clone(now);
    Clock::new(move || Timestamp::from_microsecond(now.load(Ordering::SeqCst)).expect("in range"))
}
