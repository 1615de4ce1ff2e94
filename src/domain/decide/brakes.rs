//! Brakes: `/hold`, `/abort`, and `/rollback` of a running deployment. They do not wait for what GitHub does not tell.
//!
//! Stopping is the safe side. So who could stop it by what GitHub told last may stop it while GitHub tells nothing; who never could, may
//! not.

use super::turn::{Turn, permitted};
use crate::domain::{
    command::{CommandName, Said},
    ids::Person,
    ledger::Fact,
    person::Standing,
    policy::{Answer, Context, Rule, Verdict},
    refusal::Refusal,
    reply::Reply,
    rollout::Rollout,
};

/// Whether an event is a brake, and what it has to wait for all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Brake {
    /// It is none.
    #[default]
    No,
    /// The rights of whoever says it have to be told: they never were, or it is `/rollback`.
    OfStranger,
    /// What GitHub told last of whoever says it will do.
    OfKnown,
}

/// The stops: what holds a rollout and can be taken back by `/resume`.
const STOPS: [CommandName; 2] = [CommandName::Hold, CommandName::Abort];

/// Whether what somebody said is a brake.
pub(super) fn of(rollout: &Rollout, actor: Option<&Person>, said: &[Said]) -> Brake {
    let says = |wanted: &dyn Fn(CommandName) -> bool| {
        said.iter()
            .any(|said| matches!(said, Said::Command(command) if wanted(command.name())))
    };
    let is_known = actor.is_some_and(|actor| rollout.may_stop.contains_key(&actor.id));
    if says(&|name| STOPS.contains(&name)) {
        if is_known {
            Brake::OfKnown
        } else {
            Brake::OfStranger
        }
    } else if rollout.is_deploying() && says(&|name| name == CommandName::Rollback) {
        Brake::OfStranger
    } else {
        Brake::No
    }
}

/// Whether the person may use a command. A stop is judged by what GitHub told last when it does not tell now.
pub(super) fn judge(turn: &Turn<'_>, name: CommandName) -> Verdict {
    let rule = turn.policy.rule_for_command(name);
    let now = turn.judge(&rule);
    let actor = turn.event.actor.as_ref();
    let known = actor.and_then(|actor| turn.rollout.may_stop.get(&actor.id));
    match known {
        Some(known) if now.answer == Answer::Unknown && STOPS.contains(&name) => {
            let then = rule.judge(known, &turn.context());
            if then.allows() {
                Verdict {
                    answer: Answer::Allowed,
                    says: "GitHub does not tell now; by what it told last".to_owned(),
                    because: vec![now, then],
                }
            } else {
                now
            }
        }
        _ => now,
    }
}

/// The person may use the command, or why not.
pub(super) fn may(turn: &mut Turn<'_>, name: CommandName) -> Result<(), Refusal> {
    let verdict = judge(turn, name);
    let rule = turn.policy.rule_for_command(name);
    let by_record = verdict.allows() && !turn.judge(&rule).allows();
    permitted(&verdict, &rule)?;
    if by_record {
        went_by(turn, "what you may do");
    }
    Ok(())
}

/// Says once, and writes down, that a command went by the record of what GitHub told last.
pub(super) fn went_by(turn: &mut Turn<'_>, what: &'static str) {
    let reply = Reply::WentByRecord { what };
    if !turn.replies.contains(&reply) {
        turn.say(reply);
        turn.record(Fact::WentByRecord {
            what: what.to_owned(),
        });
    }
}

/// Who may stop it, by what was read for this event, is kept for when GitHub does not tell. Who may no longer is forgotten. What was read
/// where the issue is no more says nothing of where it is now.
pub(super) fn remember(turn: &mut Turn<'_>) {
    if turn.rollout.place.repository != turn.before.place.repository {
        return;
    }
    let rules: [Rule; 2] = STOPS.map(|name| turn.policy.rule_for_command(name).into_owned());
    let read = |standing: &&Standing| {
        let told = standing.permission.is_ok() && standing.teams.is_ok();
        told && standing.person.id.is_known() && !standing.person.bot
    };
    for standing in turn.facts.people.values().filter(read) {
        let context = Context::of(&turn.rollout);
        let may = rules
            .iter()
            .any(|rule| rule.judge(standing, &context).allows());
        let id = standing.person.id;
        if may {
            turn.rollout.may_stop.insert(id, standing.clone());
        } else {
            turn.rollout.may_stop.remove(&id);
        }
    }
}
