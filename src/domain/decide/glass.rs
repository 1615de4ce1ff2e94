//! Break-glass: one person skips the gates, everybody hears of it, and a second person has to stand behind it.

use super::{gates, glass_undo, turn::Turn};
use crate::domain::{
    approval::{self, SignedField},
    ids::CommentId,
    ledger::Fact,
    policy::{Answer, Opens, Rule},
    refusal::Refusal,
    reply::Reply,
    rollout::{Expedite, GlassEnd, HoldCause, Rollout, Stage},
};
use jiff::Timestamp;

/// What a break-glass is about: everything that is signed but the window, which it skips. An emergency may move the window.
pub(super) fn digest(turn: &Turn<'_>) -> String {
    let mut leave_out = turn.policy.approvals.leave_out.clone();
    leave_out.extend([SignedField::Window, SignedField::Downtime]);
    approval::digest(&gates::signed(&turn.rollout), &leave_out).0
}

/// Whether the gates are skipped at this moment.
pub(super) fn opens(turn: &Turn<'_>) -> bool {
    let Some(glass) = turn.rollout.gates.glass() else {
        return false;
    };
    let policy = turn.policy.break_glass.as_ref();
    match &glass.confirmed {
        _ if glass.started.is_some() => true,
        Some(word) => !is_used_up(turn, word.at),
        None => {
            turn.now() < glass.confirm_by
                && policy.is_some_and(|policy| policy.opens == Opens::AtOnce)
        }
    }
}

/// Whether a break-glass that was confirmed then has not been used for too long.
fn is_used_up(turn: &Turn<'_>, confirmed_at: Timestamp) -> bool {
    let lasts = turn.policy.break_glass.as_ref().map(|policy| policy.lasts);
    lasts.is_some_and(|lasts| {
        confirmed_at
            .saturating_add(lasts)
            .is_ok_and(|end| turn.now() >= end)
    })
}

/// What keeps a deployment from starting on the break-glass: the second person, or a right that was lost since. None when there is no
/// break-glass.
pub(super) fn blockers(turn: &Turn<'_>) -> Option<Vec<Refusal>> {
    let glass = turn.rollout.gates.glass()?;
    if !opens(turn) {
        return Some(vec![Refusal::Unconfirmed {
            by: glass.by.login.clone(),
            who: confirmers(turn).describe(),
            until: glass.confirm_by,
            zone: turn.policy.zone.clone(),
        }]);
    }
    let rights = rights(turn, glass);
    Some(rights.into_iter().filter_map(Result::err).collect())
}

/// Whether the two may still, by the rights of now.
fn rights(turn: &Turn<'_>, glass: &Expedite) -> Vec<Result<(), Refusal>> {
    let Some(policy) = &turn.policy.break_glass else {
        return vec![Err(not_enabled())];
    };
    let mut rights = vec![turn.may_person(&policy.who, &glass.by)];
    if let Some(confirmed) = &glass.confirmed {
        rights.push(turn.may_person(&policy.confirm, &confirmed.by));
    }
    rights
}

pub(super) fn not_enabled() -> Refusal {
    Refusal::NotEnabled {
        what: "`/expedite`".to_owned(),
    }
}

/// Who may be the second person; when the policy no longer says so, those who deploy.
pub(super) fn confirmers<'a>(turn: &'a Turn<'_>) -> &'a Rule {
    turn.policy
        .break_glass
        .as_ref()
        .map_or(&turn.policy.deployers, |policy| &policy.confirm)
}

/// Whether this person may be the second one.
pub(super) fn may_second(turn: &Turn<'_>, glass: &Expedite) -> Result<(), Refusal> {
    let rule = confirmers(turn);
    if turn.event.actor.as_ref().map(|person| person.id) == Some(glass.by.id) {
        return Err(Refusal::SecondPersonNeeded {
            by: glass.by.login.clone(),
            who: rule.describe(),
        });
    }
    turn.may(rule)
}

