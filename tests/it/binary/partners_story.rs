//! Three rollouts of the program among counterparts that nobody here wrote: GitHub as emulate plays it, behind GitHub's own
//! description of its API; Telegram's own parser; a mail server that wants STARTTLS and a password.

use super::{people::Repository, program::Program, until};
use crate::support::partners::{self, Partner};
use jiff::{SignedDuration, Timestamp};
use rollcall::github::permissions;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tempfile::TempDir;

const CHAT: &str = "-1001234567890";
const MARIA: &str = "maria@example.org";
/// How long the program may take for one step.
const PATIENCE: Duration = Duration::from_secs(60);
/// What stakeholders hear of the three rollouts, in this order.
const TOLD: [&str; 11] = [
    "Update planned",
    "Update scheduled",
    "Update started",
    "How the update stands",
    "Update completed",
    "Update planned",
    "Update scheduled",
    "Update started",
    "Update rolled back",
    "Update planned",
    "Update cancelled",
];

struct Partners {
    github: Partner,
    telegram: Partner,
    mail: Partner,
    prism_log: PathBuf,
    _folder: TempDir,
}

impl Partners {
    /// All three; GitHub sends its webhooks to this port.
    fn start(port: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let prism_log = folder.path().join("prism.log");
        let granted: BTreeMap<&str, String> = permissions::needed()
            .into_iter()
            .map(|(name, access)| (name, format!("{access:?}").to_lowercase()))
            .collect();
        let world = json!({
            "prism_log": prism_log, "permissions": granted,
            "webhook_url": format!("http://127.0.0.1:{port}/webhook"),
        });
        Self {
            github: partners::spawn("github.mjs", &[&world.to_string()]),
            telegram: partners::spawn("telegram.py", &[]),
            mail: partners::spawn("smtp.py", &[]),
            prism_log,
            _folder: folder,
        }
    }

    /// What an operator would write into `rollcall.toml`.
    fn settings(&self) -> String {
        let (github, telegram, mail) = (&self.github, &self.telegram, &self.mail);
        format!(
            r#"
[github]
app_id = {app_id}
private_key = """{key}"""
webhook_secret = "{secret}"
base_url = "{direct}"
api_url = "{api_url}"

[email]
host = "localhost"
port = {smtp}
tls = "starttls"
username = "{user}"
password = "{password}"
ca_file = "{ca}"
from = "Rollcall <rollcall@acme.example>"

[telegram]
token = "{token}"
api_url = "{telegram_url}"

[[audience]]
name = "customers"
repositories = ["acme/*"]
telegram = ["{CHAT}"]
email = ["{MARIA}"]
"#,
            app_id = github.line["app_id"],
            key = github.text("private_key"),
            secret = github.text("webhook_secret"),
            direct = github.text("direct"),
            api_url = github.text("url"),
            smtp = mail.port(),
            user = mail.text("user"),
            password = mail.text("password"),
            ca = mail.text("ca"),
            token = telegram.text("token"),
            telegram_url = telegram.text("url"),
        )
    }

    /// Every call to Telegram and what it answered.
    async fn telegram_calls(&self) -> Vec<Value> {
        list(&self.telegram, "/_rollcall/log").await
    }

    async fn mails(&self) -> Vec<Value> {
        list(&self.mail, "/mails").await
    }

    /// Waits until everybody has been told this often.
    async fn told(&self, times: usize) {
        until("the announcements", PATIENCE, async || {
            self.mails().await.len() >= times && self.telegram_calls().await.len() >= times
        })
        .await;
    }

    /// Stops GitHub; nothing that it was asked may break GitHub's description.
    fn finish(self) {
        drop(self.github);
        let log = std::fs::read_to_string(&self.prism_log).expect("a log");
        let broken: Vec<&str> = log.lines().filter(|line| line.contains('✖')).collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        assert!(log.contains("/issues"), "Prism stood before it");
    }
}

async fn list(partner: &Partner, path: &str) -> Vec<Value> {
    let url = format!("{}{path}", partner.text("url"));
    let answer = partners::client().get(url).send().await;
    answer
        .expect("an answer")
        .json()
        .await
        .expect("a list in JSON")
}

