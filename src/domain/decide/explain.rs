//! The rules and gates behind an item, a command or the deployment, as they stand for whoever asks.

use super::{brakes, claim, commands, four_eyes, gates, turn::Turn};
use crate::domain::{
    command::{Command, CommandName, Said, parse_comment},
    event::{Event, What},
    facts::Facts,
    inert::inert_code,
    phase::Phase,
    policy::Rule,
    refusal::Refusal,
    render::{status, why::Why},
    rollout::{Item, Rollout, Stage},
    template::ItemActor,
};

/// The rules and gates behind the one command of a comment; none when there is not one command.
#[must_use]
pub fn explain(rollout: &Rollout, event: &Event, facts: &Facts) -> Option<Why> {
    let What::CommentCreated { body, .. } = &event.what else {
        return None;
    };
    let said = parse_comment(body);
    let [Said::Command(command)] = said.as_slice() else {
        return None;
    };
    let mut turn = Turn::new(rollout, event, facts);
    turn.adopt_policy();
    Some(of_command(&turn, command))
}

/// Who may tick an item, and what else must be.
pub(super) fn of_item(turn: &Turn<'_>, item: &Item) -> Why {
    let who = match item.by {
        ItemActor::Person => {
            let rule = claim::rule_of(turn, item);
            let place = if turn
                .policy
                .items
                .get(&item.id)
                .is_some_and(|own| own.who.is_some())
            {
                "the policy's word for this item"
            } else if item.who.is_some() {
                "the template's word for this item"
            } else {
                "`ticks` of the policy"
            };
            may(turn, &rule, place)
        }
        ItemActor::Rollcall => Why::refusal(&gates::why_rollcall_alone(turn, item)),
    };
    let mut because = vec![who];
    because.extend(conditions(turn, item));
    let title = format!("may {} tick it?", person(turn));
    Why::all(title, because)
}

/// What must be true of the rollout before an item can be done.
fn conditions(turn: &Turn<'_>, item: &Item) -> Vec<Why> {
    let mut because = Vec::new();
    if turn.rollout.is_finished() {
        because.push(Why::refusal(&Refusal::Finished));
    }
    if item.is_settled() {
        because.push(Why::holds("it is settled already"));
        return because;
    }
    because.extend(holds(turn));
    // What Rollcall ticks by itself was told above.
    if item.by == ItemActor::Person {
        let ready = gates::ready(turn, item);
        because.push(ready.map_or_else(
            |refusal| Why::refusal(&refusal),
            |()| Why::holds("what the item waits for is there"),
        ));
    }
    because
}

fn holds(turn: &Turn<'_>) -> Vec<Why> {
    let holds = turn.rollout.holds.values();
    let mut because: Vec<Why> = holds
        .map(|hold| {
            Why::refusal(&Refusal::OnHold {
                reason: hold.reason.clone(),
            })
        })
        .collect();
    if because.is_empty() {
        because.push(Why::holds("nothing is on hold"));
    }
    because
}

/// Everything `/start-deploy` asks for.
pub(super) fn of_deployment(turn: &Turn<'_>) -> Why {
    if turn.rollout.stage != Stage::Preparing {
        let refusal = if turn.rollout.is_finished() {
            Refusal::Finished
        } else {
            Refusal::AlreadyStarted
        };
        return Why::all("may the deployment start?", vec![Why::refusal(&refusal)]);
    }
    let quorum = gates::quorum(turn);
    let blockers = gates::blockers(turn, &quorum);
    let mut because = holds(turn);
    for phase in [Phase::Planning, Phase::Testing, Phase::PreDeployment] {
        let open = |blocker: &&Refusal| matches!(blocker, Refusal::PhaseIncomplete { phase: of, .. } if *of == phase);
        because.push(match blockers.iter().find(open) {
            Some(refusal) => Why::refusal(refusal),
            None => Why::holds(format!("{phase} is complete")),
        });
    }
    let digest = gates::digest(turn);
    let zone = status::zone(&turn.rollout);
    because.push(Why::quorum(&quorum, digest.short(), zone));
    let told = |blocker: &&Refusal| {
        !matches!(
            blocker,
            Refusal::OnHold { .. }
                | Refusal::PhaseIncomplete { .. }
                | Refusal::QuorumMissing { .. }
                | Refusal::Rejected { .. }
        )
    };
    let rest: Vec<Why> = blockers.iter().filter(told).map(Why::refusal).collect();
    if rest.is_empty() {
        because.push(Why::holds(
            "the window is open and nothing else stands in the way",
        ));
    }
    because.extend(rest);
    Why::all("may the deployment start?", because)
}

/// Who may use a command, and what else must be.
pub(super) fn of_command(turn: &Turn<'_>, command: &Command) -> Why {
    let name = command.name();
    let item = command.item().and_then(|item| turn.rollout.item(item));
    let mut because = vec![who_may(turn, name, item)];
    if turn.rollout.is_finished() && !commands::is_welcome_after_the_end(name) {
        because.push(Why::refusal(&Refusal::Finished));
    }
    match (command, item) {
        (Command::Done { .. }, Some(item)) => because.extend(conditions(turn, item)),
        (Command::StartDeploy, _) => because.push(of_deployment(turn)),
        (Command::Approve { .. }, _) => because.extend(own_words(turn)),
        _ => {}
    }
    let title = format!("may {} say `/{name}`?", person(turn));
    Why::all(title, because)
}

fn who_may(turn: &Turn<'_>, name: CommandName, item: Option<&Item>) -> Why {
    use CommandName as C;
    match (name, item) {
        (C::Done | C::Undo | C::Evidence | C::Skip, Some(item))
            if item.by == ItemActor::Rollcall =>
        {
            Why::refusal(&gates::why_rollcall_alone(turn, item))
        }
        (C::Skip, Some(item)) => {
            let rule = turn.policy.rule_for_waiver(&item.id);
            may(turn, rule, "who may leave this item out")
        }
        (C::Done | C::Undo | C::Evidence, Some(item)) => {
            may(turn, &claim::rule_of(turn, item), "who may tick this item")
        }
        _ => {
            let verdict = brakes::judge(turn, name);
            Why::all(format!("who may say `/{name}`"), vec![Why::rule(&verdict)])
        }
    }
}

/// Whose approval does not count, whatever the rule says.
fn own_words(turn: &Turn<'_>) -> Vec<Why> {
    let own = four_eyes::own_words(turn);
    let mut because: Vec<Why> = own.iter().map(Why::refusal).collect();
    if because.is_empty() {
        because.push(Why::holds(
            "nobody counts on their own rollout or change, and this is not theirs",
        ));
    }
    because
}

/// A rule, where it stands and how it was judged.
fn may(turn: &Turn<'_>, rule: &Rule, place: &str) -> Why {
    let verdict = turn.judge(rule);
    Why::all(place.to_owned(), vec![Why::rule(&verdict)])
}

fn person(turn: &Turn<'_>) -> String {
    inert_code(&turn.actor_login())
}
