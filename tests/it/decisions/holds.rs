//! `/hold` and `/abort` come before everything else, in every state.

use super::scene::Scene;
use rollcall::domain::{
    event::What,
    facts::PolicyFact,
    rollout::{HoldCause, Stage},
};

type Prepare = fn() -> Scene;

fn phase(upto: &[&str]) -> Scene {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m");
    let items = scene.open_items(|item| upto.contains(&item.phase.name()));
    for item in items {
        scene.tick("ada", &item, true);
    }
    scene
}

/// Every state of an open rollout, by name.
const STATES: [(&str, Prepare); 8] = [
    ("planning", || phase(&[])),
    ("testing", || phase(&["Planning"])),
    ("pre-deployment", || phase(&["Planning", "Testing"])),
    ("ready", || {
        let mut scene = Scene::prepared();
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        scene
    }),
    ("break-glass confirmed", || {
        let mut scene = Scene::open();
        scene.policy("break_glass: {who: maintain, confirm: write}\n");
        scene.say("linus", "/expedite the shop is down");
        scene.say("grace", "/confirm-expedite");
        scene
    }),
    ("deploying", Scene::deploying),
    ("promoted", || {
        let mut scene = Scene::deploying();
        scene.say("ada", "/promote");
        scene
    }),
    ("verifying", || {
        let mut scene = Scene::deploying();
        let items = scene.open_items(|item| item.phase.name() == "Deployment");
        for item in items {
            scene.tick("ada", &item, true);
        }
        scene
    }),
];

