//! The sandbox as a newcomer meets it: the real program, its page, a whole rollout by the page's own requests.

mod secrets;
mod visitor;

use serde_json::json;
use visitor::Visitor;

const PLANNING: [&str; 3] = [
    "identify-requirements",
    "review-documentation",
    "stakeholder-communication",
];
const TESTING: [&str; 6] = [
    "environment-setup",
    "apply-updates",
    "automated-testing",
    "manual-testing",
    "performance-benchmarking",
    "security-assessment",
];
const BEFORE: [&str; 3] = ["backup", "rollback-plan", "stakeholder-announcement"];
const AFTER: [&str; 7] = [
    "phased-rollout",
    "monitoring",
    "stakeholder-update",
    "post-deployment-testing",
    "performance-monitoring",
    "issue-log",
    "feedback-loop",
];

#[tokio::test]
async fn a_newcomer_takes_a_rollout_from_request_to_completion() {
    let visitor = Visitor::enter().await;
    visitor
        .until("the issue became a rollout", |view| {
            view["issue"]["phase"] == "planning"
        })
        .await;

    visitor.comment("sam", "/done backup").await;
    visitor
        .until("sam was refused", |view| {
            view.to_string().contains("`not-allowed`")
        })
        .await;
    visitor.tick("ada", &PLANNING).await;
    visitor
        .until("the first announcement arrived", |view| {
            view["mails"][0]["subject"].is_string()
        })
        .await;
    visitor
        .comment("ada", "/schedule in 26h for 2h downtime 10m")
        .await;
    visitor
        .until("the window is set", |view| {
            says(&view["issue"]["status"]["text"], "downtime 10 minutes")
        })
        .await;
    visitor.tick("ada", &["schedule-rollout"]).await;
    visitor.tick("ada", &TESTING).await;
    visitor.tick("ada", &BEFORE).await;
    visitor
        .until("only the review is missing", |view| {
            view["issue"]["phases"][2]["done"] == 3
        })
        .await;
    visitor.comment("grace", "/approve-deploy").await;
    visitor.comment("linus", "/approve-deploy").await;
    visitor
        .until("Rollcall ticked the review", |view| {
            let items = view["issue"]["items"].as_array().expect("items");
            let review = items.iter().find(|item| item["id"] == "final-review");
            review.is_some_and(|review| review["checked"] == true)
        })
        .await;

    visitor.skip(27).await;
    visitor.comment("ada", "/start-deploy").await;
    visitor
        .until("the deployment started", |view| {
            view["issue"]["phase"] == "deployment"
                && says(&view["issue"]["status"]["text"], "started by `ada`")
        })
        .await;
    visitor.tick("ada", &AFTER).await;
    visitor
        .until("the rollout is completed and everybody told", |view| {
            let subjects = view["mails"].to_string();
            let told = ["planned", "scheduled", "started", "completed"];
            view["issue"]["phase"] == "completed"
                && view["issue"]["open"] == json!(false)
                && told
                    .iter()
                    .all(|news| subjects.contains(&format!("Update {news}")))
        })
        .await;
}

#[tokio::test]
async fn a_box_ticked_too_early_is_taken_back_with_a_word() {
    let visitor = Visitor::enter().await;
    visitor
        .until("the issue became a rollout", |view| {
            view["issue"]["phase"] == "planning"
        })
        .await;
    visitor.tick("ada", &["monitoring"]).await;
    let view = visitor.until("the box is empty again", |view| {
        let replies = view["issue"]["comments"]
            .as_array()
            .is_some_and(|comments| comments.len() > 1);
        replies && view["issue"]["phases"][3]["done"] == 0
    });
    assert!(
        view.await["issue"]["comments"]
            .to_string()
            .contains("/start-deploy")
    );
}

/// `/rollout` leaves fields open and asks for them, and the page has an editor.
#[tokio::test]
async fn what_rollcall_asks_for_is_filled_in_on_the_page() {
    let visitor = Visitor::enter().await;
    let wanted = json!({"login": "sam", "act": "rollout", "component": "search", "from": "2.0.1", "to": "2.1.0",
        "purpose": "p", "benefits": "b"});
    visitor.act(wanted).await;
    visitor
        .until("sam's wish is no rollout", |view| {
            view["issue"]["number"] == 2
                && says_somewhere(view, "this issue did not become a rollout")
        })
        .await;
    let order = "/rollout search 2.0.1..2.1.0 because security";
    visitor
        .act(json!({"login": "ada", "act": "comment", "issue": 2, "body": order}))
        .await;
    let view = visitor.until("Rollcall asks for what is missing", |view| {
        view["issue"]["number"] == 3
            && says_somewhere(view, "please fill in above, by editing the issue")
    });
    let issue = &view.await["issue"];
    assert_eq!(issue["author"], "rollcall[bot]");
    assert_eq!(issue["items"][0]["checked"], json!(false));
    let was = issue["source"].as_str().expect("a text");
    let body = was.replace("_to be filled in_", "Nothing is slow any more.");
    visitor
        .act(json!({"login": "ada", "act": "edit", "issue": 3, "was": was, "title": issue["title"], "body": body}))
        .await;
    visitor
        .until("Rollcall ticked 1.1", |view| {
            view["issue"]["items"][0]["checked"] == json!(true)
        })
        .await;
    visitor
        .act(json!({"login": "ada", "act": "comment", "issue": 3, "body": "/preview"}))
        .await;
    visitor
        .until("stakeholders would read the impact", |view| {
            says_somewhere(view, "What you will notice: Nothing is slow any more.")
        })
        .await;
}

fn says_somewhere(view: &serde_json::Value, part: &str) -> bool {
    let comments = view["issue"]["comments"].as_array();
    comments.is_some_and(|comments| comments.iter().any(|c| says(&c["text"], part)))
}

fn says(text: &serde_json::Value, part: &str) -> bool {
    text.as_str().is_some_and(|text| text.contains(part))
}
