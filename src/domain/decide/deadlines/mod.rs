//! Nothing waits for ever in silence: every gate has a deadline, reminders to those who are missing, an escalation, and an end.

mod missing;
mod waiting;

use super::{advance, glass, turn::Turn};
use crate::domain::{
    effect::Action,
    event::What,
    ledger::Fact,
    policy::{Deadline, GateName, Then},
    render::reminder::{self, Notice},
    rollout::{End, HoldCause, Stage, Wait},
};
use jiff::{SignedDuration, Timestamp};

/// Before the window opens, those who signed are looked at again, while there is still time to ask somebody else.
const LOOKS: [SignedDuration; 3] = [
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(1),
    SignedDuration::ZERO,
];

/// Notes what is waited for, says what is due, and asks to be woken for the next time.
pub(super) fn run(turn: &mut Turn<'_>) {
    note(turn);
    // Only the clock and Rollcall's own look speak up: a person who has just acted is not answered with a reminder.
    if matches!(
        turn.event.what,
        What::DeadlinePassed { .. } | What::Reconciled
    ) {
        let gates: Vec<GateName> = turn.rollout.gates.waits.keys().copied().collect();
        for gate in gates {
            due(turn, gate);
        }
        note(turn);
    }
    arm(turn);
}

/// Brings the record of the waits up to date. A gate that is waited for anew has all its time again.
fn note(turn: &mut Turn<'_>) {
    let now = turn.now();
    let gates = waiting::waiting(turn);
    let held = std::mem::take(&mut turn.rollout.gates.waits);
    for waiting in gates {
        let times = times(turn, waiting.gate);
        let same = held.get(&waiting.gate).filter(|wait| {
            waiting.natural.is_none() || wait.natural == waiting.natural.map(|(at, _)| at)
        });
        let mut wait = same.cloned().unwrap_or(Wait {
            since: waiting.since.unwrap_or(now),
            deadline: now,
            end: now,
            natural: waiting.natural.map(|(at, _)| at),
            reminded: 0,
            escalated: false,
        });
        match waiting.natural {
            // What was over before anybody could have been told has the ordinary time.
            Some((deadline, end)) if deadline > wait.since => {
                (wait.deadline, wait.end) = (deadline, end);
            }
            // A window does not get longer by that.
            Some((_, end)) if waiting.gate == GateName::Start => {
                (wait.deadline, wait.end) = (end, end);
            }
            _ => {
                wait.deadline = after(wait.since, times.within);
                wait.end = after(wait.deadline, times.grace);
            }
        }
        turn.rollout.gates.waits.insert(waiting.gate, wait);
    }
}

/// The times of a gate; those of a break-glass stand with it.
fn times(turn: &Turn<'_>, gate: GateName) -> Deadline {
    let mut times = turn.policy.gates.of(gate);
    if let (GateName::BreakGlass, Some(glass)) = (gate, &turn.policy.break_glass) {
        times.within = glass.within;
        times.remind = times.remind.min(glass.within / 3);
    }
    times
}

/// Says what has become due at one gate, if anything.
fn due(turn: &mut Turn<'_>, gate: GateName) {
    let Some(wait) = turn.rollout.gates.waits.get(&gate).cloned() else {
        return;
    };
    let (now, times) = (turn.now(), times(turn, gate));
    if turn.rollout.is_finished() {
        return;
    }
    if now >= wait.end && gate != GateName::BreakGlass {
        end(turn, gate, &wait, &times);
    } else if now >= wait.deadline {
        if !wait.escalated {
            escalate(turn, "escalate", gate, &wait, &times);
        }
    } else {
        let period = periods(now.duration_since(wait.since), times.remind);
        if period > wait.reminded {
            remind(turn, gate, &wait, period);
        }
    }
}

fn remind(turn: &mut Turn<'_>, gate: GateName, wait: &Wait, period: i64) {
    let notice = notice(turn, gate, wait);
    let text = reminder::reminder(&notice);
    let whom = notice.people;
    turn.record(Fact::Reminded { gate, whom });
    comment(turn, &format!("remind:{period}"), gate, wait, text);
    if let Some(wait) = turn.rollout.gates.waits.get_mut(&gate) {
        wait.reminded = period;
    }
}

