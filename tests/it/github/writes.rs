//! Effects performed twice, half performed, and performed too late.

use super::{
    actions,
    fake::{Answer, Fake, Seen, github, json_answer},
    issue_4, shop,
};
use rollcall::domain::{
    effect::Action,
    event::{Event, What},
    ids::CommentId,
};
use serde_json::{Value, json};
use std::sync::Mutex;

const KEY: &str = "reply:72d3162e";

fn bot() -> Value {
    json!({"id": 1, "login": "rollcall[bot]"})
}

fn issue(body: &str) -> Value {
    json!({"number": 4, "title": "t", "state": "open", "body": body, "user": bot(), "labels": [], "updated_at": "2026-11-22T10:00:00Z"})
}

fn comment(body: &str) -> Action {
    actions::comment(&issue_4(), body)
}

fn bodies(fake: &Fake, start: &str) -> Vec<String> {
    fake.like(start)
        .iter()
        .map(|seen| seen.body["body"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// An issue's comments: what is posted is kept, in pages of `per_page`.
fn comments(seen: &Seen, kept: &Mutex<Vec<Value>>, page_size: usize) -> Option<Answer> {
    let list = "GET /repos/acme/shop/issues/4/comments?per_page=40&page=";
    let mut kept = kept.lock().expect("no test panics with it");
    if seen.call == "POST /repos/acme/shop/issues/4/comments" {
        let id = 1000 + kept.len();
        kept.push(json!({"id": id, "body": seen.body["body"], "user": bot()}));
        return json_answer(201, kept[kept.len() - 1].clone());
    }
    let page: usize = seen.call.strip_prefix(list)?.parse().ok()?;
    let items: Vec<&Value> = kept
        .iter()
        .skip((page - 1) * page_size)
        .take(page_size)
        .collect();
    let link = (page * page_size < kept.len()).then(|| {
        (
            "link",
            "<http://x.example/?page=9>; rel=\"next\"".to_owned(),
        )
    });
    Some((200, link.into_iter().collect(), json!(items)))
}

#[tokio::test]
async fn a_comment_that_was_written_before_the_connection_broke_is_not_written_again() {
    let kept = Mutex::new(vec![json!({"id": 1, "body": "hi", "user": null}); 5]);
    let fake = github(move |seen| match comments(seen, &kept, 2) {
        Some((201, ..)) if seen.earlier == 0 => json_answer(502, json!({})),
        answer => answer,
    })
    .await;
    let app = fake.app();
    app.perform(KEY, &comment("done"), 1, None)
        .await
        .expect_err("the answer is lost");
    let id = app
        .perform(KEY, &comment("done"), 2, None)
        .await
        .expect("found");
    assert_eq!(
        id.as_deref(),
        Some("1005"),
        "the marker stands on the third page"
    );
    assert_eq!(
        bodies(&fake, "POST /repos"),
        ["done\n<!-- rollcall:reply:72d3162e -->"]
    );
}

#[tokio::test]
async fn a_comment_that_somebody_copied_is_not_taken_for_the_own_one() {
    let copied = json!({"id": 1, "body": "<!-- rollcall:reply:72d3162e -->", "user": {"id": 5, "login": "mallory"}});
    let kept = Mutex::new(vec![copied]);
    let fake = github(move |seen| comments(seen, &kept, 100)).await;
    fake.app()
        .perform(KEY, &comment("done"), 2, None)
        .await
        .expect("written");
    assert_eq!(bodies(&fake, "POST /repos").len(), 1);
}

#[tokio::test]
async fn an_issue_that_was_opened_before_the_answer_was_lost_is_found() {
    let opened = Mutex::new(None);
    let fake = github(move |seen| match seen.call.as_str() {
        "GET /repos/acme/shop/issues/4/labels?per_page=100&page=1" | "POST /repos/acme/shop/issues/4/labels" => json_answer(200, json!([])),
        name if name.starts_with("GET /repos/acme/shop/labels/") => json_answer(200, json!({})),
        "POST /repos/acme/shop/issues" => {
            *opened.lock().expect("no test panics with it") = seen.body["body"].as_str().map(issue);
            json_answer(502, json!({"message": "Server Error"}))
        }
        "GET /repos/acme/shop/issues?state=all&sort=created&direction=desc&per_page=40&page=1" => {
            let stranger = json!({"number": 5, "title": "t", "state": "open", "body": null, "user": null, "labels": [], "updated_at": "2026-11-22T10:00:00Z"});
            let opened = opened.lock().expect("no test panics with it").clone();
            json_answer(200, json!([stranger, opened]))
        }
        _ => None,
    })
    .await;
    let create = actions::open(&shop());
    let app = fake.app();
    app.perform("issue:ro-1", &create, 1, None)
        .await
        .expect_err("the answer is lost");
    let number = app
        .perform("issue:ro-1", &create, 2, None)
        .await
        .expect("found");
    assert_eq!(number.as_deref(), Some("4"));
    let created = fake
        .calls()
        .into_iter()
        .filter(|call| call == "POST /repos/acme/shop/issues");
    assert_eq!(created.count(), 1);
    let added = &fake.like("POST /repos/acme/shop/issues/4/labels")[0];
    assert_eq!(
        added.body,
        json!({"labels": ["rollout", "rollout:planning"]}),
        "labels that were dropped in silence are added"
    );
}

#[tokio::test]
async fn the_status_comment_is_edited_in_place() {
    let fake = github(|seen| match seen.call.as_str() {
        "PATCH /repos/acme/shop/issues/comments/55" => json_answer(200, json!({"id": 55})),
        _ => None,
    })
    .await;
    let status = actions::status(&issue_4(), "<!-- rollcall:status -->\n40 %");
    let id = fake
        .app()
        .perform("status:ro-1", &status, 1, Some("55"))
        .await
        .expect("edited");
    assert_eq!(id.as_deref(), Some("55"));
    assert_eq!(fake.calls(), ["PATCH /repos/acme/shop/issues/comments/55"]);
}

#[tokio::test]
async fn a_deleted_status_comment_is_written_anew_and_pinned_where_that_is_known() {
    let kept = Mutex::new(vec![]);
    let fake = github(move |seen| comments(seen, &kept, 100)).await;
    let status = actions::status(&issue_4(), "40 %");
    let app = fake.app();
    let id = app
        .perform("status:ro-1", &status, 1, Some("55"))
        .await
        .expect("written");
    assert_eq!(id.as_deref(), Some("1000"));
    assert_eq!(
        bodies(&fake, "POST /repos"),
        ["40 %\n<!-- rollcall:status -->"]
    );
    assert_eq!(
        fake.like("PUT /repos/acme/shop/issues/comments/1000/pin")
            .len(),
        1,
        "tried, and its 404 stops nothing"
    );
}

#[tokio::test]
async fn a_status_comment_whose_number_was_lost_is_found_by_its_marker() {
    let mut lost = vec![json!({"id": 1, "body": "hi", "user": null}); 250];
    lost[220] = json!({"id": 77, "body": "20 %\n<!-- rollcall:status -->", "user": bot()});
    let kept = Mutex::new(lost);
    let fake = github(move |seen| match seen.call.as_str() {
        "PATCH /repos/acme/shop/issues/comments/77" => json_answer(200, json!({"id": 77})),
        _ => comments(seen, &kept, 100),
    })
    .await;
    let status = actions::status(&issue_4(), "40 %");
    let id = fake
        .app()
        .perform("status:ro-1", &status, 1, None)
        .await
        .expect("edited");
    assert_eq!(id.as_deref(), Some("77"));
    assert!(fake.like("POST /repos").is_empty());
}

#[tokio::test]
async fn a_box_is_flipped_by_one_byte_in_the_newest_body() {
    let body = "intro\r\n- [ ] **Backup** <!-- id: backup -->\r\n- [X] b <!-- id: b -->\r\n";
    let fake = github(move |seen| match seen.call.as_str() {
        "GET /repos/acme/shop/issues/4" | "PATCH /repos/acme/shop/issues/4" => {
            json_answer(200, issue(body))
        }
        _ => None,
    })
    .await;
    let app = fake.app();
    let boxes = |id, checked| actions::put_box(&issue_4(), id, checked);
    app.perform("boxes:1", &boxes("b", true), 1, None)
        .await
        .expect("nothing to do");
    app.perform("boxes:2", &boxes("gone", true), 1, None)
        .await
        .expect("nothing to do");
    assert!(fake.like("PATCH").is_empty());
    app.perform("boxes:3", &boxes("backup", true), 1, None)
        .await
        .expect("flipped");
    assert_eq!(bodies(&fake, "PATCH"), [body.replacen("[ ]", "[x]", 1)]);
}

#[tokio::test]
async fn a_body_is_written_only_over_the_expected_one() {
    let fake = github(|seen| match seen.call.as_str() {
        "GET /repos/acme/shop/issues/4" => json_answer(200, issue("a\r\nb")),
        "PATCH /repos/acme/shop/issues/4" => json_answer(200, issue("")),
        _ => None,
    })
    .await;
    let app = fake.app();
    let put = |expect, body| actions::put_body(&issue_4(), expect, body);
    app.perform("body:1", &put("older", "newer"), 1, None)
        .await
        .expect("people were faster");
    app.perform("body:2", &put("older", "a\nb"), 1, None)
        .await
        .expect("there already");
    assert!(fake.like("PATCH").is_empty());
    app.perform("body:3", &put("a\nb", "newer"), 1, None)
        .await
        .expect("written");
    assert_eq!(bodies(&fake, "PATCH"), ["newer"]);
}

#[tokio::test]
async fn labels_of_people_stay_and_own_ones_change_one_by_one() {
    let fake = github(|seen| match seen.call.as_str() {
        "GET /repos/acme/shop/issues/4/labels?per_page=100&page=1" => {
            json_answer(200, json!([{"name": "bug"}, {"name": "rollout"}, {"name": "rollout:planning"}, {"name": "rollout:hold 1/2"}]))
        }
        "POST /repos/acme/shop/labels" => json_answer(422, json!({"message": "Validation Failed", "errors": [{"code": "already_exists"}]})),
        "POST /repos/acme/shop/issues/4/labels" | "DELETE /repos/acme/shop/issues/4/labels/rollout%3Aplanning" => {
            json_answer(200, json!([]))
        }
        _ => None,
    })
    .await;
    let put = actions::put_labels(&issue_4(), &["rollout", "rollout:testing"]);
    fake.app()
        .perform("labels:ro-1", &put, 1, None)
        .await
        .expect("done, though one was gone already");
    let expect = [
        "GET /repos/acme/shop/issues/4/labels?per_page=100&page=1",
        "GET /repos/acme/shop/labels/rollout%3Atesting",
        "POST /repos/acme/shop/labels",
        "POST /repos/acme/shop/issues/4/labels",
        "DELETE /repos/acme/shop/issues/4/labels/rollout%3Aplanning",
        "DELETE /repos/acme/shop/issues/4/labels/rollout%3Ahold%201%2F2",
    ];
    assert_eq!(fake.calls(), expect);
    assert_eq!(
        fake.like("POST /repos/acme/shop/issues/4/labels")[0].body,
        json!({"labels": ["rollout:testing"]})
    );
}

#[tokio::test]
async fn a_reaction_that_fails_stops_nothing() {
    let fake = github(|_| None).await;
    let react = actions::thumbs_up(&issue_4(), CommentId(55));
    assert_eq!(
        fake.app()
            .perform("react:1", &react, 1, None)
            .await
            .expect("no matter"),
        None
    );
    assert_eq!(fake.like("POST /repos")[0].body, json!({"content": "+1"}));
}

#[tokio::test]
async fn an_effect_of_another_channel_is_not_taken() {
    let fake = github(|_| None).await;
    let what = What::TitleEdited {
        title: String::new(),
    };
    let at = jiff::Timestamp::UNIX_EPOCH;
    let event = Event {
        key: String::new(),
        at,
        place: issue_4(),
        rollout: None,
        actor: None,
        what,
    };
    let wake_up = Action::WakeUp {
        event: Box::new(event),
    };
    fake.app()
        .perform("wake:1", &wake_up, 1, None)
        .await
        .expect_err("not GitHub's");
    assert!(fake.seen().is_empty());
}
