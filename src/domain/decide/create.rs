//! How a rollout comes to be: by comment, by issue form, by the API. All lead to the same rollout.

use super::{
    Decision, body, fits, outputs, own_edit,
    request::{authors_of, environment_of, request_of, requester_of, title_of},
    turn::{Turn, permitted, standing_of},
};
use crate::domain::{
    command::{CommandName, Said, parse_comment},
    effect::{Action, Effect, Mode, Reaction},
    event::{Event, Request, What},
    facts::{AskedBefore, Facts, LastGood, PolicyFact, TemplateFact},
    fields::Fields,
    ids::{Place, RolloutId},
    ledger::Fact,
    policy::{Context, Policy},
    refusal::Refusal,
    render,
    reply::Reply,
    rollout::{Gates, Item, Origin, Rollout, SeenComments, Stage},
    template::{Template, render_body},
};
use std::collections::{BTreeMap, BTreeSet};

/// Nothing is known of a rollout here: the event may ask for one.
pub(super) fn decide(event: &Event, facts: &Facts) -> Decision {
    let own = event
        .actor
        .as_ref()
        .is_some_and(|person| facts.app.is(person));
    if event.actor.as_ref().is_some_and(|person| person.bot) {
        return Decision::default();
    }
    let Some((request, origin)) = request_of(event, own) else {
        return malformed(event);
    };
    let policy = match &facts.policy {
        PolicyFact::Found { policy, .. } => {
            let template = request.template.as_deref().unwrap_or(&policy.template);
            let environment = environment_of(event, &request.fields);
            policy.for_rollout(template, environment.as_deref())
        }
        _ => last_good(facts)
            .and_then(LastGood::policy)
            .unwrap_or_default(),
    };
    let fitting = allowed(event, facts, &policy, &origin)
        .and_then(|()| template(facts))
        .and_then(|template| fits::fitting(event, &request, template));
    match (fitting, &facts.asked_before) {
        (Ok(_), Some(before)) => again(event, &request.key, before),
        (Ok(fitting), None) => {
            let rollout = wanted(event, facts, &request, origin, fitting);
            begin(&rollout, event, facts)
        }
        (Err(refusal), _) => refuse(event, &request.key, &refusal),
    }
}

/// Asked for twice: the first is found.
fn again(event: &Event, request_key: &str, before: &AskedBefore) -> Decision {
    let reply = Reply::AskedBefore {
        issue: before.issue,
    };
    Decision {
        effects: answer(event, request_key, Reaction::ThumbsUp, &reply),
        ..Decision::default()
    }
}

/// What a new rollout goes by while the policy is broken.
fn last_good(facts: &Facts) -> Option<&LastGood> {
    match &facts.policy {
        PolicyFact::Broken { last_good, .. } => last_good.as_ref(),
        _ => None,
    }
}

fn allowed(event: &Event, facts: &Facts, policy: &Policy, origin: &Origin) -> Result<(), Refusal> {
    if matches!(origin, Origin::Api { .. }) {
        return Ok(()); // the operator's token was checked at the door
    }
    if let Some(why) = facts.untold.policy.clone() {
        let what = "the policy";
        return Err(Refusal::NotTold { what, why });
    }
    let Some(person) = &event.actor else {
        return Err(Refusal::RightsUnknown {
            why: "nobody is named as the cause".to_owned(),
        });
    };
    let rule = policy.rule_for_command(CommandName::Rollout);
    let context = Context {
        opener: Some(person),
        org: &event.place.repository.owner,
        authors: &[],
        votes: &[],
    };
    permitted(&rule.judge(&standing_of(facts, person), &context), &rule)
}

fn template(facts: &Facts) -> Result<Template, Refusal> {
    if let Some(why) = facts.untold.template.clone() {
        let what = "the template";
        return Err(Refusal::NotTold { what, why });
    }
    match &facts.template {
        Some(TemplateFact::Found(template)) => Ok((**template).clone()),
        Some(TemplateFact::Unknown { name, known }) => Err(Refusal::UnknownTemplate {
            name: name.clone(),
            known: known.clone(),
        }),
        Some(TemplateFact::Broken { problems }) => Err(Refusal::BrokenTemplate {
            problems: problems.iter().map(ToString::to_string).collect(),
        }),
        None => Err(Refusal::UnknownTemplate {
            name: "?".to_owned(),
            known: Vec::new(),
        }),
    }
}

