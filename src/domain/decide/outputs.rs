//! What a turn leaves behind: one reply, the status comment, the labels, the boxes to set.

use super::{Decision, brakes, gates, turn::Turn};
use crate::domain::{
    effect::{Action, CloseReason, Label, Mode},
    event::What,
    ids::UserId,
    render::{self, status::View},
    rollout::{End, Rollout, Stage},
};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Between two edits of the status comment: a burst of ticks costs one edit at once and one at its end.
const STATUS_QUIET: SignedDuration = SignedDuration::from_secs(5);
/// Between two looks at the labels.
const LABELS_QUIET: SignedDuration = SignedDuration::from_secs(2);

/// Turns the turn into a decision.
pub(super) fn finish(mut turn: Turn<'_>) -> Decision {
    remember_rights(&mut turn);
    brakes::remember(&mut turn);
    if is_reachable(&turn.rollout) {
        reply(&mut turn);
        report(&mut turn);
        boxes(&mut turn);
        labels(&mut turn);
        status(&mut turn);
        close(&mut turn);
    }
    let changed = turn.rollout != *turn.before;
    Decision {
        rollout: changed.then_some(turn.rollout),
        ledger: turn.ledger,
        effects: turn.effects,
        refused: None,
    }
}

/// What was read of the voters' rights is kept, so that the status says the same whichever event it is rendered for.
fn remember_rights(turn: &mut Turn<'_>) {
    let rollout = &mut turn.rollout;
    let voters: BTreeSet<UserId> = rollout.votes.iter().map(|vote| vote.person.id).collect();
    rollout.rights.retain(|id, _| voters.contains(id));
    for (id, standing) in &turn.facts.people {
        if voters.contains(id) && standing.permission.is_ok() && standing.teams.is_ok() {
            rollout.rights.insert(*id, standing.clone());
        }
    }
}

/// How long to wait after the last performance. What is said as the rollout ends goes out before its issue is closed.
fn quiet(turn: &Turn<'_>, length: SignedDuration) -> SignedDuration {
    if has_just_ended(turn) {
        SignedDuration::ZERO
    } else {
        length
    }
}

fn has_just_ended(turn: &Turn<'_>) -> bool {
    turn.rollout.is_finished() && !turn.before.is_finished()
}

/// Whether there is an issue that Rollcall can write to.
pub(super) fn is_reachable(rollout: &Rollout) -> bool {
    rollout.place.issue.is_some() && rollout.is_reachable()
}

fn reply(turn: &mut Turn<'_>) {
    if turn.replies.is_empty() {
        return;
    }
    let body = render::reply::reply(&turn.replies, turn.event.actor.as_ref());
    let key = format!("reply:{}", turn.event.key);
    turn.once(
        key,
        Action::PutComment {
            place: turn.rollout.place.clone(),
            body,
        },
    );
}

/// When the rollout is over, after whoever ended it was answered.
fn report(turn: &mut Turn<'_>) {
    if !has_just_ended(turn) {
        return;
    }
    let key = format!("report:{}", turn.rollout.id);
    let place = turn.rollout.place.clone();
    let body = render::report::closing_report(&turn.rollout);
    turn.once(key, Action::PutComment { place, body });
}

fn boxes(turn: &mut Turn<'_>) {
    let looked = matches!(turn.event.what, What::Reconciled);
    let again = looked && !turn.rollout.unsettled.is_empty();
    if turn.rollout.unsettled == turn.before.unsettled && !again {
        return;
    }
    let key = format!("boxes:{}", turn.rollout.id);
    let boxes = turn.rollout.unsettled.clone();
    let items = turn.rollout.items.iter();
    let wanted = items.filter(|item| boxes.contains_key(&item.id));
    let titles = wanted
        .map(|item| (item.id.clone(), item.title.clone()))
        .collect();
    let mode = if boxes.is_empty() {
        Mode::Cancel
    } else {
        Mode::Latest {
            quiet: SignedDuration::ZERO,
        }
    };
    turn.put(
        key,
        mode,
        Action::PutBoxes {
            place: turn.rollout.place.clone(),
            boxes,
            titles,
        },
    );
}

fn labels(turn: &mut Turn<'_>) {
    let labels = render::labels::labels(&turn.rollout);
    let names: Vec<&str> = labels
        .iter()
        .map(|label: &Label| label.name.as_str())
        .collect();
    // A person who changed one of Rollcall's labels only asked: they are put right again.
    let asked = matches!(&turn.event.what, What::LabelChanged { label, .. } if render::labels::is_own(label))
        && !turn.is_own();
    let key = format!("labels:{}", turn.rollout.id);
    if is_new(turn, "labels", &names.join("\n")) || asked {
        let place = turn.rollout.place.clone();
        let quiet = quiet(turn, LABELS_QUIET);
        turn.put(
            key,
            Mode::Latest { quiet },
            Action::PutLabels { place, labels },
        );
    }
}

/// Where it stands, rendered by one of the status comment's functions.
pub(super) fn view(turn: &Turn<'_>, render: impl Fn(&View<'_>) -> String) -> String {
    let quorum = gates::quorum_to_show(turn);
    let blockers = gates::blockers(turn, &quorum);
    render(&View {
        rollout: &turn.rollout,
        quorum: &quorum,
        digest: &gates::digest(turn),
        blockers: &blockers,
    })
}

fn status(turn: &mut Turn<'_>) {
    let body = view(turn, render::status::status);
    if is_new(turn, "status", &body) {
        let key = format!("status:{}", turn.rollout.id);
        let quiet = quiet(turn, STATUS_QUIET);
        let place = turn.rollout.place.clone();
        turn.put(
            key,
            Mode::Latest { quiet },
            Action::PutStatus { place, body },
        );
    }
}

/// The issue of a rollout that has just ended is closed, after all else has been said on it.
fn close(turn: &mut Turn<'_>) {
    let Stage::Finished(finish) = &turn.rollout.stage else {
        return;
    };
    if !has_just_ended(turn) {
        return;
    }
    let reason = match finish.end {
        End::Completed => CloseReason::Completed,
        End::RolledBack | End::Cancelled => CloseReason::NotPlanned,
    };
    let key = format!("close:{}", turn.rollout.id);
    let place = turn.rollout.place.clone();
    turn.once(key, Action::CloseIssue { place, reason });
}

/// Whether this content differs from what went out last under this name; remembers it.
fn is_new(turn: &mut Turn<'_>, name: &str, content: &str) -> bool {
    let hash = hex::encode(&Sha256::digest(content.as_bytes())[..8]);
    turn.rollout
        .sent
        .insert(name.to_owned(), hash.clone())
        .as_ref()
        != Some(&hash)
}
