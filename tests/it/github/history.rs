//! The edit history of an issue: GitHub tells it through GraphQL alone.

use super::{
    fake::{config_of, github, json_answer},
    shop,
};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::{Next, from_fn},
};
use jiff::{SignedDuration, Timestamp};
use rollcall::{
    clock::Clock,
    domain::{
        facts::Revision,
        ids::{Place, UserId},
        retry::Retry,
    },
    github::GithubApp,
    sandbox::github::{IssueAt, Role, Settings, World},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

fn noon() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("a time")
}

/// A world with an issue, and what was said over GraphQL.
struct Scene {
    world: World,
    app: GithubApp,
    at: IssueAt,
    place: Place,
    minute: Arc<AtomicI64>,
    said: Arc<Mutex<Vec<(Value, Value)>>>,
}

impl Scene {
    async fn new() -> Self {
        let minute = Arc::new(AtomicI64::new(0));
        let clock = {
            let minute = Arc::clone(&minute);
            Clock::new(move || {
                let passed = SignedDuration::from_mins(minute.load(Ordering::SeqCst));
                noon().saturating_add(passed).expect("in range")
            })
        };
        let (world, _) = World::new(Settings::default(), clock);
        world.add_repository("acme/shop", false);
        world
            .grant("acme/shop", "ada", Role::Write)
            .expect("a repository");
        let at = world
            .open_issue("ada", "acme/shop", "Update", "0", &[])
            .expect("an issue");
        let said: Arc<Mutex<Vec<(Value, Value)>>> = Arc::default();
        let router = world.router().layer(from_fn({
            let said = Arc::clone(&said);
            move |request, next| overhear(Arc::clone(&said), request, next)
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut config = config_of(&url);
        config.private_key = SecretString::from(world.private_key());
        let app = GithubApp::new(&config).expect("the configuration is good");
        let place = app.find_place("acme/shop").await.expect("an answer");
        let place = place.expect("the App is there").at(at.number);
        Self {
            world,
            app,
            at,
            place,
            minute,
            said,
        }
    }

    /// Ada saves another body a minute later.
    fn edit(&self, body: &str) {
        self.minute.fetch_add(1, Ordering::SeqCst);
        self.world.edit_body("ada", self.at, body).expect("she may");
    }

    async fn since(&self, minutes: i64) -> Vec<String> {
        let since = noon() + SignedDuration::from_mins(minutes);
        let revisions = self.app.read_history(&self.place, since).await;
        let revisions = revisions.expect("an answer").into_iter();
        revisions
            .map(|revision| revision.body.unwrap_or("removed".into()))
            .collect()
    }
}

/// Passes questions and answers on, and notes those of GraphQL.
async fn overhear(
    said: Arc<Mutex<Vec<(Value, Value)>>>,
    request: Request,
    next: Next,
) -> axum::response::Response {
    if request.uri().path() != "/graphql" {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let asked = to_bytes(body, usize::MAX).await.expect("a body");
    let response = next
        .run(Request::from_parts(head, Body::from(asked.clone())))
        .await;
    let (head, body) = response.into_parts();
    let answer = to_bytes(body, usize::MAX).await.expect("a body");
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).expect("JSON");
    said.lock()
        .expect("one at a time")
        .push((json(&asked), json(&answer)));
    axum::response::Response::from_parts(head, Body::from(answer))
}

#[tokio::test]
async fn revisions_come_oldest_first_with_the_one_before() {
    let scene = Scene::new().await;
    assert_eq!(scene.since(0).await, [""; 0], "it was never edited");
    for body in ["1", "2", "3", "4"] {
        scene.edit(body);
    }
    assert_eq!(scene.since(3).await, ["2", "3", "4"]);
    assert_eq!(scene.since(-60).await, ["0", "1", "2", "3", "4"]);
    scene
        .world
        .forget_edits("ada", scene.at, 3)
        .expect("she may");
    assert_eq!(scene.since(3).await, ["1", "removed", "removed", "removed"]);
}

#[tokio::test]
async fn a_long_history_is_read_page_by_page_no_further_than_needed() {
    let scene = Scene::new().await;
    for number in 1..=50 {
        scene.edit(&number.to_string());
    }
    let all = scene.since(-60).await;
    assert_eq!(
        (all.len(), all[0].as_str(), all[50].as_str()),
        (51, "0", "50")
    );
    assert_eq!(
        scene.said.lock().expect("one at a time").drain(..).count(),
        3
    );
    assert_eq!(
        scene.since(45).await,
        ["44", "45", "46", "47", "48", "49", "50"]
    );
    assert_eq!(scene.said.lock().expect("one at a time").len(), 1);
}

/// The sandbox's answer is what GitHub's schema says; the package holds the schema that GitHub publishes.
#[tokio::test]
async fn question_and_answer_are_those_of_githubs_schema() {
    let scene = Scene::new().await;
    scene.edit("1");
    scene
        .world
        .forget_edits("ada", scene.at, 1)
        .expect("she may");
    scene.edit("2");
    scene.since(-60).await;
    let (asked, answer) = scene.said.lock().expect("one at a time").remove(0);
    let case =
        json!({ "query": asked["query"], "variables": asked["variables"], "answer": answer });
    assert_eq!(mistakes(&case), Vec::<String>::new());
    let mut other = case.clone();
    other["answer"]["data"]["repository"]["issue"]["userContentEdits"]["nodes"][0]["editedAt"] =
        Value::Null;
    assert_eq!(mistakes(&other).len(), 1, "the comparison sees a mistake");
}

fn mistakes(case: &Value) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners");
    let said = Command::new("node")
        .arg("graphql.mjs")
        .arg(case.to_string())
        .current_dir(folder)
        .output()
        .expect("Node.js is installed");
    serde_json::from_slice(&said.stdout).unwrap_or_else(|_| {
        let error = String::from_utf8_lossy(&said.stderr);
        panic!("{error}\nrun tests/partners/install.sh")
    })
}

#[tokio::test]
async fn an_app_gets_its_bot_back_and_who_is_gone_is_nobody() {
    let node = |at: u64, editor: Value| json!({"editedAt": format!("2026-11-20T12:0{at}:00Z"), "diff": "x", "editor": editor});
    let fake = github(move |seen| match seen.call.as_str() {
        "POST /graphql" => json_answer(
            200,
            json!({"data": {"repository": {"issue": {"userContentEdits": {
                "nodes": [
                    node(3, Value::Null),
                    null,
                    node(2, json!({"__typename": "Mannequin", "login": "ghost"})),
                    node(1, json!({"__typename": "Bot", "login": "rollcall", "databaseId": 9})),
                ],
                "pageInfo": {"hasNextPage": false, "endCursor": "x"},
            }}}}}),
        ),
        _ => None,
    })
    .await;
    let revisions: Vec<Revision> = fake
        .app()
        .read_history(&shop().at(4), Timestamp::UNIX_EPOCH)
        .await
        .expect("an answer");
    let editors: Vec<_> = revisions.into_iter().map(|it| it.editor).collect();
    let bot = editors[0].as_ref().expect("an App");
    assert_eq!(
        (bot.login.as_str(), bot.id, bot.bot),
        ("rollcall[bot]", UserId(9), true)
    );
    assert_eq!(editors[1..], [None, None]);
}

#[tokio::test]
async fn what_graphql_says_in_a_200_is_heard() {
    for (kind, expect) in [
        (
            "RATE_LIMITED",
            Retry::After(std::time::Duration::from_mins(1)),
        ),
        (
            "SERVICE_UNAVAILABLE",
            Retry::After(std::time::Duration::from_secs(1)),
        ),
        ("FORBIDDEN", Retry::Never),
    ] {
        let fake = github(move |seen| match seen.call.as_str() {
            "POST /graphql" => json_answer(
                200,
                json!({"data": null, "errors": [{"type": kind, "message": "Resource not accessible by integration"}]}),
            ),
            _ => None,
        })
        .await;
        let read = fake
            .app()
            .read_history(&shop().at(4), Timestamp::UNIX_EPOCH)
            .await;
        assert_eq!(read.expect_err("an error").retry(), expect, "{kind}");
    }
    let gone = json!({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "message": "no such repository"}]});
    let fake =
        github(move |seen| (seen.call == "POST /graphql").then(|| (200, vec![], gone.clone())))
            .await;
    let read = fake
        .app()
        .read_history(&shop().at(4), Timestamp::UNIX_EPOCH)
        .await;
    assert_eq!(read.expect("an answer"), []);
}
