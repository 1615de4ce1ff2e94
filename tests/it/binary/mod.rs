//! The program itself, with whole rollouts: killed again and again, and among counterparts that nobody here wrote.

mod full_disk;
mod house;
mod kill;
mod leaks;
mod partners_story;
mod people;
mod program;
mod record;
mod rotation;
mod scene;
mod soak;
mod team;
mod trap;

use std::time::{Duration, Instant};

#[expect(
    clippy::disallowed_methods,
    reason = "another process has no clock that a test could move"
)]
/// Asks again and again until the answer is yes. Another process has no clock that a test could move.
async fn until(what: &str, patience: Duration, asked: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !asked().await {
        assert!(
            begun.elapsed() < patience,
            "waited {patience:?} in vain: {what}"
        );
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}
