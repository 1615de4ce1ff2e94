//! What could not be handled is seen on the issue until it was.

use super::turn::Turn;
use crate::domain::{event::What, ledger::Fact, rollout::Parked};

/// An arrival waits, or was put aside.
pub(super) fn parked(turn: &mut Turn<'_>, parked: &Parked) {
    // Told twice, it is on record once.
    if turn.rollout.parked.contains(parked) {
        return;
    }
    if !parked.waits {
        turn.record(Fact::PutAside {
            arrival: parked.arrival.clone(),
            what: parked.summary.clone(),
            by: parked.by.clone(),
            reason: parked.reason.clone(),
        });
    }
    let known = &mut turn.rollout.parked;
    known.retain(|other| other.arrival != parked.arrival);
    known.push(parked.clone());
}

/// This event is what had been put aside: it is handled now.
pub(super) fn taken_up(turn: &mut Turn<'_>) {
    // Nothing of this issue waits any more: a look at it is handled behind all that came before. The news of a wait may have come late.
    if turn.event.what == What::Reconciled {
        turn.rollout.parked.retain(|parked| !parked.waits);
    }
    let (key, id) = (&turn.event.key, &turn.rollout.id.0);
    let again = |parked: &Parked| parked.comes_again_as(key, id);
    let again: Vec<Parked> = turn
        .rollout
        .parked
        .iter()
        .filter(|it| again(it))
        .cloned()
        .collect();
    for parked in again {
        turn.rollout.parked.retain(|other| *other != parked);
        if !parked.waits {
            turn.record(Fact::TakenUp {
                arrival: parked.arrival,
            });
        }
    }
}
