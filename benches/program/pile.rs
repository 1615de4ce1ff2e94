//! What the program needs while deliveries pile up in front of it.

use crate::{
    Figure,
    knock::{Knock, webhook},
    megabytes,
    scene::Scene,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

const DELIVERIES: usize = 10_000;
const CONNECTIONS: usize = 64;
const SIZE: usize = 25_000;

/// 10,000 deliveries of 25 KB while GitHub answers nothing, so that they stay queued; the most memory that was needed.
pub async fn memory() -> Figure {
    let scene = Scene::open().await;
    scene.hang();
    let sent = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (sent, address) = (Arc::clone(&sent), scene.program.address);
        let secret = scene.world.webhook_secret();
        senders.spawn(async move {
            let mut knock = Knock::at(address).await;
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                if number >= DELIVERIES {
                    return;
                }
                let request = webhook("issue_comment", delivery(number).as_bytes(), &secret);
                assert_eq!(knock.send(&request).await, 202);
            }
        });
    }
    senders.join_all().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    Figure {
        what: format!("memory with {DELIVERIES} deliveries of 25 KB queued (most, resident)"),
        measured: format!(
            "{} (afterwards {})",
            megabytes(scene.program.memory("VmHWM")),
            megabytes(scene.program.memory("VmRSS"))
        ),
        must: "below 120 MB",
    }
}

/// A comment that asks for a rollout, of which GitHub must be asked.
fn delivery(number: usize) -> String {
    let people = r#"{"login":"ada","id":2,"type":"User"}"#;
    let times = r#""created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z""#;
    let text = "All that anybody might want to know. ".repeat(SIZE / 37 - 20);
    format!(
        r#"{{"action":"created","issue":{{"number":{number},"id":{number},"title":"t","state":"open","body":"","labels":[],"user":{people},{times}}},
        "comment":{{"id":{number},"body":"/rollout api 1.0.0..2.0.0 because {text}","user":{people},{times}}},
        "repository":{{"id":9,"name":"shop","full_name":"acme/shop","owner":{{"login":"acme","id":1}}}},
        "sender":{people},"installation":{{"id":777}}}}"#
    )
}