/// Whether a break-glass still asks for its second person: then nothing is completed.
pub(super) fn is_open(rollout: &Rollout) -> bool {
    rollout.gates.glass().is_some_and(Expedite::is_open)
}

/// The break-glass that this word could still confirm. A word that was said in time and arrived late is in time.
pub(super) fn to_confirm(turn: &Turn<'_>) -> Option<usize> {
    let index = turn.rollout.gates.expedites.len().checked_sub(1)?;
    let glass = &turn.rollout.gates.expedites[index];
    let lapsed = matches!(glass.ended, Some((_, GlassEnd::Unconfirmed)))
        && turn.rollout.holds.contains_key(&HoldCause::Unconfirmed);
    let in_time = (glass.at..=glass.confirm_by).contains(&turn.event.at);
    (glass.confirmed.is_none() && in_time && (glass.ended.is_none() || lapsed)).then_some(index)
}

/// What the clock and other changes do to a break-glass.
pub(super) fn watch(turn: &mut Turn<'_>) {
    let Some(glass) = turn.rollout.gates.glass().cloned() else {
        return;
    };
    let now = turn.now();
    if glass.confirmed.is_none() && now >= glass.confirm_by {
        end(turn, GlassEnd::Unconfirmed);
        let reason = format!(
            "nobody confirmed the break-glass of {} in time",
            glass.by.login
        );
        turn.hold(HoldCause::Unconfirmed, &reason);
        return;
    }
    if turn.rollout.stage != Stage::Preparing {
        return;
    }
    let lost = || {
        let gone = |who: &Rule, person| turn.judge_person(who, person).answer == Answer::Refused;
        let policy = turn.policy.break_glass.as_ref();
        let confirmed = glass.confirmed.as_ref();
        policy.is_none_or(|policy| {
            gone(&policy.who, &glass.by)
                || confirmed.is_some_and(|confirmed| gone(&policy.confirm, &confirmed.by))
        })
    };
    if glass.digest != digest(turn) {
        end(turn, GlassEnd::Changed);
    } else if glass
        .confirmed
        .as_ref()
        .is_some_and(|word| is_used_up(turn, word.at))
    {
        end(turn, GlassEnd::Unused);
    } else if lost() {
        end(turn, GlassEnd::RightLost);
    }
}

/// When the clock will have something to say of it.
pub(super) fn next_time(turn: &Turn<'_>) -> Option<Timestamp> {
    let glass = turn.rollout.gates.glass()?;
    match &glass.confirmed {
        None => Some(glass.confirm_by),
        Some(word) if turn.rollout.stage == Stage::Preparing => {
            let lasts = turn.policy.break_glass.as_ref()?.lasts;
            word.at.checked_add(lasts).ok()
        }
        Some(_) => None,
    }
}

/// A comment was edited or deleted. Before the start, what rests on it no longer does.
pub(super) fn comment_gone(turn: &mut Turn<'_>, comment: CommentId) {
    let rests = turn.rollout.gates.glass().is_some_and(|glass| {
        let confirmed = glass.confirmed.as_ref().map(|word| word.comment);
        glass.comment == comment || confirmed == Some(comment)
    });
    if !rests {
        return;
    }
    if turn.rollout.stage == Stage::Preparing {
        end(turn, GlassEnd::CommentGone);
    } else {
        turn.rollout.attention.insert(
            "a comment of the break-glass was changed after the deployment had started".to_owned(),
        );
    }
}

fn end(turn: &mut Turn<'_>, why: GlassEnd) {
    let now = turn.now();
    let Some(glass) = turn.rollout.gates.expedites.last_mut() else {
        return;
    };
    glass.ended = Some((now, why));
    let by = glass.by.login.clone();
    let started = glass.started.is_some();
    let who = confirmers(turn).describe();
    turn.record(Fact::GlassEnded { why });
    turn.say(Reply::GlassEnded {
        by,
        why,
        started,
        who,
    });
    if turn.rollout.stage == Stage::Preparing
        && let Some(glass) = turn.rollout.gates.expedites.last().cloned()
    {
        glass_undo::undo(turn, &glass);
    }
}
