//! Commands: each is asked whether it may, carried out, answered, and acknowledged by a reaction.

mod approve;
mod ask;
mod deploy;
mod expedite;
mod items;
mod notes;
mod plan;

use super::{body, brakes, gates, turn::Turn};
use crate::domain::{
    command::{Command, CommandName, Said, parse_comment},
    effect::{Action, Reaction},
    ids::CommentId,
    ledger::Fact,
    refusal::Refusal,
    reply::Reply,
};

/// A command's answer, or why it is refused.
type Answer = Result<Reply, Refusal>;

/// A comment was written. Bots are not listened to; what is not a command is left alone.
pub(super) fn comment_created(turn: &mut Turn<'_>, comment: CommentId, text: &str) {
    if turn.event.actor.as_ref().is_none_or(|person| person.bot) {
        return;
    }
    let said = parse_comment(text);
    if said.is_empty() || !turn.rollout.heard.insert(comment) {
        return;
    }
    if turn.facts.untold.policy.is_some() {
        brakes::went_by(turn, "the policy");
    }
    let mut refused = false;
    for said in said {
        refused |= !one(turn, comment, said);
    }
    acknowledge(turn, comment, refused);
    if let Some(newest) = &turn.facts.newest {
        body::structure(turn, &newest.body, None);
    }
}

/// Carries out one command; false when it was refused.
fn one(turn: &mut Turn<'_>, comment: CommentId, said: Said) -> bool {
    let (name, answer) = match said {
        Said::Command(command) => {
            let name = command.name();
            (format!("/{name}"), carry_out(turn, comment, name, command))
        }
        Said::Malformed {
            name,
            problem,
            usage,
        } => (
            format!("/{name}"),
            Err(Refusal::Malformed {
                problem,
                usage: usage.to_owned(),
            }),
        ),
        Said::DidYouMean { word, meant } => (
            format!("/{word}"),
            Err(Refusal::DidYouMean {
                word,
                meant: meant.to_string(),
            }),
        ),
        Said::TooMany(left) => ("…".to_owned(), Err(Refusal::TooManyCommands { left })),
    };
    match answer {
        Ok(reply) => {
            turn.say(reply);
            true
        }
        Err(refusal) => {
            let code = refusal.code().to_owned();
            turn.record(Fact::CommandRefused {
                command: name.clone(),
                code,
            });
            turn.say(Reply::Refused {
                command: name,
                refusal,
            });
            false
        }
    }
}

fn acknowledge(turn: &mut Turn<'_>, comment: CommentId, refused: bool) {
    let last = if refused {
        Reaction::ThumbsDown
    } else {
        Reaction::ThumbsUp
    };
    for (name, reaction) in [("eyes", Reaction::Eyes), ("verdict", last)] {
        let action = Action::React {
            place: turn.rollout.place.clone(),
            comment,
            reaction,
        };
        turn.once(acknowledgement(comment, name), action);
    }
}

/// Key of the reaction that acknowledges a comment; once it is put, the comment's commands have been carried out.
#[must_use]
pub fn acknowledgement(comment: CommentId, name: &str) -> String {
    format!("react:{}:{name}", comment.0)
}

/// Commands that are welcome after the end: questions, and what is written down for later.
pub(super) fn is_welcome_after_the_end(name: CommandName) -> bool {
    use CommandName as C;
    matches!(
        name,
        C::Status
            | C::Why
            | C::Help
            | C::Simulate
            | C::Evidence
            | C::Log
            | C::Resolve
            | C::Feedback
            | C::Refresh
    )
}

/// Commands that a hold stops, whoever says them and whatever else they would need.
fn moves_forward(name: CommandName) -> bool {
    use CommandName as C;
    matches!(
        name,
        C::Done | C::Skip | C::StartDeploy | C::Promote | C::Expedite
    )
}

fn carry_out(
    turn: &mut Turn<'_>,
    comment: CommentId,
    name: CommandName,
    command: Command,
) -> Answer {
    if !is_welcome_after_the_end(name) {
        gates::not_finished(turn)?;
    }
    if moves_forward(name) {
        gates::not_held(turn)?;
    }
    // Items have rules of their own; they are judged where the item is known. So has the break-glass: what is not enabled is so for everybody.
    if !matches!(
        name,
        CommandName::Done
            | CommandName::Undo
            | CommandName::Evidence
            | CommandName::Skip
            | CommandName::Expedite
            | CommandName::ConfirmExpedite
    ) {
        brakes::may(turn, name)?;
    }
    match command {
        Command::Rollout { .. } => Err(Refusal::AlreadyARollout),
        Command::Status => Ok(ask::status(turn)),
        Command::Why { item } => ask::why(turn, item.as_deref()),
        Command::Help => Ok(ask::help(turn)),
        Command::Simulate { command, user } => ask::simulate(turn, &command, user.as_deref()),
        Command::Done { item, note } => items::done(turn, &item, note),
        Command::Undo { item } => items::undo(turn, &item),
        Command::Evidence { item, text } => items::evidence(turn, &item, text),
        Command::Skip { item, reason } => items::skip(turn, &item, reason),
        Command::Owner { item, login } => items::owner(turn, &item, login),
        Command::Schedule { text } => plan::schedule(turn, &text),
        Command::Preview => plan::preview(turn),
        Command::Announce { text } => plan::announce(turn, text.as_deref()),
        Command::Approve { note } => approve::approve(turn, comment, note),
        Command::Reject { reason } => approve::reject(turn, comment, reason),
        Command::Withdraw => approve::withdraw(turn, comment),
        Command::StartDeploy => deploy::start(turn),
        Command::Promote => deploy::promote(turn),
        Command::Abort => deploy::abort(turn),
        Command::Rollback { reason } => deploy::roll_back(turn, &reason),
        Command::Hold { reason } => deploy::hold(turn, reason),
        Command::Resume => deploy::resume(turn),
        Command::Log { text } => notes::log(turn, text),
        Command::Resolve { number, how } => notes::resolve(turn, number, how),
        Command::Feedback { score, text } => notes::feedback(turn, score, text),
        Command::Expedite { reason } => expedite::expedite(turn, comment, &reason),
        Command::ConfirmExpedite { note } => expedite::confirm(turn, comment, note),
        Command::Cancel { reason } => Ok(deploy::cancel(turn, reason)),
        Command::Refresh => {
            gates::newest_told(turn)?;
            body::reconciled(turn);
            Ok(Reply::Refreshed)
        }
    }
}
