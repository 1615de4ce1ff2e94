//! How many webhooks are durable and acknowledged in a second.

use crate::{
    Figure,
    knock::{Knock, webhook},
    part,
    scene::Scene,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 64;
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_secs(2);

/// The median of several rounds, with bodies of this size. The program handles them at the same time: they ask for nothing.
pub async fn in_a_second(size: usize) -> Figure {
    let scene = Scene::open().await;
    let secret = scene.world.webhook_secret();
    let filling = "x".repeat(size - 100);
    let body = format!(r#"{{"action":"created","zen":"{filling}","installation":{{"id":777}}}}"#);
    let mut rounds = Vec::new();
    let mut waits = Vec::new();
    let (before, mut all) = (scene.program.effort(), 0);
    for _ in 0..ROUNDS {
        let (taken, mut times) = round(&scene, &secret, body.as_bytes()).await;
        rounds.push(taken);
        all += times.len();
        waits.append(&mut times);
    }
    let effort = scene.program.effort().saturating_sub(before);
    let each = effort.as_micros() / all.max(1) as u128;
    rounds.sort_unstable();
    let (median, best) = (rounds[rounds.len() / 2], rounds[rounds.len() - 1]);
    Figure {
        what: format!(
            "durable acknowledgements in a second, {CONNECTIONS} connections, bodies of {} B",
            body.len()
        ),
        measured: format!(
            "{median} (best of {ROUNDS}: {best}; {each} µs of a processor each, handling included; one in a hundred waits more than {})",
            crate::millis(part(&mut waits, 0.99))
        ),
        must: "above 9,982",
    }
}

/// One round: how many in a second, and how long each waited.
async fn round(scene: &Scene, secret: &str, body: &[u8]) -> (u64, Vec<Duration>) {
    let taken = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    let template: Arc<[u8]> = webhook("star", body, secret).into();
    let place = template
        .windows(GUID.len())
        .position(|window| window == GUID)
        .expect("an id")
        + GUID.len();
    let begun = Instant::now();
    for _ in 0..CONNECTIONS {
        let (taken, template) = (Arc::clone(&taken), Arc::clone(&template));
        let address = scene.program.address;
        senders.spawn(async move {
            let mut knock = Knock::at(address).await;
            let mut request = template.to_vec();
            let mut waits = Vec::new();
            while begun.elapsed() < ROUND {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                request[place..place + 12].copy_from_slice(format!("{number:012}").as_bytes());
                let sent = Instant::now();
                assert_eq!(knock.send(&request).await, 202);
                waits.push(sent.elapsed());
                taken.fetch_add(1, Ordering::Relaxed);
            }
            waits
        });
    }
    let waits = senders.join_all().await.concat();
    let seconds = begun.elapsed().as_millis().max(1);
    let taken = taken.load(Ordering::Relaxed);
    let in_a_second = u128::from(taken) * 1_000 / seconds;
    (u64::try_from(in_a_second).expect("a small number"), waits)
}

/// How every delivery's id begins here; twelve digits follow.
const GUID: &[u8] = b"72d3162e-cc78-11e3-81ab-";
/// Far from the numbers that `webhook` gives.
static NUMBER: AtomicU64 = AtomicU64::new(1_000_000_000);
