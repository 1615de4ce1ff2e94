//! Tokens, limits, redirects.

use super::{
    PKCS1, PKCS8, actions,
    fake::{Answer, Seen, github, json_answer},
    issue_4, shop,
};
use rollcall::{
    domain::{
        effect::{Action, CloseReason},
        person::Permission,
        retry::Retry,
    },
    github::{GithubApp, GithubConfig, GithubError},
};
use secrecy::SecretString;
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

fn close() -> Action {
    actions::close(&issue_4(), CloseReason::Completed)
}

const CLOSE: &str = "PATCH /repos/acme/shop/issues/4";

/// What comes of closing the issue when GitHub tells this story.
async fn closing(
    story: impl Fn(&Seen) -> Option<Answer> + Send + Sync + 'static,
) -> Result<(), GithubError> {
    let github = github(move |seen| {
        if seen.call == CLOSE {
            story(seen)
        } else {
            None
        }
    })
    .await;
    github
        .app()
        .perform("close:ro-1", &close(), 1, None)
        .await
        .map(drop)
}

#[track_caller]
fn waits(result: Result<(), GithubError>, seconds: u64) {
    let retry = result.expect_err("a failure").retry();
    assert_eq!(retry, Retry::After(Duration::from_secs(seconds)));
}

#[track_caller]
fn gives_up(result: Result<(), GithubError>) -> String {
    let error = result.expect_err("a failure");
    assert_eq!(error.retry(), Retry::Never, "{error}");
    error.to_string()
}

#[tokio::test]
async fn github_says_when_to_come_back() {
    waits(
        closing(|_| Some((429, vec![("retry-after", "42".to_owned())], json!({})))).await,
        42,
    );
    let secondary = json!({"message": "You have exceeded a secondary rate limit."});
    waits(
        closing(move |_| json_answer(403, secondary.clone())).await,
        60,
    );
    let used_up = vec![
        ("date", "Sun, 22 Nov 2026 10:00:00 GMT".to_owned()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", "1795342200".to_owned()),
    ];
    waits(
        closing(move |_| {
            Some((
                403,
                used_up.clone(),
                json!({"message": "API rate limit exceeded"}),
            ))
        })
        .await,
        601,
    );
    waits(closing(|_| json_answer(502, json!({}))).await, 1);
    waits(
        closing(|_| json_answer(401, json!({"message": "Bad credentials"}))).await,
        60,
    );
}

#[tokio::test]
async fn what_stays_as_it_is_is_not_tried_again() {
    for status in [400, 404, 410, 422] {
        gives_up(closing(move |_| json_answer(status, json!({"message": "no"}))).await);
    }
    let lacking = vec![("x-accepted-github-permissions", "issues=write".to_owned())];
    let message = json!({"message": "Resource not accessible by integration"});
    let text = gives_up(closing(move |_| Some((403, lacking.clone(), message.clone()))).await);
    assert!(
        text.contains("hint: grant the App `issues=write`"),
        "{text}"
    );
}

#[tokio::test]
async fn a_limit_met_once_is_kept_without_asking_again() {
    let fake = github(|seen| {
        (seen.call == CLOSE).then(|| (429, vec![("retry-after", "42".to_owned())], json!({})))
    })
    .await;
    let app = GithubApp::new(&GithubConfig {
        paced: true,
        ..fake.config()
    })
    .expect("the configuration is good");
    for _ in 0..3 {
        let error = app
            .perform("close:ro-1", &close(), 1, None)
            .await
            .expect_err("a limit");
        assert!(matches!(error, GithubError::Limited { .. }), "{error}");
    }
    assert_eq!(fake.calls(), [CLOSE]);
}

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
        .map(|n| rollcall::domain::ids::Person {
            id: rollcall::domain::ids::UserId(n),
            login: format!("p{n}"),
            bot: false,
        })
        .collect();
    let (place, no_teams) = (shop(), BTreeSet::new());
    let mut reads = tokio::task::JoinSet::new();
    let app = std::sync::Arc::new(app);
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
        app.perform("close:ro-1", &close(), 1, None)
            .await
            .expect("closed");
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
        fake.app()
            .perform("close:ro-1", &close(), 1, None)
            .await
            .expect("closed");
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
        app.perform("close:ro-1", &close(), 1, None)
            .await
            .expect("closed");
    }
    assert_eq!(
        fake.like("POST /app/installations/7/access_tokens").len(),
        2
    );
    assert_eq!(fake.calls().len(), 2 + 3);
}

