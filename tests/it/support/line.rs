//! Pieces of the line that every story needs, whoever stands around it.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use rollcall::{
    deliver::{self, CHANNELS, Deliverer},
    github::GithubConfig,
    handle::{self, Handler, Next},
    sandbox::github::World,
};
use secrecy::SecretString;
use std::net::Ipv4Addr;
use tokio::{net::TcpListener, task::JoinSet};
use tower::ServiceExt as _;

/// Serves these routes on a port of their own; its address.
pub async fn listen(servers: &mut JoinSet<()>, router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    servers.spawn(async move {
        let served = axum::serve(listener, router).await;
        served.expect("serving goes on");
    });
    url
}

/// How to reach the GitHub of this world.
pub fn github_config(world: &World, api_url: &str) -> GithubConfig {
    GithubConfig {
        api_url: api_url.to_owned(),
        web_url: "https://github.example".into(),
        app_id: 12_345,
        private_key: SecretString::from(world.private_key()),
        slug: Some("rollcall".into()),
        paced: false,
    }
}

/// Posts a webhook with these headers.
pub async fn post_webhook(
    router: &Router,
    headers: HeaderMap,
    body: impl Into<Body>,
) -> StatusCode {
    let request = Request::post("/webhook").body(body.into());
    let mut request = request.expect("a request");
    *request.headers_mut() = headers;
    let answer = router.clone().oneshot(request).await;
    answer.expect("an answer").status()
}

/// Handles what arrived and delivers what is due; whether there was any.
pub async fn work(handler: &Handler, deliverer: &Deliverer) -> bool {
    let mut worked = false;
    while handle::next(handler).await.expect("a database") == Next::Worked {
        worked = true;
    }
    for channel in CHANNELS {
        let next = async || deliver::next(deliverer, channel).await.expect("a database");
        while next().await == Next::Worked {
            worked = true;
        }
    }
    worked
}
