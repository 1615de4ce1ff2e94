//! Webhooks from some addresses only.

use super::{Answer, House, delivery};
use axum::{Router, body::Body, http::HeaderMap, routing::get};
use rollcall::{
    config::{Published, Senders},
    github::{GithubApp, GithubConfig},
    server::Peer,
};
use tokio::net::TcpListener;

/// What a webhook gets that comes from this address, with this header of the proxy.
async fn from(senders: &Senders, peer: &str, forwarded: Option<&str>) -> Answer {
    let house = House::with(|server| server.senders = Some(senders.clone())).await;
    let body = b"{}";
    let mut request = delivery("d-1", "issues", body);
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let mut request = request.body(Body::from(&body[..])).expect("a request");
    let peer = Peer(peer.parse().expect("an address"));
    request.extensions_mut().insert(peer);
    let answer = house.ask(request).await;
    assert_eq!(house.inbox().await.len(), usize::from(answer.status == 202));
    answer
}

fn networks(networks: &[&str]) -> Senders {
    let networks = networks.iter().map(|text| text.parse().expect("a network"));
    Senders {
        networks: networks.collect(),
        ..Senders::default()
    }
}

#[tokio::test]
async fn what_comes_from_elsewhere_is_refused() {
    let senders = networks(&["192.30.252.0/22", "2a0a:a440::/29"]);
    assert_eq!(from(&senders, "192.30.253.9", None).await.status, 202);
    assert_eq!(from(&senders, "2a0a:a441::9", None).await.status, 202);
    let refused = from(&senders, "192.31.0.1", None).await.refusal();
    assert_eq!(refused, (403, "foreign_address".to_owned()));
}

/// A header that nobody asked for says nothing; one that the proxy sets counts, and of it what the proxy added.
#[tokio::test]
async fn behind_a_proxy_its_word_counts_and_nobody_elses() {
    let mut senders = networks(&["192.30.252.0/22"]);
    let (github, proxy) = ("192.30.253.9", "10.0.0.1");
    assert_eq!(from(&senders, proxy, Some(github)).await.status, 403);
    senders.header = Some("x-forwarded-for".to_owned());
    for (forwarded, status) in [
        (github, 202),
        ("192.30.253.9:4711", 202),
        ("8.8.8.8, 192.30.253.9", 202),
        ("192.30.253.9, 8.8.8.8", 403),
        ("not an address", 403),
        ("", 403),
    ] {
        let answer = from(&senders, proxy, Some(forwarded)).await;
        assert_eq!(answer.status, status, "{forwarded}");
    }
    assert_eq!(from(&senders, github, None).await.status, 403);
}

#[tokio::test]
async fn before_github_has_named_its_addresses_it_is_asked_to_come_again() {
    let published = Published::default();
    let senders = Senders {
        github: Some(published.clone()),
        ..Senders::default()
    };
    let early = from(&senders, "192.30.253.9", None).await;
    assert_eq!(early.headers["retry-after"], "1");
    assert_eq!(early.refusal(), (503, "not_ready".to_owned()));
    published.set(vec!["192.30.252.0/22".parse().expect("a network")]);
    assert_eq!(from(&senders, "192.30.253.9", None).await.status, 202);
    assert_eq!(from(&senders, "8.8.8.8", None).await.status, 403);
}

/// As <https://docs.github.com/rest/meta> shows it, asked for without a word of who asks.
#[tokio::test]
async fn github_names_its_addresses_to_anybody() {
    let meta = async |headers: HeaderMap| {
        assert!(!headers.contains_key("authorization"), "{headers:?}");
        r#"{"verifiable_password_authentication":true,"hooks":["192.30.252.0/22","2a0a:a440::/29"],"web":["1.1.1.1/32"]}"#
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let api_url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().route("/meta", get(meta));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let app = GithubApp::new(&GithubConfig {
        api_url,
        web_url: "https://github.com".to_owned(),
        app_id: 1,
        private_key: include_str!("../../fixtures/throwaway-test-key-pkcs8.pem").into(),
        slug: Some("rollcall".to_owned()),
        paced: true,
    });
    let networks = app.expect("an App").hook_networks().await;
    assert_eq!(
        networks.expect("an answer"),
        ["192.30.252.0/22", "2a0a:a440::/29"]
    );
}