fn escalate(turn: &mut Turn<'_>, what: &str, gate: GateName, wait: &Wait, times: &Deadline) {
    let notice = notice(turn, gate, wait);
    let text = reminder::escalation(&notice, &times.escalate, times.then);
    let whom = [notice.people, times.escalate.clone()].concat();
    turn.record(Fact::Escalated { gate, whom });
    comment(turn, what, gate, wait, text);
    if let Some(wait) = turn.rollout.gates.waits.get_mut(&gate) {
        wait.escalated = true;
    }
}

/// The end of a wait. A deployment that has started is never cancelled by the clock: what holds it is escalated again and again.
fn end(turn: &mut Turn<'_>, gate: GateName, wait: &Wait, times: &Deadline) {
    let then = times.then;
    let started = turn.rollout.stage != Stage::Preparing;
    if then == Then::Cancel && started {
        escalate(turn, "end", gate, wait, times);
        turn.rollout.gates.waits.remove(&gate);
        return;
    }
    let notice = notice(turn, gate, wait);
    turn.record(Fact::GateEnded { gate, then });
    let text = reminder::ended(&notice, &times.escalate, then);
    comment(turn, "end", gate, wait, text);
    let reason = reminder::overdue(gate);
    match then {
        Then::Hold => turn.hold(HoldCause::Overdue, &reason),
        Then::Cancel => advance::finish(turn, End::Cancelled, &reason),
    }
}

fn notice(turn: &Turn<'_>, gate: GateName, wait: &Wait) -> Notice {
    let missing = missing::missing(turn, gate);
    let window = turn.rollout.window.as_ref();
    Notice {
        gate,
        people: missing.people,
        open: missing.open,
        since: wait.since,
        deadline: wait.deadline,
        end: wait.end,
        zone: window.map_or_else(|| turn.policy.zone.clone(), |window| window.zone.clone()),
    }
}

/// One comment per gate and time: the name of the wait is part of its key.
fn comment(turn: &mut Turn<'_>, what: &str, gate: GateName, wait: &Wait, body: String) {
    let id = turn.rollout.id.clone();
    let since = wait.since.as_second();
    let key = format!("gate:{id}:{}:{since}:{what}", gate.word());
    let place = turn.rollout.place.clone();
    turn.once(key, Action::PutComment { place, body });
}

/// Asks to be woken at the next time at which there will be something to say or to look at.
fn arm(turn: &mut Turn<'_>) {
    let now = turn.now();
    let mut times: Vec<Timestamp> = glass::next_time(turn).into_iter().collect();
    for (gate, wait) in &turn.rollout.gates.waits {
        let every = self::times(turn, *gate).remind;
        let next = periods(now.duration_since(wait.since), every) + 1;
        let reminder = every
            .as_secs()
            .checked_mul(next)
            .map(|seconds| after(wait.since, SignedDuration::from_secs(seconds)))
            .filter(|at| !every.is_zero() && *at < wait.deadline);
        times.extend(reminder.into_iter().chain([wait.deadline, wait.end]));
    }
    if turn.rollout.stage == Stage::Preparing {
        let start = turn.rollout.window.as_ref().map(|window| window.start);
        let looks = |start: Timestamp| LOOKS.map(|before| start.saturating_sub(before));
        times.extend(start.into_iter().flat_map(looks).flatten());
    }
    let next = times.into_iter().filter(|at| *at > now).min();
    let next = next.filter(|_| !turn.rollout.is_finished());
    if next != turn.rollout.gates.wake {
        turn.rollout.gates.wake = next;
        if let Some(at) = next {
            advance::wake_at(turn, "gates", at);
        }
    }
}

fn periods(passed: SignedDuration, every: SignedDuration) -> i64 {
    passed
        .as_secs()
        .max(0)
        .checked_div(every.as_secs())
        .unwrap_or(0)
}

fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.saturating_add(length).unwrap_or(Timestamp::MAX)
}
