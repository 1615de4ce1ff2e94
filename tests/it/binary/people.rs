//! What people do on GitHub, each with a token of their own.

use super::until;
use crate::support::partners::{self, Partner};
use http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// How long the program may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Items that Rollcall ticks by itself.
const ITS_OWN: [&str; 3] = ["issue-creation", "schedule-rollout", "final-review"];
/// `notice: 0m` as GitHub's contents API takes it: no notice, so that no test has to wait for a day.
const POLICY: &str = "bm90aWNlOiAwbQo=";

/// A repository as people see it.
pub(super) struct Repository {
    url: String,
    client: reqwest::Client,
}

impl Repository {
    /// `acme/rollout`, with a policy.
    pub(super) async fn with_policy(github: &Partner) -> Self {
        let url = format!("{}/repos/acme/rollout", github.text("direct"));
        let client = partners::client();
        let this = Self { url, client };
        let file = json!({"message": "Ask for no notice", "content": POLICY});
        let path = "/contents/.github/rollcall.yml";
        this.ask("admin-user", Method::PUT, path, Some(file)).await;
        this
    }

    async fn ask(&self, login: &str, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.url);
        let mut request = self
            .client
            .request(method, &url)
            .bearer_auth(format!("token-{login}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        assert!(status.is_success(), "{login} {url}: {status} {body}");
        body
    }

    async fn read(&self, path: &str) -> Value {
        self.ask("stakeholder", Method::GET, path, None).await
    }

    /// Opens an issue; answers its number.
    pub(super) async fn open_issue(&self, login: &str, title: &str) -> u64 {
        let issue = json!({"title": title, "body": ""});
        let issue = self.ask(login, Method::POST, "/issues", Some(issue)).await;
        issue["number"].as_u64().expect("a number")
    }

    /// Comments.
    pub(super) async fn say(&self, login: &str, issue: u64, text: &str) {
        let path = format!("/issues/{issue}/comments");
        self.ask(login, Method::POST, &path, Some(json!({"body": text})))
            .await;
    }

    /// The issue as it is.
    pub(super) async fn issue(&self, number: u64) -> Value {
        self.read(&format!("/issues/{number}")).await
    }

    /// Texts of Rollcall's own comments.
    pub(super) async fn answers(&self, issue: u64) -> Vec<String> {
        let path = format!("/issues/{issue}/comments?per_page=100");
        let comments = self.read(&path).await;
        let comments = comments.as_array().expect("a list").iter();
        comments
            .filter(|comment| comment["user"]["login"] == "rollcall[bot]")
            .map(|comment| comment["body"].as_str().expect("a text").to_owned())
            .collect()
    }

    /// Waits until Rollcall has written this.
    pub(super) async fn answered(&self, issue: u64, text: &str) {
        until(text, PATIENCE, async || {
            self.answers(issue).await.iter().any(|it| it.contains(text))
        })
        .await;
    }

    /// Numbers of the rollouts' issues.
    pub(super) async fn rollouts(&self) -> BTreeSet<u64> {
        let issues = self.read("/issues?state=all&per_page=100").await;
        let issues = issues.as_array().expect("a list").iter();
        issues
            .filter(|issue| issue["user"]["login"] == "rollcall[bot]")
            .filter_map(|issue| issue["number"].as_u64())
            .collect()
    }

    /// Clicks the open boxes of these items, one after the other.
    pub(super) async fn tick(&self, login: &str, issue: u64, items: &[&str]) {
        for item in items {
            let body = self.body(issue).await;
            let lines = body.split('\n').map(|line| {
                if id_of(line) == Some(item) {
                    line.replacen("[ ]", "[x]", 1)
                } else {
                    line.to_owned()
                }
            });
            let body = lines.collect::<Vec<_>>().join("\n");
            let path = format!("/issues/{issue}");
            self.ask(login, Method::PATCH, &path, Some(json!({"body": body})))
                .await;
        }
    }

    /// Clicks every box that people have to, in the phases with these numbers.
    pub(super) async fn tick_phases(&self, login: &str, issue: u64, phases: &[&str]) {
        let body = self.body(issue).await;
        let mut phase = "";
        let mut open = Vec::new();
        for line in body.lines() {
            if let Some(heading) = line.strip_prefix("## Phase ") {
                phase = heading.get(..1).unwrap_or_default();
            }
            if let Some(id) = id_of(line)
                && line.contains("[ ]")
                && phases.contains(&phase)
                && !ITS_OWN.contains(&id)
            {
                open.push(id);
            }
        }
        assert!(!open.is_empty(), "{body}");
        self.tick(login, issue, &open).await;
    }

    /// Waits until this item is ticked.
    pub(super) async fn ticked(&self, issue: u64, item: &str) {
        until(item, PATIENCE, async || {
            let body = self.body(issue).await;
            body.lines()
                .any(|line| id_of(line) == Some(item) && line.contains("[x]"))
        })
        .await;
    }

    /// Waits until the issue has this label.
    pub(super) async fn labelled(&self, issue: u64, label: &str) {
        until(label, PATIENCE, async || {
            self.labels(issue).await.iter().any(|it| it == label)
        })
        .await;
    }

    /// Names of the issue's labels.
    pub(super) async fn labels(&self, issue: u64) -> Vec<String> {
        let issue = self.issue(issue).await;
        let labels = issue["labels"].as_array().expect("labels").iter();
        labels
            .filter_map(|label| label["name"].as_str().map(str::to_owned))
            .collect()
    }

    async fn body(&self, issue: u64) -> String {
        let issue = self.issue(issue).await;
        issue["body"].as_str().expect("a text").to_owned()
    }
}

/// The item that a line's box stands for.
fn id_of(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("<!-- id: ")?;
    rest.split_once(" -->").map(|(id, _)| id)
}
