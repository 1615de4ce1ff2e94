//! `/status`, `/why`, `/help`, `/simulate`: questions, which change nothing.

use super::Answer;
use crate::domain::{
    command::{Command, CommandName, Said, parse_comment},
    decide::{
        brakes, claim, explain, four_eyes, gates, glass, needs::person_by_login, outputs,
        turn::Turn,
    },
    event::{Event, What},
    ids::{CommentId, Person},
    refusal::Refusal,
    render::{self, why::Why},
    reply::Reply,
    rollout::{Rollout, Stage},
};

/// Where it stands, and who is missing.
pub(super) fn status(turn: &Turn<'_>) -> Reply {
    Reply::Status {
        text: outputs::view(turn, render::status::summary),
    }
}

/// The evaluated rules: of an item, or of the deployment.
pub(super) fn why(turn: &Turn<'_>, item: Option<&str>) -> Answer {
    let Some(name) = item else {
        return Ok(Reply::WhyDeploy {
            why: explain::of_deployment(turn),
        });
    };
    let item = turn
        .rollout
        .item(name)
        .ok_or_else(|| claim::unknown_item(turn, name))?;
    Ok(Reply::Why {
        title: format!("{} {}", item.number, item.title),
        why: explain::of_item(turn, item),
    })
}

/// The commands, and which of them this person may use now. After the end most are not used any more.
pub(super) fn help(turn: &Turn<'_>) -> Reply {
    let over = turn.rollout.is_finished();
    let commands = CommandName::ALL
        .into_iter()
        .filter(|name| !over || is_of_use_after_the_end(*name))
        .map(|name| (name, may_now(turn, name)))
        .collect();
    Reply::Help { commands }
}

/// On the issue of a rollout that is over another can be asked for.
fn is_of_use_after_the_end(name: CommandName) -> bool {
    name == CommandName::Rollout || super::is_welcome_after_the_end(name)
}

/// As far as it shows without an item: what a command is about may still be refused.
fn may_now(turn: &Turn<'_>, name: CommandName) -> bool {
    use CommandName as C;
    let preparing = turn.rollout.stage == Stage::Preparing;
    let is_its_time = match name {
        C::Rollout => turn.rollout.is_finished(),
        C::Schedule | C::Reject | C::Withdraw | C::StartDeploy | C::Expedite => preparing,
        C::ApproveDeploy => preparing && four_eyes::own_words(turn).is_empty(),
        C::Promote | C::Rollback => turn.rollout.is_deploying(),
        C::ConfirmExpedite => glass::to_confirm(turn).is_some(),
        C::Resume => !turn.rollout.holds.is_empty(),
        _ => true,
    };
    let is_stopped = super::moves_forward(name) && gates::not_held(turn).is_err();
    is_its_time && !is_stopped && brakes::judge(turn, name).allows()
}

/// What a command would do, for oneself or somebody else. Nothing happens.
pub(super) fn simulate(turn: &Turn<'_>, command: &str, user: Option<&str>) -> Answer {
    let said = one_command(command)?;
    let actor = match user {
        Some(login) => Some(known(turn, person_by_login(login))),
        None => turn.event.actor.clone(),
    };
    let who = actor
        .as_ref()
        .map(|person| person.login.clone())
        .unwrap_or_default();
    let what = What::CommentCreated {
        comment: CommentId(0),
        body: command.to_owned(),
        change_author: None,
    };
    let event = Event {
        actor,
        what,
        ..turn.event.clone()
    };
    let mut trial = Turn {
        event: &event,
        ..Turn::new(&turn.rollout, &event, turn.facts)
    };
    trial.adopt_policy();
    let mut why = match said.first() {
        Some(Said::Command(command)) => explain::of_command(&trial, command),
        _ => Why::all("no command", Vec::new()),
    };
    for said in said {
        super::one(&mut trial, CommentId(0), said);
    }
    if let Some(Reply::Refused { refusal, .. }) = trial.replies.first() {
        why = why.refused(refusal);
    }
    crate::domain::decide::advance::advance(&mut trial);
    let outcome = trial
        .replies
        .iter()
        .map(|reply| render::reply::paragraph(reply, event.actor.as_ref()))
        .collect();
    Ok(Reply::Simulated {
        command: command.to_owned(),
        who,
        why,
        outcome: with_phase(outcome, &turn.rollout, &trial.rollout),
    })
}

/// Who GitHub says that this person is.
fn known(turn: &Turn<'_>, person: Person) -> Person {
    let standing = turn.facts.people.get(&person.id);
    standing.map_or(person, |standing| standing.person.clone())
}

/// The one command that a text is; `/simulate` is none that can be simulated.
fn one_command(command: &str) -> Result<Vec<Said>, Refusal> {
    let said = parse_comment(command);
    if matches!(said.as_slice(), [Said::Command(command)] if !matches!(command, Command::Simulate { .. }))
    {
        return Ok(said);
    }
    Err(Refusal::Malformed {
        problem: format!("`{command}` is not one command that can be simulated"),
        usage: "/simulate COMMAND [@user]".to_owned(),
    })
}

fn with_phase(mut outcome: Vec<String>, before: &Rollout, after: &Rollout) -> Vec<String> {
    if let (Some(old), Some(new)) = (before.phase(), after.phase())
        && old != new
    {
        outcome.push(format!("The phase would change from {old} to {new}."));
    }
    if after.is_finished() && !before.is_finished() {
        outcome.push("The rollout would be over.".to_owned());
    }
    outcome
}
