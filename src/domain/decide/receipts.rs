//! What became of what was sent.

use super::turn::Turn;
use crate::domain::{event::Receipt, ledger::Fact, rollout::Outcome};

/// A channel took a copy.
pub(super) fn delivered(turn: &mut Turn<'_>, receipt: &Receipt) {
    let at = turn.event.at;
    if set(turn, receipt, Outcome::Delivered { at }) {
        turn.record(Fact::Delivered {
            announcement: receipt.announcement.clone(),
            channel: receipt.channel.clone(),
            audience: receipt.audience.clone(),
        });
    }
}

/// A channel does not take a copy; whoever looks at the issue learns why while it is tried again.
pub(super) fn delayed(turn: &mut Turn<'_>, receipt: &Receipt, reason: &str) {
    let reason = reason.to_owned();
    set(turn, receipt, Outcome::Delayed { reason });
}

/// Something was given up: seen on the issue, never lost in silence.
pub(super) fn buried(
    turn: &mut Turn<'_>,
    effect: &str,
    summary: &str,
    reason: &str,
    receipt: Option<&Receipt>,
) {
    turn.record(Fact::GivenUp {
        what: effect.to_owned(),
        reason: reason.to_owned(),
    });
    if let Some(receipt) = receipt {
        set(
            turn,
            receipt,
            Outcome::Failed {
                reason: reason.to_owned(),
            },
        );
    }
    turn.rollout
        .attention
        .insert(format!("{summary} failed: {reason}"));
}

fn set(turn: &mut Turn<'_>, receipt: &Receipt, outcome: Outcome) -> bool {
    let Some(announced) = turn.rollout.announced.get_mut(&receipt.announcement) else {
        return false;
    };
    let Some(copy) = announced
        .copies
        .iter_mut()
        .find(|copy| copy.receipt == *receipt)
    else {
        return false;
    };
    // What is done is done: the news that it was late came late itself.
    let is_late = matches!(outcome, Outcome::Delayed { .. })
        && !matches!(copy.outcome, Outcome::Pending | Outcome::Delayed { .. });
    if is_late {
        return false;
    }
    let changed = copy.outcome != outcome;
    copy.outcome = outcome;
    changed
}
