//! Deliveries that never arrived.

use super::fake::{github, json_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

fn attempt(id: u64, guid: &str, minute: u32, status_code: u16) -> Value {
    let status = if status_code < 300 {
        "OK"
    } else {
        "Invalid HTTP Response"
    };
    json!({
        "id": id, "guid": guid, "delivered_at": format!("2026-11-22T10:{minute:02}:00Z"), "redelivery": false,
        "duration": 0.1, "status": status, "status_code": status_code, "event": "issues", "action": "edited",
        "installation_id": 7, "repository_id": 9, "throttled_at": null
    })
}

#[tokio::test]
async fn what_never_arrived_is_found_on_every_page_and_asked_for_again() {
    let fake = github(|seen| match seen.call.as_str() {
        "GET /app/hook/deliveries?per_page=100" => {
            let next = r#"<https://elsewhere.example/app/hook/deliveries?per_page=100&cursor=v1_2>; rel="next""#;
            Some((200, vec![("link", next.to_owned())], json!([attempt(30, "b", 50, 502), attempt(20, "a", 40, 202)])))
        }
        "GET /app/hook/deliveries?per_page=100&cursor=v1_2" => {
            let next = r#"<https://elsewhere.example/app/hook/deliveries?per_page=100&cursor=v1_3>; rel="next""#;
            let page = json!([attempt(12, "a", 30, 502), attempt(11, "c", 20, 500), attempt(10, "d", 5, 500)]);
            Some((200, vec![("link", next.to_owned())], page))
        }
        "POST /app/hook/deliveries/11/attempts" => json_answer(202, json!({})),
        _ => None,
    })
    .await;
    let app = fake.app();
    let since: Timestamp = "2026-11-22T10:10:00Z".parse().expect("a time");
    let missed = app.failed_deliveries(since).await.expect("an answer");
    let missed: Vec<_> = missed
        .iter()
        .map(|missed| (missed.guid.as_str(), missed.id))
        .collect();
    assert_eq!(missed, [("c", 11), ("b", 30)]);
    app.redeliver(11).await.expect("accepted");
    assert_eq!(
        fake.calls().len(),
        3,
        "the page before `since` ends the search"
    );
}