/// How it comes to be held, by name.
type Held = (&'static str, fn(&mut Scene));

/// Every way to be on hold.
const HOLDS: [Held; 6] = [
    ("/hold", |scene| scene.say("ada", "/hold wait")),
    ("/abort", |scene| scene.say("ada", "/abort")),
    ("closed", |scene| scene.happens("ada", What::IssueClosed)),
    ("suspended", |scene| {
        scene.happens("", What::InstallationSuspended);
    }),
    ("repository lost", |scene| {
        scene.happens(
            "",
            What::RepositoryLost {
                how: "archived".into(),
            },
        );
    }),
    ("overdue", |scene| {
        let hold = rollcall::domain::rollout::Hold {
            by: None,
            at: scene.now,
            reason: "late".into(),
        };
        let rollout = scene.rollout.as_mut().expect("a rollout");
        rollout.holds.insert(HoldCause::Overdue, hold);
    }),
];

/// What stops a rollout, and the hold that it leaves.
const STOPS: [(&str, HoldCause); 2] = [
    ("/hold stop it", HoldCause::Command),
    ("/abort", HoldCause::Aborted),
];

/// What moves a rollout forward, said by somebody who may and by somebody who may not.
const FORWARD: [&str; 5] = [
    "/done monitoring",
    "/skip backup no data",
    "/start-deploy",
    "/promote",
    "/expedite the shop is down",
];

/// Every state, prepared once.
fn states() -> Vec<(&'static str, Scene)> {
    let states = STATES.iter();
    states.map(|(name, prepare)| (*name, prepare())).collect()
}

/// What of a rollout can move forward.
fn position(scene: &Scene) -> (String, u32, usize) {
    let rollout = scene.rollout();
    let settled = rollout
        .items
        .iter()
        .filter(|item| item.is_settled())
        .count();
    (format!("{:?}", rollout.stage), rollout.steps, settled)
}

#[test]
fn whatever_state_it_is_in_a_hold_is_the_first_answer_to_whatever_moves_forward() {
    for (state, prepared) in states() {
        for (hold, held) in HOLDS {
            let mut scene = prepared.clone();
            held(&mut scene);
            assert!(scene.is_on_hold(), "{state}, {hold}");
            let before = position(&scene);
            let by_all = FORWARD.iter().map(|command| ("linus", command));
            let by_others = FORWARD[..2].iter().map(|command| ("sam", command));
            for (login, command) in by_all.chain(by_others) {
                let mut scene = scene.clone();
                scene.say(login, command);
                let codes = scene.refusals();
                assert_eq!(
                    codes.last().map(String::as_str),
                    Some("on-hold"),
                    "{state}, {hold}, {login}: {command}"
                );
                assert_eq!(position(&scene), before, "{state}, {hold}: {command}");
            }
            for item in scene.open_items(|_| true).into_iter().take(1) {
                let mut scene = scene.clone();
                scene.tick("linus", &item, true);
                assert_eq!(position(&scene), before, "{state}, {hold}: ticking {item}");
            }
        }
    }
}

#[test]
fn hold_and_abort_work_in_every_state_and_under_every_other_hold() {
    for (state, prepared) in states() {
        for (other, held) in HOLDS {
            let mut held_scene = prepared.clone();
            held(&mut held_scene);
            for (command, cause) in STOPS {
                let mut scene = held_scene.clone();
                scene.say("ada", command);
                assert!(
                    scene.rollout().holds.contains_key(&cause),
                    "{state}, {other}: {command}"
                );
                assert_eq!(
                    scene.refusals(),
                    held_scene.refusals(),
                    "{state}, {other}: {command}"
                );
            }
        }
    }
}

#[test]
fn hold_and_abort_ask_no_policy_file_and_no_window() {
    for (state, prepared) in states() {
        for (command, cause) in STOPS {
            let mut scene = prepared.clone();
            scene.policy("nonsense: true\n");
            scene.later(24 * 30);
            scene.say("ada", command);
            assert!(
                scene.rollout().holds.contains_key(&cause),
                "{state}: {command}: {}",
                scene.replies()
            );
        }
    }
}

#[test]
fn an_abort_before_the_start_keeps_it_from_starting() {
    let mut scene = Scene::prepared();
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("grace", "/abort");
    scene.say("ada", "/start-deploy");
    assert_eq!(scene.rollout().stage, Stage::Preparing);
    scene.say("ada", "/resume\n/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}

#[test]
fn the_way_back_is_open_under_every_hold() {
    let deploying = Scene::deploying();
    for (hold, held) in HOLDS {
        let mut scene = deploying.clone();
        held(&mut scene);
        scene.say("ada", "/rollback it does not get better");
        assert!(scene.rollout().is_finished(), "{hold}: {}", scene.replies());
    }
}

#[test]
fn nothing_of_rollcalls_own_moves_forward_on_hold_either() {
    let mut scene = Scene::prepared();
    scene.say("linus", "/withdraw");
    scene.say("ada", "/hold wait");
    scene.say("linus", "/approve-deploy");
    assert!(!scene.is_done("final-review"));
    scene.say("ada", "/resume");
    assert!(scene.is_done("final-review"));
}

/// Whoever approved may not start it, and may stop it: an exclusion by role binds what goes forward.
#[test]
fn whoever_is_kept_from_starting_it_by_a_role_can_stop_it() {
    let kept_apart = "deployers: {permission: write, exclude: [approver, opener]}\n";
    let mut scene = Scene::prepared();
    scene.policy(kept_apart);
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.say("grace", "/start-deploy");
    scene.hears("`not-allowed`");
    let mut scene = Scene::deploying();
    scene.policy(kept_apart);
    scene.say("grace", "/promote");
    scene.hears("`not-allowed`");
    scene.say("grace", "/simulate /abort");
    scene.hears("who may say `/abort`");
    scene.say("grace", "/abort");
    assert!(scene.rollout().holds.contains_key(&HoldCause::Aborted));
    scene.say("ada", "/rollback errors");
    assert!(scene.rollout().is_finished(), "{}", scene.replies());
}

#[test]
fn who_may_abort_and_roll_back_can_be_said_by_name() {
    let mut scene = Scene::deploying();
    scene.policy(
        "deployers: nobody\ncommands: {abort: write, rollback: {permission: write, exclude: approver}}\n",
    );
    scene.say("grace", "/rollback errors");
    scene.hears("`not-allowed`");
    scene.say("grace", "/abort");
    assert!(scene.rollout().holds.contains_key(&HoldCause::Aborted));
}

/// GitHub tells neither policy nor issue: what stops is obeyed, what asks a gate is not.
#[test]
fn nothing_starts_on_what_github_did_not_tell() {
    let mut scene = Scene::prepared();
    scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
    scene.policy = PolicyFact::Unread { needed: true };
    scene.untold.policy = Some("502".to_owned());
    scene.say("ada", "/start-deploy");
    scene.hears("`not-told`");
    scene.say("ada", "/hold wait");
    assert!(scene.rollout().holds.contains_key(&HoldCause::Command));
    scene.hears("so I went by what it told last");
    scene.say("ada", "/resume");
    scene.policy("");
    scene.untold.policy = None;
    scene.untold.newest = Some("502".to_owned());
    scene.say("ada", "/start-deploy");
    scene.hears("`not-told`");
    scene.say("ada", "/refresh");
    scene.hears("`not-told`");
    scene.untold.newest = None;
    scene.say("ada", "/start-deploy");
    assert!(scene.rollout().is_deploying(), "{}", scene.replies());
}
