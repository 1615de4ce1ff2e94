//! Rights, places, templates, issues.

use super::{
    alice,
    fake::{Answer, Seen, file, github, json_answer},
    shop,
};
use rollcall::{
    domain::{
        decide::Look,
        facts::{Comments, TemplateFact},
        ids::CommentId,
        person::{Permission, Standing},
    },
    github::Whereabouts,
};
use serde_json::json;
use std::collections::BTreeSet;

const PERMISSION: &str = "GET /repos/acme/shop/collaborators/alice/permission";
const RELEASE_TEAM: &str = "GET /orgs/acme/teams/release/memberships/alice";

async fn standing(
    teams: &[&str],
    story: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static,
) -> Standing {
    let teams: BTreeSet<String> = teams.iter().map(|team| (*team).to_owned()).collect();
    github(story)
        .await
        .app()
        .read_standing(&shop(), &alice(), &teams)
        .await
}

#[tokio::test]
async fn a_custom_role_counts_as_what_it_inherits() {
    let answer = json!({"permission": "write", "role_name": "release-captain", "user": {"id": 11, "login": "alice"}});
    let standing = standing(&[], move |seen| {
        (seen.call == PERMISSION).then(|| (200, vec![], answer.clone()))
    })
    .await;
    assert_eq!(standing.permission, Ok(Permission::Write));
    assert_eq!(standing.role.as_deref(), Some("release-captain"));
}

#[tokio::test]
async fn who_is_no_collaborator_has_no_permission() {
    let standing = standing(&["release"], |_| None).await;
    assert_eq!(standing.permission, Ok(Permission::None));
    assert_eq!(standing.teams, Ok(BTreeSet::new()));
}

#[tokio::test]
async fn rights_that_cannot_be_read_are_unknown() {
    let standing = standing(&["release"], |seen| {
        (!seen.call.starts_with("POST")).then(|| (502, vec![], json!({})))
    })
    .await;
    let permission = standing.permission.expect_err("unknown");
    assert!(permission.contains("502"), "{permission}");
    assert!(standing.teams.is_err());
}

#[tokio::test]
async fn an_invited_member_is_not_one_yet() {
    let story = |seen: &Seen| match seen.call.as_str() {
        RELEASE_TEAM => json_answer(200, json!({"state": "pending", "role": "member"})),
        "GET /orgs/acme/teams/ops/memberships/alice" => {
            json_answer(200, json!({"state": "active", "role": "member"}))
        }
        _ => None,
    };
    let standing = standing(&["acme/release", "acme/ops", "security"], story).await;
    assert_eq!(standing.teams, Ok(BTreeSet::from(["acme/ops".to_owned()])));
}

#[tokio::test]
async fn rights_are_read_once_a_minute_but_failures_each_time() {
    let fake = github(|seen| match (seen.call.as_str(), seen.earlier) {
        (PERMISSION | RELEASE_TEAM, 0) => json_answer(502, json!({})),
        (PERMISSION, _) => json_answer(200, json!({"permission": "admin", "role_name": "admin"})),
        (RELEASE_TEAM, _) => json_answer(200, json!({"state": "active"})),
        _ => None,
    })
    .await;
    let (app, teams) = (fake.app(), BTreeSet::from(["acme/release".to_owned()]));
    let first = app.read_standing(&shop(), &alice(), &teams).await;
    assert!(first.permission.is_err() && first.teams.is_err());
    for _ in 0..5 {
        let standing = app.read_standing(&shop(), &alice(), &teams).await;
        assert_eq!(standing.permission, Ok(Permission::Admin));
        assert_eq!(standing.teams.as_ref(), Ok(&teams));
    }
    assert_eq!(fake.like(PERMISSION).len(), 2);
    assert_eq!(fake.like(RELEASE_TEAM).len(), 2);
}

#[tokio::test]
async fn a_repository_is_found_by_its_name() {
    let fake = github(|seen| match seen.call.as_str() {
        "GET /repos/acme/shop/installation" => json_answer(200, json!({"id": 7, "account": null})),
        "GET /repos/acme/shop" => json_answer(
            200,
            json!({"id": 9, "name": "shop", "owner": {"id": 1, "login": "acme"}}),
        ),
        _ => None,
    })
    .await;
    let app = fake.app();
    assert_eq!(
        app.find_place("acme/shop").await.expect("an answer"),
        Some(shop())
    );
    assert_eq!(
        app.find_place("acme/nowhere").await.expect("an answer"),
        None
    );
}

const MINIMAL: &str = include_str!("../../../checklist-templates/minimal.md");

async fn template(
    name: &str,
    story: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static,
) -> TemplateFact {
    github(story)
        .await
        .app()
        .read_template(&shop(), name)
        .await
        .expect("an answer")
}

#[tokio::test]
async fn a_template_of_the_repository_goes_before_the_one_that_rollcall_brings() {
    let found = template("standard", |seen| {
        let path = "GET /repos/acme/shop/contents/.github/rollout-templates/standard.md";
        (seen.call == path).then(|| (200, vec![], file(MINIMAL.as_bytes())))
    })
    .await;
    match found {
        TemplateFact::Found(template) => assert_eq!(template.name, "minimal"),
        other => panic!("{other:?}"),
    }
    let TemplateFact::Found(brought) = template("standard", |_| None).await else {
        panic!("no standard template")
    };
    assert_eq!(brought.items.len(), 22);
}

