//! The disk is full: nothing is acknowledged that is not stored, and all goes on when there is room.

use super::{scene::Scene, until};
use http::StatusCode;
use rollcall::sandbox::github::{Delivery, IssueAt};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

async fn post(address: &str, delivery: &Delivery) -> StatusCode {
    let posted = crate::support::partners::client()
        .post(format!("http://{address}/webhook"))
        .headers(delivery.headers.clone())
        .body(delivery.body.clone())
        .send();
    let status = posted.await.expect("an answer").status();
    StatusCode::from_u16(status.as_u16()).expect("a status")
}

/// Posts what there is, until nothing comes any more because of it.
async fn carry(
    deliveries: &mut tokio::sync::mpsc::UnboundedReceiver<Delivery>,
    address: &str,
    shows: impl Fn() -> bool,
) {
    while !shows() {
        let next = tokio::time::timeout(PATIENCE, deliveries.recv()).await;
        let delivery = next.expect("a webhook").expect("a world");
        assert_eq!(post(address, &delivery).await, StatusCode::ACCEPTED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_acknowledges_nothing_and_loses_nothing() {
    let (scene, mut behind) = Scene::open().await;
    behind.program.start().await;
    let address = behind.program.address().borrow().clone();
    let address = address.expect("it listens");
    let world = &scene.world;
    let asked = world.open_issue("ada", super::scene::REPOSITORY, "Update", "", &[]);
    let asked = asked.expect("an issue");
    let wish =
        "/rollout checkout 1.4.0..1.5.0 because of a hole\npurpose: Close it\nbenefits: none";
    world.comment("ada", asked, wish).expect("a comment");
    let rollouts = || {
        world
            .issues(super::scene::REPOSITORY)
            .expect("a repository")
    };
    let opened = || {
        rollouts()
            .into_iter()
            .find(|it| it.author == "rollcall[bot]")
    };
    carry(&mut behind.deliveries, &address, || opened().is_some()).await;
    let at: IssueAt = opened().expect("an issue").at;
    let is_shown = |text: &str| {
        let comments = world.bot_comments(at);
        comments.iter().any(|comment| comment.body.contains(text))
    };
    carry(&mut behind.deliveries, &address, || {
        is_shown("rollcall:status")
    })
    .await;

    behind.program.files_may_grow(false);
    let mut refused = Vec::new();
    for item in ["environment-setup", "apply-updates"] {
        world.tick("ada", at, item, true).expect("a tick");
    }
    world.comment("linus", at, "/status").expect("a comment");
    while let Ok(delivery) = behind.deliveries.try_recv() {
        let status = post(&address, &delivery).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "not stored");
        refused.push(delivery);
    }
    assert!(refused.len() >= 3, "{}", refused.len());
    assert!(behind.program.log().contains("not stored"));

    behind.program.files_may_grow(true);
    for delivery in &refused {
        assert_eq!(post(&address, delivery).await, StatusCode::ACCEPTED);
    }
    let store = behind.program.store().await;
    until("all is done", PATIENCE, async || {
        let row = store.load_rollout_by_issue(
            i64::try_from(at.repository).expect("small"),
            i64::try_from(at.number).expect("small"),
        );
        let row = row.await.expect("a database").expect("a rollout");
        let rollout: rollcall::domain::rollout::Rollout =
            serde_json::from_str(&row.state).expect("a rollout");
        let done = |item: &str| {
            rollout
                .item(item)
                .is_some_and(rollcall::domain::rollout::Item::is_done)
        };
        done("environment-setup") && done("apply-updates") && is_shown("rollcall:reply:")
    })
    .await;
    let replies = world.bot_comments(at).into_iter();
    let replies = replies.filter(|comment| comment.body.contains("<!-- rollcall:reply:"));
    assert_eq!(replies.count(), 1, "one reply");
    assert_eq!(store.list_dead(10).await.expect("a database"), []);
    assert_eq!(store.list_parked(10).await.expect("a database"), []);
}
