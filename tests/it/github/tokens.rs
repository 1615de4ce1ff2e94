//! Keys and tokens: who shares them, when they are replaced, and that they stay secret.

use super::{
    PKCS1, PKCS8,
    actions::{CLOSE, close_issue_4, closes},
    fake::{github, json_answer},
    issue_4, shop,
};
use rollcall::{
    domain::{
        effect::{Action, CloseReason},
        ids::{InstallationId, Person, UserId},
        person::Permission,
    },
    github::{GithubApp, GithubConfig},
};
use secrecy::SecretString;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};

#[tokio::test]
async fn many_callers_share_one_token() {
    let fake = github(|seen| {
        let read = seen.call.ends_with("/permission");
        read.then(|| {
            (
                200,
                vec![],
                json!({"permission": "write", "role_name": "write"}),
            )
        })
    })
    .await;
    let app = fake.app();
    let people: Vec<_> = (0..20)
        .map(|n| Person {
            id: UserId(n),
            login: format!("p{n}"),
            bot: false,
        })
        .collect();
    let (place, no_teams) = (shop(), BTreeSet::new());
    let mut reads = tokio::task::JoinSet::new();
    let app = Arc::new(app);
    for person in people {
        let (app, place, no_teams) = (app.clone(), place.clone(), no_teams.clone());
        reads.spawn(async move {
            app.read_standing(&place, &person, &no_teams)
                .await
                .permission
        });
    }
    for permission in reads.join_all().await {
        assert_eq!(permission, Ok(Permission::Write));
    }
    assert_eq!(
        fake.like("POST /app/installations/7/access_tokens").len(),
        1
    );
    assert_eq!(fake.like("GET /repos/acme/shop/collaborators/").len(), 20);
}

#[tokio::test]
async fn a_token_that_ran_out_is_replaced_once() {
    // The first token lives 60 s by GitHub's clock, of which Rollcall uses none.
    let fake = github(|seen| match seen.call.as_str() {
        "POST /app/installations/7/access_tokens" if seen.earlier == 0 => {
            let body = json!({"token": "ghs_secret1", "expires_at": "2026-11-22T10:01:00Z"});
            Some((
                201,
                vec![("date", "Sun, 22 Nov 2026 10:00:00 GMT".to_owned())],
                body,
            ))
        }
        CLOSE => json_answer(200, json!({})),
        _ => None,
    })
    .await;
    let app = fake.app();
    for _ in 0..2 {
        closes(&app).await;
    }
    let tokens: Vec<_> = fake
        .like(CLOSE)
        .iter()
        .map(|seen| seen.headers["authorization"].clone())
        .collect();
    assert_eq!(tokens, ["Bearer ghs_secret1", "Bearer ghs_secret2"]);
}

#[tokio::test]
async fn a_new_token_that_github_does_not_know_yet_gets_a_second_try() {
    for status in [401, 403] {
        let fake = github(move |seen| match (seen.call.as_str(), seen.earlier) {
            (CLOSE, 0) => json_answer(status, json!({"message": "Bad credentials"})),
            (CLOSE, _) => json_answer(200, json!({})),
            _ => None,
        })
        .await;
        closes(&fake.app()).await;
        assert_eq!(fake.calls(), [CLOSE, CLOSE]);
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced() {
    let fake = github(|seen| {
        let known = seen
            .headers
            .get("authorization")
            .is_some_and(|token| token == "Bearer ghs_secret2");
        let status = if known { 200 } else { 401 };
        (seen.call == CLOSE).then(|| (status, vec![], json!({"message": "Bad credentials"})))
    })
    .await;
    let app = fake.app();
    for _ in 0..3 {
        closes(&app).await;
    }
    assert_eq!(
        fake.like("POST /app/installations/7/access_tokens").len(),
        2
    );
    assert_eq!(fake.calls().len(), 2 + 3);
}

#[tokio::test]
async fn no_secret_shows_in_debug_or_errors() {
    let fake = github(|seen| match seen.call.as_str() {
        "POST /app/installations/8/access_tokens" => {
            json_answer(201, json!({"expires_at": "ghs_secret9"}))
        }
        CLOSE => json_answer(500, json!({"message": "boom"})),
        _ => None,
    })
    .await;
    let app = fake.app();
    let refused = close_issue_4(&app).await.expect_err("a failure");
    let mut other = issue_4();
    other.installation = InstallationId(8);
    let unread = Action::CloseIssue {
        place: other,
        reason: CloseReason::Completed,
    };
    let unread = app
        .perform("close:ro-1", &unread, 1, None)
        .await
        .expect_err("a failure");
    let texts = format!(
        "{app:?} {:?} {refused} {refused:?} {unread} {unread:?}",
        fake.config()
    );
    assert!(!texts.contains("ghs_secret"), "{texts}");
    assert!(!texts.contains("PRIVATE KEY"), "{texts}");
    assert!(!texts.contains("MII"), "{texts}");
}

#[tokio::test]
async fn both_forms_of_a_key_are_taken_and_nothing_else() {
    let fake = github(|_| None).await;
    for (key, good) in [(PKCS1, true), (PKCS8, true), ("not a key", false)] {
        let config = GithubConfig {
            private_key: SecretString::from(key),
            ..fake.config()
        };
        assert_eq!(GithubApp::new(&config).is_ok(), good);
    }
    for address in ["", "github.com", "file:///etc/passwd"] {
        let config = GithubConfig {
            api_url: address.to_owned(),
            ..fake.config()
        };
        let error = GithubApp::new(&config).expect_err("no address");
        assert_eq!(
            error.to_string(),
            format!("`{address}` is not the http(s) address of a GitHub API")
        );
    }
}

#[tokio::test]
async fn a_token_is_asked_for_one_repository_and_no_more_than_the_routes_need() {
    let fake = github(|seen| (seen.call == CLOSE).then(|| (200, vec![], json!({})))).await;
    closes(&fake.app()).await;
    let asked = fake.like("POST /app/installations/7/access_tokens");
    let needed: serde_json::Map<_, _> = rollcall::github::permissions::needed()
        .into_iter()
        .map(|(name, access)| (name.to_owned(), json!(access.name())))
        .collect();
    let expected = json!({"repository_ids": [shop().repository.id.0], "permissions": needed});
    assert_eq!(
        asked.iter().map(|seen| &seen.body).collect::<Vec<_>>(),
        [&expected]
    );
}

#[tokio::test]
async fn an_installation_that_has_not_granted_everything_yet_gives_what_it_has() {
    let fake = github(|seen| match seen.call.as_str() {
        "POST /app/installations/7/access_tokens" if seen.body.get("permissions").is_some() => {
            let message = "The permissions requested are not granted to this installation.";
            json_answer(422, json!({ "message": message }))
        }
        CLOSE => json_answer(200, json!({})),
        _ => None,
    })
    .await;
    closes(&fake.app()).await;
    assert_eq!(
        fake.like("POST /app/installations/7/access_tokens").len(),
        2
    );
}

#[tokio::test]
async fn calls_go_to_the_name_that_the_repository_has_now() {
    let fake = github(|seen| match seen.call.as_str() {
        "POST /app/installations/7/access_tokens" => {
            let now = json!([{"id": 5, "full_name": "acme-corp/store"}]);
            json_answer(201, json!({"token": "ghs_secret1", "repositories": now}))
        }
        "PATCH /repos/acme-corp/store/issues/4" => json_answer(200, json!({})),
        _ => None,
    })
    .await;
    closes(&fake.app()).await;
    assert_eq!(fake.like("PATCH /repos/acme/shop").len(), 0);
}
