//! A claim: somebody says that an item is done, or is not. Ticks and `/done` come through here alike.

use super::{announce, gates, turn::Turn};
use crate::domain::{
    ledger::Fact,
    policy::Rule,
    refusal::Refusal,
    rollout::{HoldCause, Item, ItemState, Stage},
    template::ItemActor,
};

/// What became of a claim.
pub(super) enum Claimed {
    /// The item is now as claimed.
    Accepted,
    /// It was so already.
    Same,
    /// A newer claim was here first.
    Superseded,
    /// It may not be.
    Refused(Refusal),
}

/// Judges a claim on an item and carries it out.
///
/// Claims come late and out of order: one that is older than the last on the same item changes nothing.
pub(super) fn claim(turn: &mut Turn<'_>, id: &str, done: bool) -> Claimed {
    let Some(item) = turn.rollout.item_by_id(id).cloned() else {
        return Claimed::Refused(unknown_item(turn, id));
    };
    if is_superseded(turn, &item) {
        turn.record(Fact::FlipSuperseded { item: item.id });
        return Claimed::Superseded;
    }
    if item.is_done() == done {
        // It changes nothing now, but it beats an older claim that is still on its way.
        if may_touch(turn, &item).is_ok() {
            remember(turn, &item.id);
        }
        return Claimed::Same;
    }
    let answer = if done {
        may_do(turn, &item)
    } else {
        may_undo(turn, &item)
    };
    if let Err(refusal) = answer {
        return Claimed::Refused(refusal);
    }
    remember(turn, &item.id);
    settle(turn, &item.id, done);
    Claimed::Accepted
}

/// Whether a newer claim on the item was here before this event's.
pub(super) fn is_superseded(turn: &Turn<'_>, item: &Item) -> bool {
    item.claimed_at.is_some_and(|last| turn.event.at < last)
}

/// The claim of this event is the newest on the item. Only claims of those who may count: nobody else's word beats a late one.
pub(super) fn remember(turn: &mut Turn<'_>, id: &str) {
    let at = turn.event.at;
    if let Some(item) = turn.rollout.item_mut(id) {
        item.claimed_at = Some(at);
    }
}

/// Sets an item's state without asking, records it, and tells stakeholders when the item says so.
pub(super) fn settle(turn: &mut Turn<'_>, id: &str, done: bool) {
    let actor = turn.event.actor.clone().filter(|_| !turn.is_own());
    // A claim can arrive days late; it was made when its source says.
    let at = turn.event.at.min(turn.facts.now);
    let Some(item) = turn.rollout.item_mut(id) else {
        return;
    };
    // What Rollcall ticks follows from the rollout, whoever caused the last step.
    let by = actor.filter(|_| item.by == ItemActor::Person);
    item.state = if done {
        ItemState::Done { by, at }
    } else {
        ItemState::Open
    };
    let (item, announcement) = (item.id.clone(), item.announcement);
    turn.record(if done {
        Fact::Ticked { item: item.clone() }
    } else {
        Fact::Unticked { item: item.clone() }
    });
    if let (true, Some(kind)) = (done, announcement) {
        announce::announce(turn, kind, "");
    }
    if turn.rollout.stage != Stage::Preparing {
        let note = format!("`{item}` was taken back after the deployment had started");
        if done {
            turn.rollout.attention.remove(&note);
        } else {
            turn.rollout.attention.insert(note);
        }
    }
}

pub(super) fn unknown_item(turn: &Turn<'_>, name: &str) -> Refusal {
    let known = turn
        .rollout
        .items
        .iter()
        .map(|item| item.id.clone())
        .collect();
    Refusal::UnknownItem {
        name: name.to_owned(),
        known,
    }
}

/// Who may tick this item, by policy, else template, else default.
pub(super) fn rule_of(turn: &Turn<'_>, item: &Item) -> Rule {
    turn.policy.rule_for_item(&item.id, item.who.as_ref())
}

fn may_do(turn: &Turn<'_>, item: &Item) -> Result<(), Refusal> {
    gates::not_finished(turn)?;
    gates::not_held(turn)?;
    may_touch(turn, item)?;
    gates::ready(turn, item)
}

fn may_undo(turn: &Turn<'_>, item: &Item) -> Result<(), Refusal> {
    may_touch(turn, item)?;
    match turn.rollout.holds.get(&HoldCause::Closed) {
        Some(hold) => Err(Refusal::OnHold {
            reason: hold.reason.clone(),
        }),
        None => Ok(()),
    }
}

fn may_touch(turn: &Turn<'_>, item: &Item) -> Result<(), Refusal> {
    gates::not_finished(turn)?;
    if item.by == ItemActor::Rollcall {
        return Err(gates::why_rollcall_alone(turn, item));
    }
    turn.may(&rule_of(turn, item))
}
