//! Somebody at the page: sends its requests, and looks again whenever it says that something changed.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// No step of a rollout takes this long; a machine under load may take a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A visitor of a sandbox that runs as its own process; leaving ends it.
pub(super) struct Visitor {
    program: Child,
    page: String,
    http: reqwest::Client,
}

impl Visitor {
    /// Starts the program and opens the page that it names.
    pub(super) async fn enter() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rollcall"))
            .args(["sandbox", "--port", "0"])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(program.stdout.take().expect("a pipe")).lines();
        let mut addresses = lines.map_while(Result::ok).filter_map(|line| {
            line.trim()
                .starts_with("http://")
                .then(|| line.trim().to_owned())
        });
        let page = addresses.next().expect("the sandbox names its page");
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let visitor = Self {
            program,
            page,
            http,
        };
        let html = visitor
            .http
            .get(&visitor.page)
            .send()
            .await
            .expect("a page")
            .text()
            .await
            .expect("text");
        assert!(html.contains("Nothing leaves this machine"), "{html}");
        visitor
    }

    async fn post(&self, path: &str, body: Value) {
        let answer = self
            .http
            .post(format!("{}{path}", self.page))
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = answer.send().await.expect("an answer");
        let status = answer.status();
        assert!(
            status.is_success(),
            "{body}: {status} {}",
            answer.text().await.unwrap_or_default()
        );
    }

    /// Does one thing, as the page would send it.
    pub(super) async fn act(&self, deed: Value) {
        self.post("/sandbox/act", deed).await;
    }

    /// Clicks the boxes of these items.
    pub(super) async fn tick(&self, login: &str, items: &[&str]) {
        self.post(
            "/sandbox/act",
            json!({"login": login, "act": "tick_items", "issue": 1, "items": items}),
        )
        .await;
    }

    /// Writes a comment.
    pub(super) async fn comment(&self, login: &str, body: &str) {
        self.post(
            "/sandbox/act",
            json!({"login": login, "act": "comment", "issue": 1, "body": body}),
        )
        .await;
    }

    /// Moves the clock.
    pub(super) async fn skip(&self, hours: u32) {
        self.post("/sandbox/clock", json!({"hours": hours})).await;
    }

    async fn view(&self) -> Value {
        let answer = self
            .http
            .get(format!("{}/sandbox/view", self.page))
            .send()
            .await
            .expect("an answer");
        serde_json::from_str(&answer.text().await.expect("text")).expect("json")
    }

    /// Looks whenever the page hears of a change, until it shows what is waited for.
    pub(super) async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            let mut changes = self
                .http
                .get(format!("{}/sandbox/events", self.page))
                .send()
                .await
                .expect("changes");
            loop {
                changes
                    .chunk()
                    .await
                    .expect("a change")
                    .expect("the sandbox goes on");
                let view = self.view().await;
                if is_so(&view) {
                    return view;
                }
            }
        };
        let Ok(view) = tokio::time::timeout(PATIENCE, wait).await else {
            panic!(
                "{what}: never\n{:#}",
                self.view().await["issue"]["comments"]
            );
        };
        view
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.program.kill().ok();
        self.program.wait().ok();
    }
}
