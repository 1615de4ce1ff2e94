//! The four ways to a rollout: a comment, an issue form, the API, the command line. All lead to the same one.

use super::{
    harness::{REPOSITORY, TOKEN, TestApp},
    story::opened,
};
use crate::support::database::TestDatabase;
use rollcall::{
    cli::{Terminal, run},
    domain::rollout::{Item, ItemState, Rollout},
    sandbox::github::IssueAt,
};
use serde_json::json;
use std::ffi::OsString;

/// What people see of a rollout that has just been opened.
#[derive(Debug, PartialEq)]
struct Seen {
    title: String,
    body: String,
    labels: Vec<String>,
    status: String,
    items: Vec<Item>,
}

async fn seen(app: &mut TestApp, at: IssueAt) -> Seen {
    app.later(jiff::SignedDuration::from_secs(10)).await;
    let issue = app.issue(at);
    let rollout: Rollout = app.rollout(at).await;
    let fields = &rollout.fields;
    assert_eq!(fields.purpose, "Close a hole");
    assert_eq!(fields.components[0].reason, "security update");
    app.is_clean(at).await;
    let id = rollout.id.0.as_str();
    Seen {
        title: issue.title.clone(),
        body: issue.body.replace("\r\n", "\n").replace(id, "ID"),
        labels: issue.labels.into_iter().map(|(name, _)| name).collect(),
        status: without_origin(&app.status(at).replace(id, "ID")),
        items: rollout.items.into_iter().map(timeless).collect(),
    }
}

/// Who asked, and where, is what differs.
fn without_origin(status: &str) -> String {
    let origin = |line: &&str| !line.starts_with("**Asked for**");
    assert_eq!(status.lines().filter(|line| !origin(line)).count(), 1);
    status.lines().filter(origin).collect::<Vec<_>>().join("\n")
}

fn timeless(mut item: Item) -> Item {
    item.claimed_at = None;
    if let ItemState::Done { at, .. } = &mut item.state {
        *at = jiff::Timestamp::UNIX_EPOCH;
    }
    item
}

/// How a command on the command line ended.
struct Ended {
    code: u8,
    out: String,
    err: String,
}

/// `rollcall new` against the server, which works meanwhile.
async fn on_the_command_line(app: &mut TestApp, more: &[&str]) -> Ended {
    let server = app.listen().await;
    let mut arguments = vec!["rollcall", "new", "--repo", REPOSITORY];
    arguments.extend(["--component", "checkout 1.4.0..1.5.0 security update"]);
    arguments.extend(["--server", &server, "--token", TOKEN]);
    arguments.extend(more);
    let arguments: Vec<OsString> = arguments.into_iter().map(OsString::from).collect();
    let mut arrivals = app.store.arrivals();
    let (said, mut ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut terminal = Terminal {
            input: &mut std::io::empty(),
            out: &mut out,
            err: &mut err,
        };
        let code = run(arguments, &mut terminal);
        let text = |bytes| String::from_utf8(bytes).expect("output is text");
        let (out, err) = (text(out), text(err));
        said.send(Ended { code, out, err }).ok();
    });
    loop {
        tokio::select! {
            ended = &mut ended => return ended.expect("it ends"),
            () = arrivals.notified() => app.settle().await,
        }
    }
}

const DETAILS: [&str; 4] = [
    "--purpose",
    "Close a hole",
    "--benefits",
    "Payments stay safe",
];

#[tokio::test]
async fn four_ways_lead_to_the_same_rollout() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    let by_comment = seen(&mut app, at).await;

    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let form = "### Purpose\n\nClose a hole\n\n### Components\n\ncheckout 1.4.0..1.5.0 because security update\n\n### Benefits\n\nPayments stay safe\n";
    let at = app
        .world
        .submit_form(
            "ada",
            REPOSITORY,
            "Rollout: checkout 1.4.0 → 1.5.0",
            form,
            &["rollout"],
        )
        .expect("an issue");
    app.settle().await;
    assert_eq!(seen(&mut app, at).await, by_comment, "by the form");

    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let order = json!({
        "repository": REPOSITORY,
        "purpose": "Close a hole",
        "components": [{"name": "checkout", "from": "1.4.0", "to": "1.5.0", "reason": "security update"}],
        "benefits": "Payments stay safe",
    });
    app.order(order).await;
    app.settle().await;
    let at = app.newest_issue().at;
    assert_eq!(seen(&mut app, at).await, by_comment, "by the API");

    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let ended = on_the_command_line(&mut app, &DETAILS).await;
    let at = app.newest_issue().at;
    assert_eq!((ended.code, ended.out), (0, address(at)), "{}", ended.err);
    assert_eq!(seen(&mut app, at).await, by_comment, "by the command line");
}

