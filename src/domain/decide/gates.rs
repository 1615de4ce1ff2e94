//! Gates: what must be true of the rollout, whoever asks.

use super::{announce, four_eyes, glass, turn::Turn};
use crate::domain::{
    approval::{self, Digest, Quorum, Review, digest::Signed},
    ids::UserId,
    person::Standing,
    phase::Phase,
    refusal::Refusal,
    rollout::{Item, ItemState, Rollout, Stage},
    schedule,
    template::Gate,
    window::Window,
};
use std::collections::BTreeMap;

/// Whether the item can be done now, leaving aside who does it.
pub(super) fn ready(turn: &Turn<'_>, item: &Item) -> Result<(), Refusal> {
    if item.has_open_subtasks() {
        return Err(Refusal::SubtasksOpen {
            open: item.subtasks.total - item.subtasks.done,
        });
    }
    if item.phase >= Phase::Deployment && turn.rollout.stage == Stage::Preparing {
        return Err(Refusal::NotStarted);
    }
    if item.announcement.is_some() {
        worth_telling(turn)?;
    }
    match item.gate {
        Some(Gate::Schedule) => window(turn).map(|_| ()),
        Some(Gate::Announcement) => may_announce(turn),
        Some(Gate::Details | Gate::Approval) => Err(why_rollcall_alone(turn, item)),
        _ => Ok(()),
    }
}

/// Stakeholders want to know what is updated and why. In an emergency they want to know at all.
fn worth_telling(turn: &Turn<'_>) -> Result<(), Refusal> {
    let missing = turn.rollout.fields.missing();
    if turn.rollout.stage != Stage::Preparing || missing.is_empty() || glass::opens(turn) {
        return Ok(());
    }
    Err(Refusal::DetailsMissing { missing })
}

/// The window that is still to come, or is open.
pub(super) fn window<'a>(turn: &'a Turn<'_>) -> Result<&'a Window, Refusal> {
    let window = turn.rollout.window.as_ref();
    let window = window.ok_or(Refusal::WindowMissing)?;
    if window.is_over(turn.facts.now) {
        let (end, zone) = (window.end(), window.zone.clone());
        return Err(Refusal::WindowPassed { end, zone });
    }
    Ok(window)
}

/// The gating announcement needs a window, an answer on downtime, somebody to tell, and enough time before the start.
fn may_announce(turn: &Turn<'_>) -> Result<(), Refusal> {
    let window = window(turn)?;
    if window.downtime.is_none() {
        return Err(Refusal::DowntimeMissing);
    }
    if announce::audiences(turn).is_empty() {
        let item = turn.rollout.items.iter();
        let item = item
            .clone()
            .find(|item| item.gate == Some(Gate::Announcement));
        return Err(Refusal::NoAudience {
            audiences: announce::nobody(turn),
            item: item.map(|item| item.id.clone()),
        });
    }
    let is_late = window.start.duration_since(turn.facts.now) < turn.policy.notice;
    if is_late && !glass::opens(turn) && !is_known_in_time(turn, window) {
        return Err(notice_too_short(turn, window));
    }
    Ok(())
}

/// Whether everybody has known this window for so long as the policy says now, whatever became of the box since.
pub(super) fn is_known_in_time(turn: &Turn<'_>, window: &Window) -> bool {
    announce::schedule_known_since(turn)
        .is_some_and(|since| window.start.duration_since(since) >= turn.policy.notice)
}

/// Why people cannot tick what Rollcall ticks.
pub(super) fn why_rollcall_alone(turn: &Turn<'_>, item: &Item) -> Refusal {
    if item.gate == Some(Gate::Approval) {
        quorum_missing(&quorum(turn))
    } else {
        Refusal::DetailsMissing {
            missing: turn.rollout.fields.missing(),
        }
    }
}

fn quorum_missing(quorum: &Quorum) -> Refusal {
    if !quorum.rejected_by.is_empty() {
        return Refusal::Rejected {
            by: quorum
                .rejected_by
                .iter()
                .map(|vote| vote.person.login.clone())
                .collect(),
        };
    }
    Refusal::QuorumMissing {
        needed: count(quorum.needed),
        valid: count(quorum.filled),
        who: quorum.who_is_missing(),
    }
}

