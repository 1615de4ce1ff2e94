mod strange;

use super::*;
use crate::domain::ids::{CommentId, Person, Repository, UserId};
use serde_json::{Value, json};

const RECEIVED_AT: &str = "2026-11-02T10:00:05Z";

fn parse_json(event: &str, body: &Value) -> Parsed {
    parse_bytes(event, body.to_string().as_bytes())
}

fn parse_bytes(event: &str, body: &[u8]) -> Parsed {
    parse(Webhook {
        event,
        delivery: "d-1",
        body,
        received_at: RECEIVED_AT.parse().expect("a time"),
    })
}

/// A payload with the parts that all have, and these on top.
fn payload(action: &str, parts: Value) -> Value {
    let mut payload = json!({
        "action": action,
        "installation": { "id": 777 },
        "repository": { "id": 5, "name": "shop", "full_name": "acme/shop", "owner": { "id": 9, "login": "acme" } },
        "sender": { "id": 3, "login": "ada", "type": "User" },
        "issue": { "number": 12, "title": "T", "body": "after", "updated_at": "2026-11-02T10:00:00Z", "user": null,
                   "labels": [{ "name": "rollout" }] },
    });
    if let (Value::Object(payload), Value::Object(parts)) = (&mut payload, parts) {
        payload.extend(parts);
    }
    payload
}

/// What happened, when everything else is as every payload here says it.
fn check(event: &str, body: &Value) -> Vec<What> {
    let Parsed::Events(events) = parse_json(event, body) else {
        panic!("no events: {:?}", parse_json(event, body));
    };
    for event in &events {
        assert_eq!(event.place.installation.0, 777);
        assert!(
            event.key == "d-1" || event.key.starts_with("d-1."),
            "{}",
            event.key
        );
    }
    events.into_iter().map(|event| event.what).collect()
}

fn first(event: &str, body: &Value) -> Event {
    match parse_json(event, body) {
        Parsed::Events(mut events) => events.remove(0),
        other => panic!("no events: {other:?}"),
    }
}

fn edit(changes: &Value) -> Vec<What> {
    check("issues", &payload("edited", json!({ "changes": changes })))
}

fn body_edit(from: Option<&str>) -> What {
    What::BodyEdited {
        from: from.map(str::to_owned),
        body: "after".into(),
    }
}

#[test]
fn an_event_says_who_where_and_when() {
    let event = first("issues", &payload("closed", json!({})));
    assert_eq!(event.place.repository.to_string(), "acme/shop");
    assert_eq!(event.place.issue, Some(12));
    assert_eq!(event.at.to_string(), "2026-11-02T10:00:00Z");
    let ada = Person {
        id: UserId(3),
        login: "ada".into(),
        bot: false,
    };
    assert_eq!(event.actor, Some(ada));
    assert_eq!(event.key, "d-1");
}

#[test]
fn a_bot_is_known_by_its_type_and_a_missing_sender_is_nobody() {
    let bot = json!({ "sender": { "id": 4, "login": "rollcall[bot]", "type": "Bot" } });
    let actor = first("issues", &payload("closed", bot)).actor;
    assert!(actor.is_some_and(|actor| actor.bot));
    let nobody = json!({ "sender": null });
    assert_eq!(first("issues", &payload("closed", nobody)).actor, None);
}

#[test]
fn an_edit_of_the_body_carries_the_text_before() {
    assert_eq!(
        edit(&json!({ "body": { "from": "before" } })),
        [body_edit(Some("before"))]
    );
    assert_eq!(
        edit(&json!({ "body": { "from": "" } })),
        [body_edit(Some(""))]
    );
}

#[test]
fn an_edit_of_the_title_alone_is_no_edit_of_the_body() {
    let title = What::TitleEdited { title: "T".into() };
    assert_eq!(
        edit(&json!({ "title": { "from": "Old" } })),
        std::slice::from_ref(&title)
    );
    let both = edit(&json!({ "title": { "from": "Old" }, "body": { "from": "before" } }));
    assert_eq!(both, [body_edit(Some("before")), title]);
}

#[test]
fn an_edit_that_does_not_say_what_it_changed_may_have_changed_the_body() {
    for changes in [
        json!({}),
        Value::Null,
        json!({ "body": true }),
        json!({ "body": { "from": null } }),
    ] {
        assert_eq!(edit(&changes), [body_edit(None)]);
    }
}

