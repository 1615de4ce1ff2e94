//! What follows by itself after any event: Rollcall's own items, phases, completion.

use super::{announce, claim, deadlines, four_eyes, gates, glass, turn::Turn, votes};
use crate::domain::{
    announcement_kind::AnnouncementKind,
    approval::{self, Quorum},
    effect::{Action, Effect, Mode},
    event::{Event, What},
    ledger::Fact,
    phase::Phase,
    rollout::{End, Finish, Item, Rollout, Stage},
    template::{Gate, ItemActor},
};
use jiff::Timestamp;

/// Brings the rollout to rest.
pub(super) fn advance(turn: &mut Turn<'_>) {
    if turn.rollout.is_finished() {
        return;
    }
    glass::watch(turn);
    details(turn);
    four_eyes::watch(turn);
    digest_changed(turn);
    approval(turn);
    let before = phase_before(turn.before);
    if turn.rollout.phase() != before {
        let phase = turn
            .rollout
            .phase()
            .map_or("complete".to_owned(), |phase| phase.to_string());
        turn.record(Fact::PhaseReached { phase });
    }
    if turn.rollout.is_deploying()
        && turn.rollout.is_all_done()
        && turn.rollout.holds.is_empty()
        && !glass::is_open(&turn.rollout)
    {
        complete(turn);
    }
    deadlines::run(turn);
}

fn phase_before(before: &Rollout) -> Option<Phase> {
    before.phase()
}

/// Rollcall's items of a gate, and whether they ought to be done.
fn set_own(turn: &mut Turn<'_>, gate: Gate, done: bool) {
    if done && !turn.rollout.holds.is_empty() {
        return; // nothing advances; what is lost is taken back all the same
    }
    let own = |item: &&Item| item.gate == Some(gate) && item.by == ItemActor::Rollcall;
    let ids: Vec<String> = turn
        .rollout
        .items
        .iter()
        .filter(own)
        .filter(|item| item.is_done() != done)
        .map(|item| item.id.clone())
        .collect();
    for id in ids {
        claim::settle(turn, &id, done);
        turn.rollout.unsettled.insert(id, done);
    }
}

/// Item 1.1 is done exactly while what it asks for is filled in; once the deployment runs it is not taken back.
fn details(turn: &mut Turn<'_>) {
    let complete = turn.rollout.fields.missing().is_empty();
    // What an emergency left out can be filled in later.
    if turn.rollout.stage == Stage::Preparing || complete {
        set_own(turn, Gate::Details, complete);
    }
}

/// When something that approvals sign has changed, they are void, and people are told what changed and who is asked again.
fn digest_changed(turn: &mut Turn<'_>) {
    let (old, new) = (gates::signed(turn.before), gates::signed(&turn.rollout));
    let leave_out = turn.policy.approvals.leave_out.clone();
    let left_out = turn.rollout.gates.leave_out.replace(leave_out.clone());
    let left_out = left_out.unwrap_or_else(|| leave_out.clone());
    let digest = approval::digest(&new, &leave_out);
    let before = approval::digest(&old, &left_out);
    if before == digest {
        return;
    }
    let signs = (left_out != leave_out).then(|| (left_out, leave_out.clone()));
    let changes: Vec<_> = approval::changes(&old, &new)
        .into_iter()
        .filter(|change| !leave_out.contains(&change.field))
        .collect();
    let fields = changes
        .iter()
        .map(|change| format!("{:?}", change.field))
        .collect();
    let since = changed_at(turn);
    turn.rollout.signed_since = turn.rollout.signed_since.max(Some(since));
    turn.record(Fact::DigestChanged {
        fields,
        digest: digest.short().to_owned(),
    });
    if turn.rollout.is_deploying() {
        turn.rollout
            .attention
            .insert("what was approved was edited after the deployment had started".to_owned());
    }
    if turn.rollout.stage == Stage::Preparing {
        votes::of_another_digest(turn, &before, &digest, changes, signs);
    }
}

/// When that changed at the latest, by GitHub's clock. A change that was seen on the issue and not brought by this event may be as new as
/// the issue.
fn changed_at(turn: &Turn<'_>) -> Timestamp {
    let at = turn.event.at;
    let Some(newest) = &turn.facts.newest else {
        return at;
    };
    let brought = matches!(&turn.event.what, What::BodyEdited { body, .. } if *body == newest.body);
    if brought || turn.before.fields == turn.rollout.fields {
        at
    } else {
        at.max(newest.updated_at)
    }
}

/// The Final Review box shows the quorum: set when it is there, taken back when it is lost before the deployment.
fn approval(turn: &mut Turn<'_>) {
    if turn.rollout.stage != Stage::Preparing {
        return;
    }
    let quorum = votes::without_the_lost(turn);
    // While GitHub does not say what a voter may do, the box stays as it is; `/start-deploy` counts strictly.
    if has_unknown(&quorum) {
        return;
    }
    let digest = gates::digest(turn).short().to_owned();
    if quorum.reached != turn.rollout.quorum {
        turn.rollout.quorum = quorum.reached;
        let by = quorum
            .valid
            .iter()
            .map(|vote| vote.person.login.clone())
            .collect();
        turn.record(if quorum.reached {
            Fact::QuorumReached { digest, by }
        } else {
            Fact::QuorumLost { digest }
        });
    }
    set_own(turn, Gate::Approval, quorum.reached);
    // An approval lapses by the clock alone: Rollcall asks to be woken when the next one does.
    let expire = turn.policy.approvals.expire;
    if let Some(at) = quorum
        .valid
        .iter()
        .filter_map(|vote| vote.at.checked_add(expire).ok())
        .min()
    {
        wake_at(turn, "approval-lapses", at);
    }
}

/// Whether somebody's word could not be judged.
pub(super) fn has_unknown(quorum: &Quorum) -> bool {
    quorum.uncertain
}

/// Asks for an event at a time.
pub(super) fn wake_at(turn: &mut Turn<'_>, name: &str, at: Timestamp) {
    let rollout = turn.rollout.id.clone();
    let event = Event {
        key: format!("clock:{rollout}:{name}:{}", at.as_second()),
        at,
        place: turn.rollout.place.clone(),
        rollout: Some(rollout.clone()),
        actor: None,
        what: What::DeadlinePassed {
            name: name.to_owned(),
        },
    };
    let key = event.key.clone();
    let action = Action::WakeUp {
        event: Box::new(event),
    };
    turn.effects.push(Effect {
        key,
        rollout,
        due: Some(at),
        mode: Mode::Once,
        action,
    });
}

/// The last item is done.
fn complete(turn: &mut Turn<'_>) {
    finish(turn, End::Completed, "");
}

/// Ends the rollout and announces it; the closing report follows the reply. What was never announced needs no "cancelled".
pub(super) fn finish(turn: &mut Turn<'_>, end: End, reason: &str) {
    let by = (end != End::Completed).then(|| turn.actor_login());
    turn.rollout.stage = Stage::Finished(Finish {
        end,
        at: turn.facts.now,
        by,
        reason: reason.to_owned(),
    });
    turn.record(Fact::Finished {
        end: format!("{end:?}").to_lowercase(),
        reason: reason.to_owned(),
    });
    let kind = match end {
        End::Completed => AnnouncementKind::Completed,
        End::RolledBack => AnnouncementKind::RolledBack,
        End::Cancelled => AnnouncementKind::Cancelled,
    };
    if end != End::Cancelled || !turn.rollout.announced.is_empty() {
        announce::announce(turn, kind, reason);
    }
}