/// A `/rollout` that cannot be read is answered; whatever else is said where there is no rollout is left alone.
fn malformed(event: &Event) -> Decision {
    let What::CommentCreated { comment, body, .. } = &event.what else {
        return Decision::default();
    };
    let problem = parse_comment(body).into_iter().find_map(|said| match said {
        Said::Malformed {
            name: CommandName::Rollout,
            problem,
            usage,
        } => Some(Refusal::Malformed {
            problem,
            usage: usage.to_owned(),
        }),
        _ => None,
    });
    let Some(refusal) = problem else {
        return Decision::default();
    };
    let key = format!("comment:{}:{}", event.place.repository.id.0, comment.0);
    refuse(event, &key, &refusal)
}

/// A request that is refused leaves a reply where it was made, and no rollout.
fn refuse(event: &Event, request_key: &str, refusal: &Refusal) -> Decision {
    let refusal = refusal.clone();
    let refused = render::refusal::sentence(&refusal);
    let reply = match event.what {
        What::IssueOpened { .. } => Reply::FormRefused { refusal },
        _ => Reply::Refused {
            command: "/rollout".to_owned(),
            refusal,
        },
    };
    Decision {
        effects: answer(event, request_key, Reaction::ThumbsDown, &reply),
        refused: Some(refused).filter(|_| event.place.issue.is_none()),
        ..Decision::default()
    }
}

/// What is said where the request was made, when that was on an issue.
fn answer(event: &Event, request_key: &str, last: Reaction, reply: &Reply) -> Vec<Effect> {
    let rollout = RolloutId::of_request(request_key);
    let once = |key: String, action| Effect {
        key,
        rollout: rollout.clone(),
        due: None,
        mode: Mode::Once,
        action,
    };
    let mut effects = reactions(event, last, &once);
    if event.place.issue.is_some() {
        let body = render::reply::reply(std::slice::from_ref(reply), event.actor.as_ref());
        let place = event.place.clone();
        let key = format!("reply:{}", event.key);
        effects.push(once(key, Action::PutComment { place, body }));
    }
    effects
}

fn reactions(
    event: &Event,
    last: Reaction,
    once: &impl Fn(String, Action) -> Effect,
) -> Vec<Effect> {
    let What::CommentCreated { comment, .. } = event.what else {
        return Vec::new();
    };
    [(Reaction::Eyes, "eyes"), (last, "verdict")]
        .into_iter()
        .map(|(reaction, name)| {
            let action = Action::React {
                place: event.place.clone(),
                comment,
                reaction,
            };
            once(format!("react:{}:{name}", comment.0), action)
        })
        .collect()
}

/// The rollout that was asked for, before anything of it has happened.
fn wanted(
    event: &Event,
    facts: &Facts,
    request: &Request,
    origin: Origin,
    (template, fields): (Template, Fields),
) -> Rollout {
    let last_good = last_good(facts).cloned().unwrap_or_default();
    Rollout {
        id: RolloutId::of_request(&request.key),
        request: request.key.clone(),
        place: own_place(event, &origin),
        origin,
        opener: event.actor.clone(),
        requester: requester_of(request),
        authors: authors_of(event),
        changers: BTreeMap::new(),
        environment: environment_of(event, &fields).or_else(|| template.environment.clone()),
        created_at: facts.now,
        title: title_of(request, &template, &fields),
        fields,
        items: items(&template),
        template,
        policy: Some(last_good.text).filter(|text| !text.is_empty()),
        calendars: last_good.calendars,
        policy_problem: None,
        stage: Stage::Preparing,
        steps: 0,
        quorum: false,
        holds: BTreeMap::new(),
        window: None,
        votes: Vec::new(),
        rights: BTreeMap::new(),
        may_stop: BTreeMap::new(),
        heard: BTreeSet::new(),
        comments: SeenComments::since(event.at),
        signed_since: None,
        set_at: BTreeMap::new(),
        announced: BTreeMap::new(),
        log: Vec::new(),
        feedback: Vec::new(),
        attention: BTreeSet::new(),
        parked: Vec::new(),
        gates: Gates::default(),
        unsettled: BTreeMap::new(),
        sent: BTreeMap::new(),
        ledger_length: 0,
        ledger_head: String::new(),
    }
}

