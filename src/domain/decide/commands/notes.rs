//! `/log`, `/resolve`, `/feedback`.

use super::Answer;
use crate::domain::{
    command::CommandName,
    decide::{gates::count, turn::Turn},
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
    rollout::{Feedback, LogEntry, Stage},
};

/// An entry of the issue log.
pub(super) fn log(turn: &mut Turn<'_>, text: String) -> Answer {
    let by = turn.actor_login();
    turn.supersedes_words(CommandName::Log, &by, &text)?;
    let number = count(turn.rollout.log.len()) + 1;
    let entry = LogEntry {
        number,
        text: text.clone(),
        by,
        at: turn.facts.now,
        resolved: None,
    };
    turn.rollout.log.push(entry);
    turn.record(Fact::Logged { number, text });
    Ok(Reply::Logged { number })
}

/// How an entry was solved: the newest word on it.
pub(super) fn resolve(turn: &mut Turn<'_>, number: u32, how: String) -> Answer {
    let by = turn.actor_login();
    let mut entries = turn.rollout.log.iter();
    let Some(index) = entries.position(|entry| entry.number == number) else {
        return Err(Refusal::UnknownLogEntry { number });
    };
    let what = format!("resolve:{number}");
    turn.supersedes(&what, "a newer `/resolve` of it was heard")?;
    let entry = &mut turn.rollout.log[index];
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
    if turn.rollout.feedback.iter().any(newer) {
        return Err(Refusal::AlreadyDone {
            what: "a newer `/feedback` of yours was heard".to_owned(),
        });
    }
    if let Some(by) = turn.event.actor.clone() {
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