#[test]
fn several_events_of_one_webhook_have_keys_of_their_own() {
    let body = payload("edited", json!({ "changes": { "title": {}, "body": {} } }));
    let Parsed::Events(events) = parse_json("issues", &body) else {
        panic!("no events");
    };
    let keys: Vec<_> = events.iter().map(|event| event.key.as_str()).collect();
    assert_eq!(keys, ["d-1", "d-1.1"]);
}

#[test]
fn an_issue_without_a_body_has_an_empty_one() {
    let issue = json!({ "issue": { "number": 12, "title": "T", "body": null, "labels": null } });
    let opened = What::IssueOpened {
        title: "T".into(),
        body: String::new(),
        labels: vec![],
    };
    assert_eq!(check("issues", &payload("opened", issue)), [opened]);
    let labels = vec!["rollout".into()];
    let opened = What::IssueOpened {
        title: "T".into(),
        body: "after".into(),
        labels,
    };
    assert_eq!(check("issues", &payload("opened", json!({}))), [opened]);
}

#[test]
fn the_rest_of_an_issues_life_is_followed() {
    let one = |action: &str| {
        check(
            "issues",
            &payload(action, json!({ "label": { "name": "x" } })),
        )
    };
    assert_eq!(one("closed"), [What::IssueClosed]);
    assert_eq!(one("reopened"), [What::IssueReopened]);
    assert_eq!(one("deleted"), [What::IssueDeleted]);
    assert_eq!(
        one("labeled"),
        [What::LabelChanged {
            label: "x".into(),
            added: true
        }]
    );
    assert_eq!(
        one("unlabeled"),
        [What::LabelChanged {
            label: "x".into(),
            added: false
        }]
    );
    let moved = json!({ "changes": {
        "new_issue": { "number": 3 },
        "new_repository": { "id": 6, "name": "web", "owner": { "id": 9, "login": "acme" } } } });
    let repository = Repository {
        id: crate::domain::ids::RepositoryId(6),
        owner: "acme".into(),
        name: "web".into(),
    };
    let transferred = What::IssueTransferred {
        repository,
        issue: 3,
    };
    assert_eq!(
        check("issues", &payload("transferred", moved)),
        [transferred]
    );
}

#[test]
fn what_is_gone_went_when_it_was_heard_of() {
    let event = first("issues", &payload("deleted", json!({})));
    assert_eq!(event.at.to_string(), RECEIVED_AT);
}

#[test]
fn comments_carry_their_own_times_and_the_text_before() {
    let comment = json!({ "comment": { "id": 8, "body": "/status", "user": null,
        "created_at": "2026-11-02T09:00:00Z", "updated_at": "2026-11-02T09:30:00Z" },
        "changes": { "body": { "from": "old" } } });
    let id = CommentId(8);
    let event = first("issue_comment", &payload("created", comment.clone()));
    assert_eq!(event.at.to_string(), "2026-11-02T09:00:00Z");
    let created = What::CommentCreated {
        comment: id,
        body: "/status".into(),
        change_author: None,
    };
    assert_eq!(event.what, created);
    let event = first("issue_comment", &payload("edited", comment.clone()));
    assert_eq!(event.at.to_string(), "2026-11-02T09:30:00Z");
    let edited = What::CommentEdited {
        comment: id,
        from: Some("old".into()),
        body: "/status".into(),
    };
    assert_eq!(event.what, edited);
    let deleted = check("issue_comment", &payload("deleted", comment));
    assert_eq!(deleted, [What::CommentDeleted { comment: id }]);
}

#[test]
fn a_comment_on_a_pull_request_is_known_as_one() {
    let parts = json!({ "issue": { "number": 1, "pull_request": {}, "user": {"id": 9, "login": "ada", "type": "User"} }, "comment": { "id": 8, "body": null } });
    let created = What::CommentCreated {
        comment: CommentId(8),
        body: String::new(),
        change_author: Some(Person {
            id: UserId(9),
            login: "ada".into(),
            bot: false,
        }),
    };
    assert_eq!(
        check("issue_comment", &payload("created", parts)),
        [created]
    );
}

#[test]
fn a_repository_moves_and_goes() {
    let one = |action: &str| first("repository", &payload(action, json!({})));
    let renamed = one("renamed");
    assert_eq!(renamed.place.issue, None);
    assert_eq!(
        renamed.what,
        What::RepositoryRenamed {
            repository: renamed.place.repository
        }
    );
    assert_eq!(
        one("deleted").what,
        What::RepositoryLost {
            how: "deleted".into()
        }
    );
    assert_eq!(
        one("archived").what,
        What::RepositoryLost {
            how: "archived".into()
        }
    );
    assert_eq!(one("unarchived").what, What::RepositoryFound);
}

