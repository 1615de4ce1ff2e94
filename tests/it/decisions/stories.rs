//! Whole rollouts.

use super::scene::Scene;
use rollcall::domain::rollout::{End, Stage};

#[test]
fn a_rollout_goes_through_five_phases_and_is_completed() {
    let mut scene = Scene::deploying();
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
    for item in scene.open_items(|_| true) {
        scene.tick("ada", &item, true);
    }
    assert!(
        matches!(&scene.rollout().stage, Stage::Finished(finish) if finish.end == End::Completed)
    );
    assert_eq!(
        scene.announced(),
        [
            "telegram planned",
            "email planned",
            "telegram scheduled",
            "email scheduled",
            "telegram started",
            "email started",
            "telegram update",
            "email update",
            "telegram completed",
            "email completed",
        ]
    );
    let closed = scene
        .effects
        .iter()
        .filter(|effect| effect.key.starts_with("close:"))
        .count();
    assert_eq!(closed, 1);
}

#[test]
fn a_rollout_is_rolled_back_in_one_step() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/rollback error rate doubled");
    assert!(
        matches!(&scene.rollout().stage, Stage::Finished(finish) if finish.end == End::RolledBack)
    );
    assert!(
        scene
            .announced()
            .ends_with(&["telegram rolled-back".into(), "email rolled-back".into()])
    );
}

#[test]
fn a_rollout_that_nobody_was_told_of_is_cancelled_in_silence() {
    let mut scene = Scene::open();
    scene.say("ada", "/cancel not needed any more");
    assert!(scene.rollout().is_finished());
    assert!(scene.announced().is_empty());
}

#[test]
fn who_was_told_of_a_plan_is_told_of_its_end() {
    let mut scene = Scene::open();
    scene.tick("ada", "stakeholder-communication", true);
    scene.say("ada", "/cancel not needed any more");
    assert!(
        scene
            .announced()
            .ends_with(&["telegram cancelled".into(), "email cancelled".into()])
    );
}
