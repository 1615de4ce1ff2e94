//! What a rollout waits for at present.

use crate::domain::{
    decide::{gates, outputs, turn::Turn},
    phase::Phase,
    policy::GateName,
    rollout::{Rollout, Stage},
    template::Gate,
    window::Window,
};
use jiff::Timestamp;

/// A gate that is waited for.
pub(super) struct Waiting {
    pub(super) gate: GateName,
    /// Since when, when that is known; else since it was first seen.
    pub(super) since: Option<Timestamp>,
    /// Deadline and end that follow from the rollout itself; else the policy's times count from `since`.
    pub(super) natural: Option<(Timestamp, Timestamp)>,
}

impl Waiting {
    fn from_now(gate: GateName) -> Self {
        Self {
            gate,
            since: None,
            natural: None,
        }
    }
}

pub(super) fn waiting(turn: &Turn<'_>) -> Vec<Waiting> {
    let rollout = &turn.rollout;
    let mut waiting = Vec::new();
    if rollout.is_finished() || !outputs::is_reachable(rollout) {
        return waiting;
    }
    if let Some(glass) = rollout.gates.glass().filter(|glass| glass.is_open()) {
        waiting.push(Waiting {
            gate: GateName::BreakGlass,
            since: Some(glass.at),
            natural: Some((glass.confirm_by, glass.confirm_by)),
        });
    }
    if !rollout.holds.is_empty() {
        // While it is on hold nobody can open another gate.
        waiting.push(Waiting::from_now(GateName::Hold));
        return waiting;
    }
    match rollout.stage {
        Stage::Preparing => preparing(turn, &mut waiting),
        Stage::Deploying { since, .. } => waiting.extend(deploying(turn, since)),
        Stage::Finished(_) => {}
    }
    waiting
}

fn preparing(turn: &Turn<'_>, waiting: &mut Vec<Waiting>) {
    let rollout = &turn.rollout;
    // A window that passed is none, once its end was said.
    let missed = rollout.gates.waits.contains_key(&GateName::Start);
    let window = rollout.window.as_ref();
    let window = window.filter(|window| missed || !window.is_over(turn.now()));
    match rollout.phase() {
        Some(Phase::Planning) => waiting.push(Waiting::from_now(GateName::Planning)),
        Some(Phase::Testing) => waiting.push(Waiting::from_now(GateName::Testing)),
        _ => {
            let open = |gate| has_open(rollout, Phase::PreDeployment, gate);
            if open(None) || open(Some(Gate::Schedule)) || window.is_none() {
                waiting.push(Waiting::from_now(GateName::Preparation));
            }
            if !rollout.quorum {
                waiting.push(Waiting::from_now(GateName::Review));
            }
            // Who was told in time is not waited for when the box was opened since; the start waits for the box.
            let untold = |window: &&Window| !gates::is_known_in_time(turn, window);
            let window = window.filter(|_| open(Some(Gate::Announcement)));
            if let Some(window) = window.filter(untold) {
                let times = turn.policy.gates.of(GateName::Announcement);
                let deadline = super::after(window.start, -turn.policy.notice);
                waiting.push(Waiting {
                    gate: GateName::Announcement,
                    since: None,
                    natural: Some((deadline, super::after(deadline, times.grace))),
                });
            }
        }
    }
    if let Some(window) = window.filter(|window| window.start <= turn.now()) {
        let times = turn.policy.gates.of(GateName::Start);
        let deadline = super::after(window.start, times.within).min(window.end());
        waiting.push(Waiting {
            gate: GateName::Start,
            since: None,
            natural: Some((deadline, window.end())),
        });
    }
}

fn deploying(turn: &Turn<'_>, since: Timestamp) -> Option<Waiting> {
    let rollout = &turn.rollout;
    let phases = [
        Phase::Planning,
        Phase::Testing,
        Phase::PreDeployment,
        Phase::Deployment,
    ];
    if phases.into_iter().any(|phase| !rollout.is_complete(phase)) {
        let times = turn.policy.gates.of(GateName::Deployment);
        let end = rollout
            .window
            .as_ref()
            .map(crate::domain::window::Window::end);
        let deadline = end.filter(|end| *end > since);
        return Some(Waiting {
            gate: GateName::Deployment,
            since: None,
            natural: deadline.map(|at| (at, super::after(at, times.grace))),
        });
    }
    let open = !rollout.is_complete(Phase::PostDeployment);
    open.then(|| Waiting::from_now(GateName::Verification))
}

/// Whether a required item of the phase with this gate is open.
fn has_open(rollout: &Rollout, phase: Phase, gate: Option<Gate>) -> bool {
    let mut items = rollout.items.iter();
    items
        .any(|item| item.phase == phase && item.required && !item.is_settled() && item.gate == gate)
}
