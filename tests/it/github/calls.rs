//! Limits, refusals, redirects, addresses.

use super::{
    actions::{CLOSE, close_issue_4, closes},
    fake::{Answer, Seen, config_of, github, json_answer},
};
use rollcall::{
    domain::retry::Retry,
    github::{GithubApp, GithubConfig, GithubError},
};
use serde_json::json;
use std::time::Duration;

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
    close_issue_4(&github.app()).await
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
async fn a_github_that_is_down_is_tried_again_soon() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let app = GithubApp::new(&config_of(&url)).expect("the configuration is good");
    let down = close_issue_4(&app).await;
    waits(down, 1);
}

#[tokio::test]
async fn what_stays_as_it_is_is_not_tried_again() {
    for status in [400, 410, 422] {
        gives_up(closing(move |_| json_answer(status, json!({"message": "no"}))).await);
    }
    let missing = closing(|_| json_answer(404, json!({"message": "Not Found"}))).await;
    let retry = missing.expect_err("a failure").retry();
    assert_eq!(retry, Retry::Briefly(Duration::from_secs(1)));
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
    let error = close_issue_4(&app).await.expect_err("a limit");
    assert!(matches!(error, GithubError::Limited { .. }), "{error}");
    for _ in 0..2 {
        let error = close_issue_4(&app).await.expect_err("not asked");
        assert!(error.paced().is_some_and(|wait| wait.as_secs() > 40));
    }
    assert_eq!(fake.calls(), [CLOSE]);
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
    closes(&fake.app()).await;
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
    closes(&app).await;
}

#[tokio::test]
async fn github_sees_who_calls_and_in_which_version() {
    let fake = github(|seen| (seen.call == CLOSE).then(|| (200, vec![], json!({})))).await;
    closes(&fake.app()).await;
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