/// Only a form's issue is the rollout's own; otherwise it has none yet.
fn own_place(event: &Event, origin: &Origin) -> Place {
    Place {
        issue: event.place.issue.filter(|_| *origin == Origin::Form),
        ..event.place.clone()
    }
}

fn items(template: &Template) -> Vec<Item> {
    let mut items: Vec<Item> = template
        .items
        .iter()
        .map(|item| Item {
            required: item.required,
            required_by_template: item.required,
            gate: item.gate,
            who: item.who.clone(),
            announcement: item.announcement,
            by: item.by,
            ..Item::open(&item.id, &item.title, item.phase)
        })
        .collect();
    body::number(&mut items);
    items
}

fn begin(rollout: &Rollout, event: &Event, facts: &Facts) -> Decision {
    let mut turn = Turn::new(rollout, event, facts);
    turn.adopt_policy();
    let id = rollout.id.clone();
    turn.record(Fact::Created {
        title: rollout.title.clone(),
        template: rollout.template.name.clone(),
    });
    let text = format!(
        "{}\n\n{}",
        render_body(&rollout.template, &rollout.fields),
        render::marker::rollout(&id)
    );
    let place = rollout.place.clone();
    if let (Some(issue), What::IssueOpened { body, .. }) = (place.issue, &event.what) {
        turn.record(Fact::IssueOpened { issue });
        own_edit::put_body(&mut turn, format!("adopt:{id}"), body.clone(), text);
        turn.say(Reply::FormAdopted);
        ask_for_details(&mut turn);
        super::advance::advance(&mut turn);
    } else {
        let labels = render::labels::opening(rollout);
        let title = rollout.title.clone();
        turn.once(
            format!("issue:{id}"),
            Action::CreateIssue {
                place,
                title,
                body: text,
                labels,
            },
        );
        let once = |key: String, action| Effect {
            key,
            rollout: id.clone(),
            due: None,
            mode: Mode::Once,
            action,
        };
        turn.effects
            .extend(reactions(event, Reaction::ThumbsUp, &once));
    }
    let unchanged = turn.rollout.clone();
    let mut decision = outputs::finish(turn);
    decision.rollout.get_or_insert(unchanged);
    decision
}

/// Rollcall's own issue is there.
pub(super) fn issue_opened(turn: &mut Turn<'_>) {
    let (What::IssueOpened { title, body, .. }, Some(issue)) =
        (&turn.event.what, turn.event.place.issue)
    else {
        return;
    };
    if turn.rollout.place.issue.is_some() {
        return;
    }
    turn.rollout.place = turn.event.place.clone();
    title.clone_into(&mut turn.rollout.title);
    turn.record(Fact::IssueOpened { issue });
    if let Origin::Comment {
        issue: asked_on, ..
    } = turn.rollout.origin
    {
        let body = render::reply::reply(&[Reply::Opened { issue }], turn.rollout.opener.as_ref());
        let place = turn.rollout.place.at(asked_on);
        let key = format!("opened:{}", turn.rollout.id);
        turn.once(key, Action::PutComment { place, body });
    }
    body::structure(turn, body, None);
    ask_for_details(turn);
}

fn ask_for_details(turn: &mut Turn<'_>) {
    let missing = turn.rollout.fields.missing();
    if !missing.is_empty() {
        let of = turn.rollout.opener.as_ref();
        let of = of.map(|person| person.login.clone());
        turn.say(Reply::DetailsAsked { missing, of });
    }
}