#[test]
fn a_change_of_an_installation_happens_to_each_repository_it_names() {
    let parts = json!({ "repository": null, "repositories_added": [
        { "id": 5, "name": "shop", "full_name": "acme/shop" }, { "id": 6, "name": "web", "full_name": "acme/web" }] });
    let body = payload("added", parts);
    let Parsed::Events(events) = parse_json("installation_repositories", &body) else {
        panic!("no events");
    };
    let names: Vec<_> = events
        .iter()
        .map(|event| event.place.repository.to_string())
        .collect();
    assert_eq!(names, ["acme/shop", "acme/web"]);
    let parts =
        json!({ "repositories_removed": [{ "id": 5, "name": "shop", "full_name": "acme/shop" }] });
    let lost = What::RepositoryLost {
        how: "taken out of the installation".into(),
    };
    assert_eq!(
        check("installation_repositories", &payload("removed", parts)),
        [lost]
    );
}

#[test]
fn an_installation_comes_and_goes() {
    let one = |action: &str| {
        let account =
            json!({ "installation": { "id": 777, "account": { "id": 9, "login": "acme" } } });
        let event = first("installation", &payload(action, account));
        assert_eq!(
            (event.place.repository.owner.as_str(), event.place.issue),
            ("acme", None)
        );
        assert_eq!(event.stream(), "installation:777");
        event.what
    };
    assert_eq!(one("deleted"), What::InstallationRemoved);
    assert_eq!(one("suspend"), What::InstallationSuspended);
    assert_eq!(one("unsuspend"), What::InstallationResumed);
    assert_eq!(one("new_permissions_accepted"), What::InstallationResumed);
    let created =
        json!({ "repositories": [{ "id": 5, "name": "shop", "full_name": "acme/shop" }] });
    assert_eq!(
        check("installation", &payload("created", created)),
        [What::RepositoryFound]
    );
}

#[test]
fn what_is_not_followed_is_ignored_with_the_reason() {
    let ignored = |event: &str, body: Value| match parse_json(event, &body) {
        Parsed::Ignored(why) => why,
        other => panic!("not ignored: {other:?}"),
    };
    insta::assert_snapshot!(ignored("ping", json!({ "zen": "…" })), @"event `ping` is not followed");
    insta::assert_snapshot!(ignored("sub_issues", json!(1)), @"event `sub_issues` is not followed");
    insta::assert_snapshot!(ignored("issues", payload("typed", json!({ "issue": 1 }))), @"action `issues.typed` is not followed");
    insta::assert_snapshot!(ignored("issue_comment", payload("pinned", json!({}))), @"action `issue_comment.pinned` is not followed");
    insta::assert_snapshot!(ignored("repository", payload("edited", json!({}))), @"action `repository.edited` is not followed");
    insta::assert_snapshot!(ignored("issues", payload("closed", json!({ "installation": null }))), @"event `issues` names no installation");
    insta::assert_snapshot!(ignored("issues", payload("labeled", json!({}))), @"the label itself is gone");
    insta::assert_snapshot!(ignored("installation", payload("created", json!({}))), @"event `installation` names no repository");
    insta::assert_snapshot!(ignored("issues", json!({})), @"action `issues.` is not followed");
}

#[test]
fn what_cannot_be_understood_says_why() {
    let unreadable = |event: &str, body: &[u8]| match parse_bytes(event, body) {
        Parsed::Unreadable(why) => why,
        other => panic!("understood: {other:?}"),
    };
    let json = |value: Value| value.to_string().into_bytes();
    insta::assert_snapshot!(unreadable("issues", b"{\"action\":"), @"event `issues`: EOF while parsing a value at line 1 column 10");
    insta::assert_snapshot!(unreadable("issues", b"\xff\x00"), @"event `issues`: expected value at line 1 column 1");
    insta::assert_snapshot!(unreadable("issues", &json(payload("closed", json!({ "issue": null })))), @"event `issues`: `issue` is missing");
    insta::assert_snapshot!(unreadable("issues", &json(payload("closed", json!({ "issue": { "number": -1 } })))), @"event `issues`: invalid value: integer `-1`, expected u64 at line 1 column 65");
    insta::assert_snapshot!(unreadable("issues", &json(payload("transferred", json!({ "changes": {} })))), @"event `issues`: `new_repository` is missing");
    insta::assert_snapshot!(unreadable("repository", &json(payload("deleted", json!({ "repository": null })))), @"event `repository`: `repository` is missing");
}
