//! `/log`, `/resolve`, `/feedback`.

use super::Answer;
use crate::domain::{
    decide::{gates::count, turn::Turn},
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::{Feedback, LogEntry, Stage},
};

/// An entry of the issue log.
pub(super) fn log(turn: &mut Turn<'_>, text: String) -> Reply {
    let number = count(turn.rollout.log.len()) + 1;
    let entry = LogEntry {
        number,
        text: text.clone(),
        by: turn.actor_login(),
        at: turn.facts.now,
        resolved: None,
    };
    turn.rollout.log.push(entry);
    turn.record(Fact::Logged { number, text });
    Reply::Logged { number }
}

/// How an entry was solved.
pub(super) fn resolve(turn: &mut Turn<'_>, number: u32, how: String) -> Answer {
    let by = turn.actor_login();
    let Some(entry) = turn
        .rollout
        .log
        .iter_mut()
        .find(|entry| entry.number == number)
    else {
        return Err(Refusal::UnknownLogEntry { number });
    };
    entry.resolved = Some((how.clone(), by));
    turn.record(Fact::Resolved { number, how });
    Ok(Reply::Resolved { number })
}

/// The feedback loop: the newest answer of a person counts.
pub(super) fn feedback(turn: &mut Turn<'_>, score: u8, text: Option<String>) -> Answer {
    if turn.rollout.stage == Stage::Preparing {
        return Err(Refusal::NotStarted);
    }
    let at = turn.event.at;
    let newer = |feedback: &Feedback| {
        Some(feedback.by.id) == turn.event.actor.as_ref().map(|by| by.id) && at < feedback.at
    };
    if let Some(by) = turn
        .event
        .actor
        .clone()
        .filter(|_| !turn.rollout.feedback.iter().any(newer))
    {
        turn.rollout
            .feedback
            .retain(|feedback| feedback.by.id != by.id);
        turn.rollout.feedback.push(Feedback {
            by,
            score,
            text,
            at,
        });
    }
    turn.record(Fact::FeedbackGiven { score });
    Ok(Reply::FeedbackTaken { score })
}