#[tokio::test]
async fn an_unknown_template_is_answered_with_those_that_exist() {
    for name in ["nosuch", "../rollcall", ""] {
        let found = template(name, |seen| {
            let folder = json!([{"type": "file", "name": "database.md", "sha": "b"}, {"type": "file", "name": "x.txt", "sha": "c"}]);
            (seen.call == "GET /repos/acme/shop/contents/.github/rollout-templates").then(|| (200, vec![], folder))
        })
        .await;
        let TemplateFact::Unknown { known, .. } = found else {
            panic!("{found:?}")
        };
        assert_eq!(known, ["database", "minimal", "security-patch", "standard"]);
    }
}

#[tokio::test]
async fn a_template_with_mistakes_is_not_replaced_by_another() {
    let found = template("standard", |seen| {
        seen.call
            .ends_with("standard.md")
            .then(|| (200, vec![], file(b"---\nnot yaml: [\n---\n")))
    })
    .await;
    assert!(matches!(found, TemplateFact::Broken { .. }), "{found:?}");
}

#[tokio::test]
async fn an_issue_is_gone_when_it_is_deleted_or_transferred() {
    let fake = github(|seen| match seen.call.as_str() {
        "GET /repos/acme/shop/issues/1" => json_answer(200, json!({
            "number": 1, "title": "Update", "body": null, "state": "open", "updated_at": "2026-11-22T10:00:00Z",
            "user": null, "labels": ["rollout", {"name": "bug"}, {"name": null}]
        })),
        "GET /repos/acme/shop/issues/2" => json_answer(410, json!({"message": "This issue was deleted"})),
        "GET /repos/acme/shop/issues/3" => Some((301, vec![("location", "/repositories/10/issues/77".to_owned())], json!({}))),
        "GET /repos/acme/shop/issues/5" => Some((301, vec![("location", "/repos/acme/warehouse/issues/77".to_owned())], json!({}))),
        "GET /repos/acme/warehouse" => json_answer(200, json!({ "id": 10, "name": "warehouse", "full_name": "acme/warehouse", "owner": { "id": 1, "login": "acme", "type": "Organization" } })),
        "GET /repos/acme/shop/issues/4" => json_answer(502, json!({})),
        _ => None,
    })
    .await;
    let app = fake.app();
    let newest = app
        .read_newest(&shop().at(1))
        .await
        .expect("an answer")
        .here()
        .expect("an issue");
    assert_eq!(
        (newest.body.as_str(), newest.open, newest.labels),
        ("", true, vec!["rollout".to_owned(), "bug".to_owned()])
    );
    for gone in [2, 3] {
        let newest = app.read_newest(&shop().at(gone)).await;
        assert_eq!(newest.expect("an answer"), Whereabouts::Gone, "{gone}");
    }
    let Whereabouts::Moved { repository, issue } =
        app.read_newest(&shop().at(5)).await.expect("an answer")
    else {
        panic!("it is elsewhere");
    };
    assert_eq!(
        (repository.id.0, repository.to_string(), issue),
        (10, "acme/warehouse".to_owned(), 77)
    );
    app.read_newest(&shop().at(4))
        .await
        .expect_err("no answer is not gone");
    assert_eq!(
        app.read_newest(&shop()).await.expect("no call"),
        Whereabouts::Gone
    );
}

/// Comments 1 and 2 carry words; the listing, which may be behind, shows the first.
fn look() -> Look {
    Look {
        since: "2026-11-02T09:00:00.5Z".parse().expect("a time"),
        words: vec![CommentId(1), CommentId(2)],
        gate: false,
    }
}

fn comments(seen: &Seen, second: u16) -> Option<Answer> {
    let comment = |id: u64| {
        let at = "2026-11-02T09:30:00Z";
        json!({"id": id, "body": "/approve-deploy", "user": null, "created_at": at, "updated_at": at})
    };
    match seen.call.as_str() {
        "GET /repos/acme/shop/issues/4/comments?since=2026-11-02T09%3A00%3A00Z&per_page=40&page=1" => {
            json_answer(200, json!([comment(1)]))
        }
        "GET /repos/acme/shop/issues/comments/2" => json_answer(second, comment(2)),
        _ => None,
    }
}

#[tokio::test]
async fn a_comment_is_gone_when_github_says_so_of_it_and_not_when_a_listing_lacks_it() {
    for (second, expect) in [(200, vec![1, 2]), (404, vec![1]), (410, vec![1])] {
        let fake = github(move |seen| comments(seen, second)).await;
        let read = fake.app().read_comments(&shop().at(4), &look()).await;
        let Comments::Read(found) = read.expect("an answer") else {
            panic!("they are read");
        };
        let found: Vec<u64> = found.iter().map(|comment| comment.id.0).collect();
        assert_eq!(found, expect, "{second}");
    }
    let fake = github(|seen| comments(seen, 502)).await;
    let read = fake.app().read_comments(&shop().at(4), &look()).await;
    assert!(read.is_err(), "it may be there");
}
