//! From the arrival of a tick's webhook to the first call that it causes.

use crate::{Figure, knock::Knock, millis, part, scene::Scene};
use rollcall::sandbox::github::IssueAt;

/// The size of the webhook in bytes: a rollout with a long text, sent as it is and as it was.
const SIZE: usize = 52_000;
const TICKS: usize = 60;
const ITEM: &str = "environment-setup";

/// The median of ticks that find the program idle.
pub async fn first_call() -> Figure {
    let mut scene = Scene::open().await;
    let at = scene.rollout().await;
    fill(&mut scene, at).await;
    let mut times = Vec::new();
    let mut size = 0;
    for number in 0..TICKS {
        let delivery = scene.tick(at, ITEM, number % 2 == 0).await;
        size = delivery.body.len();
        let mut knock = Knock::at(scene.program.address).await;
        times.push(scene.until_call(&mut knock, &delivery).await);
        scene.settle().await;
    }
    let (median, late) = (part(&mut times, 0.5), part(&mut times, 0.9));
    let fastest = part(&mut times, 0.0);
    Figure {
        what: format!(
            "from a tick's webhook of {} KB to the first call",
            size / 1_000
        ),
        measured: format!(
            "{} (fastest {}, one in ten above {})",
            millis(median),
            millis(fastest),
            millis(late)
        ),
        must: "below 5 ms",
    }
}

/// Lets the issue grow until a tick's webhook has the size that is asked for.
async fn fill(scene: &mut Scene, at: IssueAt) {
    let now = scene.tick(at, ITEM, true).await.body.len();
    let filling = "All that anybody might want to know of this update. ";
    let body = scene.world.issue(at).expect("an issue").body;
    let length = (SIZE - now) / 2;
    let text: String = filling.chars().cycle().take(length).collect();
    scene
        .world
        .edit_body("ada", at, &format!("{body}\n\n{text}\n"))
        .expect("an edit");
    scene.tick(at, ITEM, false).await;
    scene.settle().await;
}