fn address(at: IssueAt) -> String {
    format!("https://github.example/{REPOSITORY}/issues/{}\n", at.number)
}

#[tokio::test]
async fn the_same_command_line_twice_finds_the_first_rollout() {
    let mut app = TestApp::on(TestDatabase::postgres().await).await;
    let first = on_the_command_line(&mut app, &DETAILS).await;
    let second = on_the_command_line(&mut app, &DETAILS).await;
    assert_eq!((first.code, second.code), (0, 0), "{}", second.err);
    assert_eq!(first.out, second.out);
    assert_eq!(app.open_rollouts().await, 1);
    let other = on_the_command_line(&mut app, &["--purpose", "Something else"]).await;
    assert_ne!(other.out, first.out);
    assert_eq!(app.open_rollouts().await, 2);
}

#[tokio::test]
async fn the_same_command_line_for_a_rollout_that_is_over_says_so() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let first = on_the_command_line(&mut app, &DETAILS).await;
    let at = app.newest_issue().at;
    app.say("ada", at, "/cancel the vendor withdrew it").await;
    let again = on_the_command_line(&mut app, &DETAILS).await;
    assert_eq!((again.code, &again.out), (1, &first.out));
    let said = "this order was made before, and its rollout is cancelled";
    assert!(
        again.err.contains(said) && again.err.contains("--key"),
        "{}",
        again.err
    );
    let more = [&DETAILS[..], &["--key", "second try"]].concat();
    let other = on_the_command_line(&mut app, &more).await;
    assert_eq!(other.code, 0, "{}", other.err);
    assert_ne!(other.out, first.out);
}

#[tokio::test]
async fn another_order_under_a_known_key_is_refused() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let order = |to: &str| {
        json!({ "repository": REPOSITORY, "key": "weekly",
            "components": [{"name": "checkout", "from": "1.4.0", "to": to, "reason": "security update"}] })
    };
    let first = app.order(order("1.5.0")).await;
    app.settle().await;
    assert_eq!(app.order(order("1.5.0")).await, first);
    let (status, answer) = app.order(order("1.6.0")).await;
    assert_eq!(
        (status.as_u16(), &answer["error"]),
        (409, &json!("order_differs"))
    );
    let shown = app.shown(&first.1["id"]).await;
    let told = (&shown["phase"], &shown["deploying"], &shown["end"]);
    assert_eq!(told, (&json!("Planning"), &json!(false), &json!(null)));
}

#[tokio::test]
async fn an_order_that_cannot_be_granted_says_why_on_the_command_line() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let ended = on_the_command_line(&mut app, &["--template", "standart"]).await;
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains(
            "the order is refused: There is no template `standart`. Did you mean `standard`?"
        ),
        "{}",
        ended.err
    );
    let ended = on_the_command_line(&mut app, &["--template", "standard"]).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
}

#[tokio::test]
async fn a_form_delivered_twice_is_one_rollout() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let form = "### Purpose\n\nClose a hole\n";
    let at = app
        .world
        .submit_form("ada", REPOSITORY, "Update", form, &["rollout"])
        .expect("an issue");
    // GitHub delivers it twice, and says it again when the label is put on once more.
    for delivery in app.waiting() {
        app.post(&delivery).await;
        app.post(&delivery).await;
    }
    app.settle().await;
    app.world.unlabel("ada", at, "rollout").expect("a label");
    app.world.label("ada", at, "rollout").expect("a label");
    app.settle().await;
    assert_eq!(app.open_rollouts().await, 1);
    let asked: Vec<_> = app
        .replies(at)
        .into_iter()
        .filter(|reply| reply.contains("please fill in above"))
        .collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
}
