//! GitHub in this process with a stopwatch before it, and the program beside it.

use crate::{
    knock::{Knock, request},
    program::Program,
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use rollcall::{
    clock::Clock,
    sandbox::github::{Delivery, IssueAt, Role, Settings, World},
};
use serde_json::json;
use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::mpsc::UnboundedReceiver};

const REPOSITORY: &str = "acme/shop";
/// The organisation that means harm, its installation, and how long GitHub takes for each question about it.
pub const NOISY: u64 = 666;
const NOISY_PATIENCE: Duration = Duration::from_millis(100);
/// Nobody who has asked nothing for this long is still at work.
const REST: Duration = Duration::from_millis(300);
/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A call that came in.
#[derive(Debug, Clone)]
struct Call {
    at: Instant,
    method: Method,
    path: String,
}

/// Notes every call before it is answered.
#[derive(Clone, Default)]
struct Watch {
    calls: Arc<Mutex<Vec<Call>>>,
    hangs: Arc<Mutex<bool>>,
}

impl Watch {
    /// The first call from then on that is of this kind.
    fn first(&self, since: Instant, kind: impl Fn(&Call) -> bool) -> Option<Instant> {
        let calls = self.calls.lock().expect("calls");
        let mut calls = calls.iter().filter(|call| call.at >= since);
        calls.find(|call| kind(call)).map(|call| call.at)
    }
}

/// GitHub and the program.
pub struct Scene {
    pub world: World,
    pub program: Program,
    deliveries: UnboundedReceiver<Delivery>,
    watch: Watch,
}

impl Scene {
    /// A repository with people, and the program running on an empty store.
    pub async fn open() -> Self {
        let (world, deliveries) = World::new(Settings::default(), Clock::new(Timestamp::now));
        let watch = Watch::default();
        let router = Router::new()
            .merge(world.router())
            .layer(from_fn_with_state(watch.clone(), watched));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let api_url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        world.set_addresses(&api_url, "https://github.example");
        world.add_repository(REPOSITORY, false);
        for (login, role) in [("ada", Role::Write), ("grace", Role::Maintain)] {
            world.grant(REPOSITORY, login, role).expect("a repository");
        }
        let mut program = Program::new(&settings(&world, &api_url));
        program.start().await;
        Self {
            world,
            program,
            deliveries,
            watch,
        }
    }

    /// From now on GitHub answers no question about a repository.
    pub fn hang(&self) {
        *self.watch.hangs.lock().expect("a switch") = true;
    }

    /// What the program has written on GitHub since then.
    pub fn writes_since(&self, since: Instant) -> Vec<(Method, String)> {
        let calls = self.watch.calls.lock().expect("calls");
        let about = |call: &&Call| call.at >= since && call.path.contains("/repos/");
        let writes = calls
            .iter()
            .filter(about)
            .filter(|call| call.method != Method::GET);
        writes
            .map(|call| (call.method.clone(), call.path.clone()))
            .collect()
    }

    /// Opens a rollout by a comment, and waits until nothing happens any more.
    pub async fn rollout(&mut self) -> IssueAt {
        let asked = self
            .world
            .open_issue("ada", REPOSITORY, "Update", "", &[])
            .expect("an issue");
        let command = "/rollout checkout 1.4.0..1.5.0 because of a hole\npurpose: a hole is closed";
        self.world
            .comment("ada", asked, command)
            .expect("a comment");
        let begun = Instant::now();
        loop {
            self.settle().await;
            let issues = self.world.issues(REPOSITORY).expect("a repository");
            let newest = issues.iter().max_by_key(|issue| issue.at.number);
            let newest = newest.expect("an issue").at;
            if newest.number > asked.number {
                return newest;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "no rollout was opened:\n{}",
                self.program.log()
            );
        }
    }

    /// Carries webhooks until there are none, and the program has asked nothing for a while.
    pub async fn settle(&mut self) {
        let mut knock = Knock::at(self.program.address).await;
        let mut busy = Instant::now();
        while busy.elapsed() < REST {
            if self.carry(&mut knock).await {
                busy = Instant::now();
            }
            if let Some(call) = self.watch.calls.lock().expect("calls").last() {
                busy = busy.max(call.at);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Carries the webhooks that wait; whether there were any.
    async fn carry(&mut self, knock: &mut Knock) -> bool {
        let mut any = false;
        while let Ok(delivery) = self.deliveries.try_recv() {
            let request = request(&delivery.headers, &delivery.body);
            assert_eq!(knock.send(&request).await, 202, "{}", self.program.log());
            any = true;
        }
        any
    }

    /// Clicks a box, after what happened before was carried; the webhook of it.
    pub async fn tick(&mut self, at: IssueAt, item: &str, on: bool) -> Delivery {
        let mut knock = Knock::at(self.program.address).await;
        self.carry(&mut knock).await;
        self.world.tick("ada", at, item, on).expect("a box");
        self.deliveries.try_recv().expect("a webhook")
    }

    /// From posting a webhook to the first call about the repository that it causes.
    pub async fn until_call(&self, knock: &mut Knock, delivery: &Delivery) -> Duration {
        self.until(knock, delivery, |call| call.path.contains(REPOSITORY))
            .await
    }

    /// From posting a webhook to the first thing about the repository that the program writes because of it.
    pub async fn until_write(&self, knock: &mut Knock, delivery: &Delivery) -> Duration {
        let writes = |call: &Call| call.path.contains(REPOSITORY) && call.method != Method::GET;
        self.until(knock, delivery, writes).await
    }

    async fn until(
        &self,
        knock: &mut Knock,
        delivery: &Delivery,
        kind: impl Fn(&Call) -> bool,
    ) -> Duration {
        let request = request(&delivery.headers, &delivery.body);
        let posted = Instant::now();
        assert_eq!(knock.send(&request).await, 202, "{}", self.program.log());
        loop {
            if let Some(at) = self.watch.first(posted, &kind) {
                return at - posted;
            }
            assert!(posted.elapsed() < PATIENCE, "{}", self.program.log());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Notes the call, then lets the world answer; what concerns the noisy organisation is answered here.
async fn watched(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    watch.calls.lock().expect("calls").push(Call {
        at: Instant::now(),
        method: request.method().clone(),
        path: path.clone(),
    });
    if path.contains("/repos/") && *watch.hangs.lock().expect("a switch") {
        std::future::pending::<()>().await;
    }
    if path.contains(&format!("/installations/{NOISY}/")) {
        tokio::time::sleep(NOISY_PATIENCE).await;
        let token = json!({ "token": "ghs_noisy", "expires_at": "2099-01-01T00:00:00Z",
            "permissions": { "issues": "write", "metadata": "read" }, "repository_selection": "all" });
        return (StatusCode::CREATED, Json(token)).into_response();
    }
    if path.contains("/repos/noisy/") {
        tokio::time::sleep(NOISY_PATIENCE).await;
        let nothing = json!({ "message": "Not Found", "documentation_url": "", "status": "404" });
        return (StatusCode::NOT_FOUND, Json(nothing)).into_response();
    }
    next.run(request).await
}

/// How the program is set up for this GitHub.
pub fn settings(world: &World, api_url: &str) -> String {
    format!(
        "[github]\napp_id = 12345\nslug = \"rollcall\"\nprivate_key = \"\"\"{}\"\"\"\nwebhook_secret = \"{}\"\n\
         base_url = \"https://github.example\"\napi_url = \"{api_url}\"\n",
        world.private_key(),
        world.webhook_secret(),
    )
}