/// From the wish to an issue with its checklist; answers its number.
async fn opened(repository: &Repository) -> u64 {
    let asked = repository.open_issue("author", "Update the checkout").await;
    let known = repository.rollouts().await;
    let command = "/rollout checkout 1.4.0..1.5.0 because security update\npurpose: Close a hole\nbenefits: Payments stay safe";
    repository.say("author", asked, command).await;
    until("the rollout's issue", PATIENCE, async || {
        repository.rollouts().await.len() > known.len()
    })
    .await;
    let now = repository.rollouts().await;
    let number = *now.difference(&known).next().expect("a new one");
    repository.answered(asked, &format!("#{number}")).await;
    repository
        .answered(number, "<!-- rollcall:status -->")
        .await;
    number
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program runs by the clock on the wall, and its window has to open by it"
)]
/// Everything up to `/start-deploy`, which is granted.
async fn deploying(repository: &Repository) -> u64 {
    let number = opened(repository).await;
    let start = Timestamp::now().saturating_add(SignedDuration::from_secs(15));
    let start = start.expect("in range");
    let window = start.strftime("%Y-%m-%d %H:%M:%S");
    let schedule = format!("/schedule {window} UTC for 2h downtime 10m");
    repository.say("author", number, &schedule).await;
    repository.answered(number, "The window is ").await;
    let told = ["stakeholder-communication", "stakeholder-announcement"];
    repository.tick("author", number, &told).await;
    repository
        .tick_phases("author", number, &["1", "2", "3"])
        .await;
    repository.labelled(number, "rollout: pre-deployment").await;
    for reviewer in ["reviewer", "reviewer2"] {
        repository.say(reviewer, number, "/approve-deploy").await;
    }
    repository.ticked(number, "final-review").await;
    until("the window opens", PATIENCE, async || {
        Timestamp::now() > start
    })
    .await;
    repository.say("reviewer", number, "/start-deploy").await;
    repository.labelled(number, "rollout: deployment").await;
    number
}

/// The issue is closed like this, with one status comment and nothing said twice.
async fn ended(repository: &Repository, number: u64, label: &str, reason: &str) {
    repository.labelled(number, label).await;
    until("the issue is closed", PATIENCE, async || {
        repository.issue(number).await["state"] == "closed"
    })
    .await;
    let issue = repository.issue(number).await;
    assert_eq!(issue["state_reason"], reason);
    assert_eq!(repository.labels(number).await, ["rollout", label]);
    let answers = repository.answers(number).await;
    let status = answers
        .iter()
        .filter(|answer| answer.contains("<!-- rollcall:status -->"));
    assert_eq!(status.count(), 1, "{answers:#?}");
}

/// Each mail came encrypted, after a login, with its headers and as text and HTML; answers the subjects.
fn subjects(mails: &[Value]) -> Vec<&str> {
    let mut names = Vec::new();
    let mut subjects = Vec::new();
    for mail in mails {
        assert_eq!(
            (&mail["tls"], &mail["user"], &mail["rcpt_to"]),
            (&json!(true), &json!("rollcall"), &json!([MARIA]))
        );
        let header = |name: &str| {
            let headers = mail["headers"].as_array().expect("headers");
            let header = headers.iter().find(|header| header[0] == name);
            header
                .and_then(|header| header[1].as_str())
                .unwrap_or_else(|| panic!("no {name}"))
        };
        names.push(header("Message-ID"));
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert_eq!(header("From"), "Rollcall <rollcall@acme.example>");
        subjects.push(header("Subject"));
        let parts = mail["body"]["parts"].as_array().expect("parts");
        let kinds: Vec<&Value> = parts.iter().map(|part| &part["type"]).collect();
        assert_eq!(kinds, ["text/plain", "text/html"]);
        for part in parts {
            let content = part["content"].as_str().expect("a text");
            assert!(content.contains("1.5.0"), "{content}");
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "each mail has a name of its own");
    subjects
}

#[tokio::test(flavor = "multi_thread")]
async fn rollouts_are_completed_rolled_back_and_cancelled_among_real_counterparts() {
    let port = free_port();
    let partners = tokio::task::spawn_blocking(move || Partners::start(port));
    let partners = partners.await.expect("all three");
    let mut program = Program::new(port, &partners.settings());
    program.start().await;
    let repository = Repository::with_policy(&partners.github).await;

    let number = deploying(&repository).await;
    repository.tick_phases("author", number, &["4", "5"]).await;
    ended(&repository, number, "rollout: completed", "completed").await;
    partners.told(5).await;

    let number = deploying(&repository).await;
    let command = "/rollback error rate doubled";
    repository.say("reviewer2", number, command).await;
    ended(&repository, number, "rollout: rolled back", "not_planned").await;
    partners.told(9).await;

    let number = opened(&repository).await;
    let item = "stakeholder-communication";
    repository.tick("author", number, &[item]).await;
    partners.told(10).await;
    let command = "/cancel the vendor withdrew the release";
    repository.say("author", number, command).await;
    ended(&repository, number, "rollout: cancelled", "not_planned").await;
    partners.told(11).await;

    program.kill();
    let mails = partners.mails().await;
    let kinds: Vec<&str> = subjects(&mails)
        .into_iter()
        .filter_map(|subject| subject.strip_prefix("[rollout] ")?.split(':').next())
        .collect();
    assert_eq!(kinds, TOLD);
    let calls = partners.telegram_calls().await;
    assert_eq!(calls.len(), mails.len());
    for call in &calls {
        assert_eq!(call["response"]["ok"], true, "{call}");
        let entities = call["response"]["result"]["entities"].as_array();
        assert!(entities.is_some_and(|marks| !marks.is_empty()), "{call}");
    }
    partners.finish();
}

/// GitHub has to know where the program will listen before the program can know where GitHub is.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
