//! Rights and places.

use super::{
    alice,
    fake::{Answer, Seen, github, json_answer},
    shop,
};
use rollcall::domain::person::{Permission, Standing};
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
        (PERMISSION, 0) | (RELEASE_TEAM, 0) => json_answer(502, json!({})),
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
        app.find_place("acme", "shop").await.expect("an answer"),
        Some(shop())
    );
    assert_eq!(
        app.find_place("acme", "nowhere").await.expect("an answer"),
        None
    );
}