/// What an approval signs at present.
pub(super) fn signed(rollout: &Rollout) -> Signed {
    Signed {
        components: rollout.fields.components.clone(),
        window: rollout.window.clone(),
        rollback_plan: rollback_plan(rollout),
        template: format!("{}@{}", rollout.template.name, rollout.template.version),
        environment: rollout.environment.clone(),
    }
}

/// The plan in the body, and what was attached to its item.
pub(super) fn rollback_plan(rollout: &Rollout) -> String {
    let attached = rollout
        .item("rollback-plan")
        .map(|item| item.evidence.as_slice())
        .unwrap_or_default();
    let mut parts = vec![rollout.fields.rollback_plan.trim().to_owned()];
    parts.extend(attached.iter().map(|evidence| evidence.text.clone()));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// The digest of what would be deployed now.
pub(super) fn digest(turn: &Turn<'_>) -> Digest {
    approval::digest(&signed(&turn.rollout), &turn.policy.approvals.leave_out)
}

/// Where the approvals stand, with the rights that people have now.
pub(super) fn quorum(turn: &Turn<'_>) -> Quorum {
    counted(turn, &turn.facts.people)
}

/// Where the approvals stand, for showing only: with the rights as last read, whether or not this event asked for them.
pub(super) fn quorum_to_show(turn: &Turn<'_>) -> Quorum {
    counted(turn, &turn.rollout.rights)
}

fn counted(turn: &Turn<'_>, rights: &BTreeMap<UserId, Standing>) -> Quorum {
    let digest = digest(turn);
    let changers = turn.rollout.who_changed(&turn.policy.approvals.leave_out);
    let review = Review {
        digest: &digest,
        approvals: &turn.policy.approvals,
        rights,
        opener: turn.rollout.asked_by(),
        authors: &turn.rollout.authors,
        changers: &changers,
        org: &turn.rollout.place.repository.owner,
        now: turn.now(),
    };
    approval::quorum(&turn.rollout.votes, &review)
}

/// Everything that keeps the deployment from starting now; empty when nothing does.
pub(super) fn deploy_blockers(turn: &Turn<'_>) -> Vec<Refusal> {
    let mut blockers = blockers(turn, &quorum(turn));
    // Who broke or confirmed a break-glass is asked again at this moment; what is not known does not open the gate.
    let unknown = glass::blockers(turn).into_iter().flatten();
    if !ordinary(turn, &quorum(turn)).is_empty() {
        blockers.extend(unknown.filter(is_unknown));
    }
    blockers
}

/// The same for a quorum counted before: strictly for deciding, or as it is shown.
pub(super) fn blockers(turn: &Turn<'_>, quorum: &Quorum) -> Vec<Refusal> {
    let mut blockers: Vec<Refusal> = holds(turn);
    let open = ordinary(turn, quorum);
    // A break-glass is asked only where the ordinary gates do not open.
    if !open.is_empty() {
        match glass::blockers(turn) {
            None => blockers.extend(open),
            Some(glass) => blockers.extend(glass.into_iter().filter(|why| !is_unknown(why))),
        }
    }
    if turn.policy_is_guess {
        blockers.push(policy_missing(turn));
    }
    if let Some(other) = turn.facts.taken_by.clone() {
        blockers.push(Refusal::Busy { other });
    }
    blockers
}

/// Why the policy in force is a stand-in.
fn policy_missing(turn: &Turn<'_>) -> Refusal {
    match turn.facts.untold.policy.clone() {
        Some(why) => Refusal::NotTold {
            what: "the policy",
            why,
        },
        None => Refusal::PolicyBroken {
            source: turn.rollout.policy_problem.clone().unwrap_or_default(),
        },
    }
}

/// GitHub showed the issue as it stands, where it was asked to.
pub(super) fn newest_told(turn: &Turn<'_>) -> Result<(), Refusal> {
    match turn.facts.untold.newest.clone() {
        Some(why) => Err(Refusal::NotTold {
            what: "the issue as it stands",
            why,
        }),
        None => Ok(()),
    }
}

/// The rollout is not over.
pub(super) fn not_finished(turn: &Turn<'_>) -> Result<(), Refusal> {
    if turn.rollout.is_finished() {
        Err(Refusal::Finished)
    } else {
        Ok(())
    }
}

/// Nothing holds the rollout. Whatever moves it forward asks this before anything else.
pub(super) fn not_held(turn: &Turn<'_>) -> Result<(), Refusal> {
    match holds(turn).into_iter().next() {
        Some(held) => Err(held),
        None => Ok(()),
    }
}

fn is_unknown(why: &Refusal) -> bool {
    matches!(why, Refusal::RightsUnknown { .. })
}

fn holds(turn: &Turn<'_>) -> Vec<Refusal> {
    turn.rollout
        .holds
        .values()
        .map(|hold| Refusal::OnHold {
            reason: hold.reason.clone(),
        })
        .collect()
}

/// The gates that a break-glass skips: the checklist, the quorum, the window. The notice and the freezes are asked when the window is set
/// and announced, and once more here: the policy may have changed since, and a break-glass that asked for neither may be over.
pub(super) fn ordinary(turn: &Turn<'_>, quorum: &Quorum) -> Vec<Refusal> {
    let mut blockers = Vec::new();
    for phase in [Phase::Planning, Phase::Testing, Phase::PreDeployment] {
        let open = open_items(&turn.rollout, phase);
        if !open.is_empty() {
            blockers.push(Refusal::PhaseIncomplete { phase, open });
        }
    }
    // The box of the Final Review only shows the quorum; the quorum itself is counted again.
    if !quorum.reached {
        blockers.push(quorum_missing(quorum));
    }
    blockers.extend(four_eyes::blocker(turn));
    blockers.extend(window_blocker(turn));
    blockers.extend(closed_blocker(turn));
    blockers.extend(notice_blocker(turn));
    blockers
}

fn window_blocker(turn: &Turn<'_>) -> Option<Refusal> {
    match window(turn) {
        Err(why) => Some(why),
        Ok(window) if window.is_open(turn.facts.now) => None,
        Ok(window) => Some(Refusal::WindowClosed {
            start: window.start,
            end: window.end(),
            zone: window.zone.clone(),
        }),
    }
}

/// The policy may have changed since the window was set: what is left of it is looked at again.
fn closed_blocker(turn: &Turn<'_>) -> Option<Refusal> {
    let mut window = turn.rollout.window.clone()?;
    let now = turn.facts.now.max(window.start);
    let left = window.end().duration_since(now);
    if left.is_negative() {
        return None; // the window is over, which is said above
    }
    (window.start, window.duration) = (now, left);
    let objections = schedule::closed_times(&window, &turn.policy);
    (!objections.is_empty()).then_some(Refusal::Frozen { objections })
}

/// Whether stakeholders were not told long enough before the window, as the policy says now. A template without a gating announcement has
/// no notice to keep, and an announcement that was left out needs none.
pub(super) fn notice_blocker(turn: &Turn<'_>) -> Option<Refusal> {
    let window = turn.rollout.window.as_ref()?;
    let too_late = |item: &Item| match item.state {
        ItemState::Done { at, .. } if item.required && item.gate == Some(Gate::Announcement) => {
            window.start.duration_since(at) < turn.policy.notice
        }
        _ => false,
    };
    let told_late = turn.rollout.items.iter().any(too_late);
    let is_late = told_late && !is_known_in_time(turn, window);
    is_late.then(|| notice_too_short(turn, window))
}

fn notice_too_short(turn: &Turn<'_>, window: &Window) -> Refusal {
    Refusal::NoticeTooShort {
        notice: turn.policy.notice,
        start: window.start,
        zone: window.zone.clone(),
    }
}

fn open_items(rollout: &Rollout, phase: Phase) -> Vec<String> {
    rollout
        .items
        .iter()
        .filter(|item| item.phase == phase && item.required && !item.is_settled())
        .map(|item| format!("{} {}", item.number, item.title))
        .collect()
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