#[tokio::test]
async fn a_renamed_repository_is_followed_with_method_and_body() {
    let fake = github(|seen| match seen.call.as_str() {
        CLOSE => Some((
            307,
            vec![("location", "/repositories/9/issues/4".to_owned())],
            json!({}),
        )),
        "PATCH /repositories/9/issues/4" => json_answer(200, json!({})),
        _ => None,
    })
    .await;
    fake.app()
        .perform("close:ro-1", &close(), 1, None)
        .await
        .expect("closed");
    let followed = fake.like("PATCH /repositories/9/issues/4");
    assert_eq!(
        followed[0].body,
        json!({"state": "closed", "state_reason": "completed"})
    );
}

#[tokio::test]
async fn the_token_goes_to_no_other_host() {
    let elsewhere = github(|_| json_answer(200, json!({}))).await;
    let there = format!("{}/repositories/9/issues/4", elsewhere.url);
    let result = closing(move |_| Some((307, vec![("location", there.clone())], json!({})))).await;
    assert!(gives_up(result).contains("which is not followed"));
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn an_enterprise_server_is_called_below_its_path() {
    let fake = github(|seen| match seen.call.as_str() {
        "POST /api/v3/app/installations/7/access_tokens" => {
            json_answer(201, json!({"token": "ghs_secret1"}))
        }
        "PATCH /api/v3/repos/acme/shop/issues/4" => {
            let to = format!(
                "http://{}/api/v3/repositories/9/issues/4",
                seen.headers["host"].to_str().expect("a host")
            );
            Some((301, vec![("location", to)], json!({})))
        }
        "PATCH /api/v3/repositories/9/issues/4" => json_answer(200, json!({})),
        _ => None,
    })
    .await;
    let config = GithubConfig {
        api_url: format!("{}/api/v3/", fake.url),
        ..fake.config()
    };
    let app = GithubApp::new(&config).expect("the configuration is good");
    app.perform("close:ro-1", &close(), 1, None)
        .await
        .expect("closed");
}

#[tokio::test]
async fn github_sees_who_calls_and_in_which_version() {
    let fake = github(|seen| (seen.call == CLOSE).then(|| (200, vec![], json!({})))).await;
    fake.app()
        .perform("close:ro-1", &close(), 1, None)
        .await
        .expect("closed");
    let seen = &fake.like(CLOSE)[0];
    assert_eq!(
        seen.headers
            .get_all("user-agent")
            .iter()
            .collect::<Vec<_>>(),
        [concat!("rollcall/", env!("CARGO_PKG_VERSION"))]
    );
    assert_eq!(seen.headers["x-github-api-version"], "2022-11-28");
    assert_eq!(seen.headers["authorization"], "Bearer ghs_secret1");
    let minted = &fake.like("POST /app/installations")[0];
    assert!(
        minted.headers["authorization"]
            .to_str()
            .expect("text")
            .starts_with("Bearer ey")
    );
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
    let refused = app
        .perform("close:ro-1", &close(), 1, None)
        .await
        .expect_err("a failure");
    let mut other = issue_4();
    other.installation = rollcall::domain::ids::InstallationId(8);
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
async fn the_app_knows_its_own_name() {
    let fake = github(|seen| {
        (seen.call == "GET /app")
            .then(|| (200, vec![], json!({"slug": "rollcall-acme", "owner": null})))
    })
    .await;
    let app = GithubApp::new(&GithubConfig {
        slug: None,
        ..fake.config()
    })
    .expect("the configuration is good");
    for _ in 0..2 {
        assert_eq!(app.slug().await.expect("an answer"), "rollcall-acme");
    }
    assert_eq!(fake.calls(), ["GET /app"]);
}
