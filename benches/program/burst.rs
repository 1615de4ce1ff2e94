//! Twenty ticks within two seconds: how often the status comment is written, and what else is.

use crate::{Figure, knock::Knock, scene::Scene};
use http::Method;
use std::time::{Duration, Instant};

const TICKS: usize = 20;
const WITHIN: Duration = Duration::from_secs(2);
/// The status comment is written again when this has passed.
const QUIET: Duration = Duration::from_secs(8);

/// What is written because of them.
pub async fn writes() -> Figure {
    let mut scene = Scene::open().await;
    let at = scene.rollout().await;
    // What the rollout's beginning leaves to be written is written before.
    tokio::time::sleep(QUIET).await;
    scene.settle().await;
    let begun = Instant::now();
    let mut knock = Knock::at(scene.program.address).await;
    for number in 0..TICKS {
        let delivery = scene.tick(at, "environment-setup", number % 2 == 0).await;
        let request = crate::knock::request(&delivery.headers, &delivery.body);
        assert_eq!(knock.send(&request).await, 202);
        let pace = WITHIN * u32::try_from(number + 1).expect("few") / 20;
        tokio::time::sleep(pace.saturating_sub(begun.elapsed())).await;
    }
    let took = begun.elapsed();
    tokio::time::sleep(QUIET).await;
    scene.settle().await;
    let writes = scene.writes_since(begun);
    let edits = |(method, path): &&(Method, String)| {
        *method == Method::PATCH && path.contains("/issues/comments/")
    };
    let edits = writes.iter().filter(edits).count();
    let others = writes.len() - edits;
    Figure {
        what: format!(
            "writes on GitHub because of {TICKS} ticks in {:.1} s",
            took.as_secs_f64()
        ),
        measured: format!("{edits} edits of the status comment, {others} others"),
        must: "1 or 2, and no other",
    }
}
