//! One organisation floods the program; how long another's tick takes.

use crate::{
    Figure,
    knock::{Knock, webhook},
    megabytes, millis, part,
    scene::{NOISY, Scene},
};
use rollcall::sandbox::github::IssueAt;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const DELIVERIES: usize = 10_000;
const CONNECTIONS: usize = 64;
const TICKS: usize = 12;

/// 10,000 hostile or broken deliveries of one installation, as fast as they are taken, and ticks of another meanwhile.
pub async fn another_tick() -> Figure {
    let mut scene = Scene::open().await;
    let mut rollouts = Vec::new();
    for _ in 0..TICKS {
        rollouts.push(scene.rollout().await);
    }
    // A status comment rests between two edits.
    tokio::time::sleep(Duration::from_secs(6)).await;
    scene.settle().await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let flood = tokio::spawn(flood(
        scene.program.address,
        scene.world.webhook_secret(),
        Arc::clone(&sent),
    ));
    let mut times = ticks(&mut scene, &rollouts, &sent).await;
    let refused = flood.await.expect("a flood");
    let flooded = begun.elapsed();
    let (median, worst) = (part(&mut times, 0.5), part(&mut times, 1.0));
    Figure {
        what: format!(
            "a tick while {DELIVERIES} hostile deliveries of another installation arrive in {:.1} s, until its effect on GitHub",
            flooded.as_secs_f64()
        ),
        measured: format!(
            "{} (worst of {TICKS}: {}; {refused} refused; at most {})",
            millis(median),
            millis(worst),
            megabytes(scene.program.memory("VmHWM"))
        ),
        must: "below 1 s",
    }
}

/// Ticks spread over the flood and the time after it, while it is worked off.
async fn ticks(scene: &mut Scene, rollouts: &[IssueAt], sent: &AtomicUsize) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut knock = Knock::at(scene.program.address).await;
    for (number, at) in rollouts.iter().enumerate() {
        let from = (DELIVERIES * (number + 1) / TICKS).min(DELIVERIES - 1);
        while sent.load(Ordering::Relaxed) < from {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let delivery = scene.tick(*at, "environment-setup", true).await;
        times.push(scene.until_write(&mut knock, &delivery).await);
    }
    times
}

/// How many were refused.
async fn flood(address: std::net::SocketAddr, secret: String, sent: Arc<AtomicUsize>) -> usize {
    let mut senders = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (secret, sent) = (secret.clone(), Arc::clone(&sent));
        senders.spawn(async move {
            let mut knock = Knock::at(address).await;
            let mut refused = 0;
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                if number >= DELIVERIES {
                    return refused;
                }
                let (event, body) = hostile(number);
                let request = webhook(event, body.as_bytes(), &secret);
                match knock.try_send(&request).await {
                    Some(202) => {}
                    Some(_) => refused += 1,
                    None => {
                        refused += 1;
                        knock = Knock::at(address).await;
                    }
                }
            }
        });
    }
    senders.join_all().await.iter().sum()
}

/// What somebody might send who means harm, or whose tool is broken. GitHub signs it all.
fn hostile(number: usize) -> (&'static str, String) {
    let tail = format!(
        r#""repository":{{"id":{number},"name":"r{number}","full_name":"noisy/r{number}","owner":{{"login":"noisy","id":1}}}},
        "sender":{{"login":"mallory","id":2,"type":"User"}},"installation":{{"id":{NOISY}}}}}"#
    );
    let issue = |body: &str| {
        format!(
            r#""issue":{{"number":1,"id":{number},"title":"t","state":"open","body":"{body}","labels":[],"user":{{"login":"mallory","id":2,"type":"User"}},
            "created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z"}}"#
        )
    };
    let comment = |body: &str| {
        format!(
            r#"{{"action":"created",{},"comment":{{"id":{number},"body":"{body}","user":{{"login":"mallory","id":2,"type":"User"}},
            "created_at":"2026-11-02T09:00:00Z","updated_at":"2026-11-02T09:00:00Z"}},{tail}"#,
            issue("")
        )
    };
    let boxes = "- [ ] a box <!-- id: backup -->\\n".repeat(500);
    match number % 8 {
        0 => ("issues", format!(r#"{{"action":"edited",,,{tail}"#)),
        1 => ("issue_comment", comment(&"/done backup\\n".repeat(1_000))),
        2 => (
            "issues",
            format!(
                r#"{{"action":"edited","changes":{{"body":{{"from":"{boxes}"}}}},{},{tail}"#,
                issue(&boxes.replacen("[ ]", "[x]", 250))
            ),
        ),
        3 => (
            "issue_comment",
            comment("/rollout api 1.0.0..2.0.0 because @everyone <script>"),
        ),
        4 => ("no_such_event", format!(r#"{{"action":"created",{tail}"#)),
        5 => ("issues", "[".repeat(30_000)),
        6 => ("issue_comment", comment("/approve-deploy")),
        _ => ("installation", format!(r#"{{"action":"deleted",{tail}"#)),
    }
}
