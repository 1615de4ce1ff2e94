//! Trying a policy out without GitHub: a state that a person wrote down, a person, a command, and what the core says to it.
//!
//! The very same `decide` that runs rollouts is asked, so that a team tests what will happen and not a copy of it.

mod cases;
mod read;
mod stage;
mod state;

pub use cases::{Failure, Report, check_cases};
pub use state::State;

use std::collections::BTreeMap;

use crate::domain::{
    command::{Said, parse_comment},
    decide::{decide, explain},
    effect::Action,
    event::{Event, What},
    ids::CommentId,
    ledger::Fact,
    policy::Policy,
    problem::Problem,
    render::why::{self, Why},
    template::Template,
};
use stage::Stage;

/// What a repository brings: its policy, with the calendars it names, and its templates.
#[derive(Debug, Clone)]
pub struct World {
    /// The policy.
    pub policy: Policy,
    /// The templates that rollouts can be made from, by name.
    pub templates: BTreeMap<String, Template>,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The code of the refusal, or `ignored` for bots, who are not listened to; none when the command was carried out.
    pub refused: Option<String>,
    /// What Rollcall answers, in Markdown.
    pub reply: String,
    /// The rules and gates behind it.
    pub why: Option<Why>,
}

impl Outcome {
    /// `allowed`, or the code of the refusal.
    #[must_use]
    pub fn code(&self) -> &str {
        self.refused.as_deref().unwrap_or("allowed")
    }

    /// The rules and gates as a nested list; empty when the words were no command.
    #[must_use]
    pub fn tree(&self) -> String {
        self.why.as_ref().map(why::tree).unwrap_or_default()
    }
}

/// Reads a state file.
///
/// # Errors
/// Every mistake in it.
pub fn parse_state(text: &str, file: &str) -> Result<State, Vec<Problem>> {
    read::state_file(text, file)
}

/// What happens when a person says a command in this state. Nothing else happens.
///
/// # Errors
/// What in the state does not fit the repository: an item that is not in the template, a window that cannot be read; or when the words
/// are no command.
pub fn rehearse(
    world: &World,
    state: &State,
    login: &str,
    command: &str,
) -> Result<Outcome, Vec<Problem>> {
    if !matches!(parse_comment(command).as_slice(), [Said::Command(_)]) {
        let message = format!("`{command}` is not one command");
        let hint = "write it as in a comment: `/start-deploy`";
        return Err(vec![Problem::at(&state.file, state.place, message, hint)]);
    }
    let Stage { rollout, facts } = stage::build(world, state, login)?;
    let event = Event {
        key: "rehearsal".to_owned(),
        at: facts.now,
        place: rollout.place.clone(),
        rollout: None,
        actor: Some(stage::person(login)),
        what: What::CommentCreated {
            comment: CommentId(1_000_000),
            body: command.to_owned(),
            change_author: None,
        },
    };
    let why = explain(&rollout, &event, &facts);
    let decision = decide(Some(&rollout), &event, &facts);
    let bot = event.actor.as_ref().is_some_and(|person| person.bot);
    let refused = decision
        .ledger
        .iter()
        .find_map(|(entry, _)| match &entry.fact {
            Fact::CommandRefused { code, .. } => Some(code.clone()),
            _ => None,
        });
    let replies = decision
        .effects
        .iter()
        .filter_map(|effect| match &effect.action {
            Action::PutComment { body, .. } if effect.key.starts_with("reply:") => {
                Some(body.clone())
            }
            _ => None,
        });
    Ok(Outcome {
        refused: refused.or_else(|| bot.then(|| "ignored".to_owned())),
        reply: replies.collect::<Vec<_>>().join("\n\n"),
        why,
    })
}

#[cfg(test)]
mod tests;
