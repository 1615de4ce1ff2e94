//! How many webhooks are durable and acknowledged in a second.

use crate::{
    Figure,
    knock::{Knock, webhook},
    part,
    scene::Scene,
};
use std::{
    net::SocketAddr,
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
pub async fn in_a_second(size: usize, must: &'static str) -> Figure {
    let scene = Scene::open().await;
    let body = body(size);
    let before = scene.program.effort();
    let secret = scene.world.webhook_secret();
    let mut counted = count(scene.program.address, &secret, &body, 202).await;
    let effort = scene.program.effort().saturating_sub(before);
    let each = effort.as_micros() / counted.waits.len().max(1) as u128;
    Figure {
        what: format!(
            "durable acknowledgements in a second, {CONNECTIONS} connections, bodies of {} B",
            body.len()
        ),
        measured: format!(
            "{} (best of {ROUNDS}: {}; {each} µs of a processor each, handling included; one in a hundred waits more than {})",
            counted.median,
            counted.best,
            crate::millis(part(&mut counted.waits, 0.99))
        ),
        must,
    }
}

/// A webhook's body of this size.
pub fn body(size: usize) -> Vec<u8> {
    let filling = "x".repeat(size - 100);
    format!(r#"{{"action":"created","zen":"{filling}","installation":{{"id":777}}}}"#).into_bytes()
}

/// What several rounds came to.
pub struct Counted {
    /// In a second, of the round in the middle.
    pub median: u64,
    /// In a second, of the best round.
    pub best: u64,
    /// How long each waited.
    pub waits: Vec<Duration>,
}

/// Lets many connections post to a server that answers with this status.
pub async fn count(address: SocketAddr, secret: &str, body: &[u8], status: u16) -> Counted {
    let mut rounds = Vec::new();
    let mut waits = Vec::new();
    let template: Arc<[u8]> = webhook("star", body, secret).into();
    for _ in 0..ROUNDS {
        let (taken, mut times) = round(address, &template, status).await;
        rounds.push(taken);
        waits.append(&mut times);
    }
    rounds.sort_unstable();
    Counted {
        median: rounds[rounds.len() / 2],
        best: rounds[rounds.len() - 1],
        waits,
    }
}

/// One round: how many in a second, and how long each waited.
async fn round(address: SocketAddr, template: &Arc<[u8]>, status: u16) -> (u64, Vec<Duration>) {
    let taken = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    let place = template
        .windows(GUID.len())
        .position(|window| window == GUID)
        .expect("an id")
        + GUID.len();
    let begun = Instant::now();
    for _ in 0..CONNECTIONS {
        let (taken, template) = (Arc::clone(&taken), Arc::clone(template));
        senders.spawn(async move {
            let mut knock = Knock::at(address).await;
            let mut request = template.to_vec();
            let mut waits = Vec::new();
            while begun.elapsed() < ROUND {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                request[place..place + 12].copy_from_slice(format!("{number:012}").as_bytes());
                let sent = Instant::now();
                assert_eq!(knock.send(&request).await, status);
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
