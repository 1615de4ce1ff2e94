//! From a state in words to a rollout and the facts around it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    World,
    state::{Progress, Rights, State, Vote, Words},
};
use crate::domain::{
    announcement::Audience,
    decide::{decide, person_by_login},
    event::{Event, Request, What},
    facts::{App, Comments, Facts, History, PolicyFact, TemplateFact, Untold},
    fields::{Component, Fields},
    ids::{CommentId, InstallationId, Person, Place, Repository, RepositoryId, UserId},
    person::{Permission, Standing},
    policy::{Policy, rule::full_team},
    problem::{Problem, did_you_mean},
    rollout::{Finish, Hold, HoldCause, ItemState, Rollout, Stage as Far},
    schedule::parse_window,
    template::{ItemActor, Template},
};

/// The time of a state that says none: a Tuesday.
const SOME_DAY: &str = "2030-01-08T10:00";

/// How long ago what the state calls done was done.
const A_LONG_TIME: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

/// A rollout, and what is known around it.
pub(super) struct Stage {
    pub rollout: Rollout,
    pub facts: Facts,
}

/// A person by login, with a number of their own.
pub(super) fn person(login: &str) -> Person {
    Person {
        bot: login.ends_with("[bot]"),
        ..person_by_login(login)
    }
}

pub(super) fn build(world: &World, state: &State, actor: &str) -> Result<Stage, Vec<Problem>> {
    let mut problems = Vec::new();
    let Some(template) = template(world, state, &mut problems) else {
        return Err(problems);
    };
    let environment = state
        .environment
        .clone()
        .or_else(|| template.environment.clone());
    let environment = environment.as_deref();
    let policy = world.policy.for_rollout(&template.name, environment);
    let now = now(state, &policy, &mut problems);
    let mut facts = facts(world, state, (template, now), actor);
    let mut rollout = opened(state, &facts);
    rollout.environment = environment.map(str::to_owned);
    items(state, &mut rollout, now, &mut problems);
    if let Some(words) = &state.window {
        // The window may have begun: it was set a while ago.
        let then = now.saturating_sub(SignedDuration::from_hours(30 * 24));
        match parse_window(&words.text, then.unwrap_or(now), &policy.zone) {
            Ok(window) => rollout.window = Some(window),
            Err(wrong) => problems.push(problem(state, words, wrong.message, wrong.hint)),
        }
    }
    let mut votes = state.votes.clone();
    votes.sort_by_key(|vote| std::cmp::Reverse(vote.ago));
    for (number, vote) in (1..).zip(&votes) {
        rollout = voted(rollout, &mut facts, vote, number);
    }
    let mut rollout = settled(rollout, &facts);
    progress(state, &mut rollout, now);
    if problems.is_empty() {
        Ok(Stage { rollout, facts })
    } else {
        problems.sort();
        Err(problems)
    }
}

fn problem(state: &State, at: &Words, message: String, hint: impl Into<String>) -> Problem {
    Problem::at(&state.file, at.place, message, hint)
}

fn template(world: &World, state: &State, problems: &mut Vec<Problem>) -> Option<Template> {
    let default = Words {
        place: state.place,
        text: world.policy.template.clone(),
    };
    let words = state.template.as_ref().unwrap_or(&default);
    let found = world.templates.get(&words.text).cloned();
    if found.is_none() {
        let message = format!("there is no template `{}`", words.text);
        let known = world
            .templates
            .keys()
            .cloned()
            .collect::<Vec<_>>()
            .join("`, `");
        problems.push(problem(
            state,
            words,
            message,
            format!("known are `{known}`"),
        ));
    }
    found
}

/// `2030-01-08 10:00` in the zone of the policy, or with an offset.
fn now(state: &State, policy: &Policy, problems: &mut Vec<Problem>) -> Timestamp {
    let text = state
        .now
        .as_ref()
        .map_or(SOME_DAY, |words| words.text.as_str());
    let zone = TimeZone::get(&policy.zone).unwrap_or(TimeZone::UTC);
    let local = || text.parse::<DateTime>().ok();
    let moment = text.parse::<Timestamp>().ok();
    let moment = moment.or_else(|| zone.to_ambiguous_timestamp(local()?).earlier().ok());
    if let (None, Some(words)) = (moment, &state.now) {
        let message = format!("`{text}` is not a time");
        problems.push(problem(state, words, message, "write `2030-01-08 10:00`"));
    }
    moment.unwrap_or_default()
}

fn facts(
    world: &World,
    state: &State,
    (template, now): (Template, Timestamp),
    actor: &str,
) -> Facts {
    let owner = repository(state).owner;
    let people: BTreeMap<UserId, Standing> = state
        .people
        .iter()
        .map(|(login, rights)| standing(login, rights, &owner))
        .chain([standing(
            actor,
            state.people.get(actor).unwrap_or(&NOBODY),
            &owner,
        )])
        .map(|standing| (standing.person.id, standing))
        .collect();
    let names = &world.policy.audiences;
    let stand_in = ["stakeholders".to_owned()];
    let names = if names.is_empty() {
        &stand_in[..]
    } else {
        names
    };
    let audience = |name: &String| Audience {
        name: name.clone(),
        chats: Vec::new(),
        emails: vec!["stakeholders@example.invalid".to_owned()],
        zone: world.policy.zone.clone(),
    };
    Facts {
        now,
        app: App {
            slug: "rollcall".to_owned(),
        },
        policy: policy_of(world),
        template: Some(TemplateFact::Found(Box::new(template))),
        people,
        newest: None,
        moved: None,
        asked_before: None,
        history: History::default(),
        comments: Comments::default(),
        untold: Untold::default(),
        audiences: names.iter().map(audience).collect(),
        taken_by: None,
        web_url: "https://github.com".to_owned(),
    }
}

fn policy_of(world: &World) -> PolicyFact {
    PolicyFact::Found {
        policy: Box::new(world.policy.clone()),
        text: String::new(),
        calendars: BTreeMap::new(),
        source: "the policy".to_owned(),
    }
}

/// Whoever is not named.
const NOBODY: Rights = Rights::Known {
    permission: Permission::None,
    role: None,
    teams: BTreeSet::new(),
};

fn standing(login: &str, rights: &Rights, owner: &str) -> Standing {
    let why = || "the state says that GitHub does not answer".to_owned();
    let (permission, role, teams) = match rights {
        Rights::Unknown => (Err(why()), None, Err(why())),
        Rights::Known {
            permission,
            role,
            teams,
        } => {
            let role = role.clone().unwrap_or_else(|| permission.to_string());
            let teams = teams.iter().map(|team| full_team(team, owner)).collect();
            (Ok(*permission), Some(role), Ok(teams))
        }
    };
    Standing {
        person: person(login),
        permission,
        role,
        teams,
    }
}

fn repository(state: &State) -> Repository {
    let (owner, name) = state
        .repository
        .clone()
        .unwrap_or_else(|| ("owner".to_owned(), "repository".to_owned()));
    Repository {
        id: RepositoryId(1),
        owner,
        name,
    }
}

/// Everything that item 1.1 asks for.
fn fields() -> Fields {
    let fill = |text: &str| text.to_owned();
    Fields {
        purpose: fill("a rehearsal"),
        components: vec![Component {
            name: fill("component"),
            from: fill("1"),
            to: fill("2"),
            reason: fill("a rehearsal"),
        }],
        benefits: fill("a tested policy"),
        rollback_plan: fill("back to 1"),
        ..Fields::default()
    }
}

/// The request that made the rollout.
fn requested(facts: &Facts, place: Place) -> Event {
    let request = Request {
        key: "api:rehearsal".to_owned(),
        template: None,
        fields: fields(),
        title: None,
        requested_by: None,
    };
    Event {
        key: "rehearsal:opened".to_owned(),
        at: facts.now,
        place,
        rollout: None,
        actor: None,
        what: What::RolloutRequested(request),
    }
}

/// What follows by itself: approvals lapse, Rollcall's own items follow from the rollout. The same request again changes nothing else.
fn settled(rollout: Rollout, facts: &Facts) -> Rollout {
    let event = requested(facts, rollout.place.clone());
    let decision = decide(Some(&rollout), &event, facts);
    decision.rollout.unwrap_or(rollout)
}

/// A rollout that has just been opened, with everything filled in.
fn opened(state: &State, facts: &Facts) -> Rollout {
    let place = Place {
        installation: InstallationId(1),
        repository: repository(state),
        issue: None,
    };
    let event = requested(facts, place.clone());
    let mut rollout = decide(None, &event, facts)
        .rollout
        .expect("a request through the API with a template always makes a rollout");
    rollout.place = place.at(1);
    let mut rollout = settled(rollout, facts);
    rollout.opener = state.opener.as_deref().map(person);
    rollout.authors = state.authors.iter().map(|login| person(login)).collect();
    rollout
}

fn items(state: &State, rollout: &mut Rollout, now: Timestamp, problems: &mut Vec<Problem>) {
    // Long ago: whatever notice the policy asks for was kept.
    let long_ago = now.saturating_sub(A_LONG_TIME).unwrap_or(now);
    let done = ItemState::Done {
        by: None,
        at: long_ago,
    };
    if let Some(phase) = state.phase {
        let before = rollout.items.iter_mut().filter(|item| item.phase < phase);
        for item in before.filter(|item| item.by == ItemActor::Person) {
            item.state = done.clone();
        }
    }
    let waived = ItemState::Waived {
        by: person("somebody"),
        at: now,
        reason: "the state says so".to_owned(),
    };
    let lists = [
        (&state.done, done),
        (&state.open, ItemState::Open),
        (&state.waived, waived),
    ];
    for (names, item_state) in lists {
        for words in names {
            let id = rollout.item(&words.text).map(|item| item.id.clone());
            if let Some(item) = id.and_then(|id| rollout.item_mut(&id)) {
                item.state = item_state.clone();
                continue;
            }
            let known = rollout.items.iter().map(|item| item.id.as_str());
            let hint = did_you_mean(&words.text, known)
                .map_or_else(String::new, |meant| format!("did you mean `{meant}`?"));
            let message = format!("there is no item `{}`", words.text);
            problems.push(problem(state, words, message, hint));
        }
    }
}

/// A word of somebody, said as in a comment: whoever may not, has not said it.
fn voted(rollout: Rollout, facts: &mut Facts, vote: &Vote, number: u64) -> Rollout {
    let now = facts.now;
    let at = now.saturating_sub(vote.ago).unwrap_or(now);
    facts.now = at;
    let words = if vote.approves {
        "/approve-deploy"
    } else {
        "/reject the state says so"
    };
    let event = Event {
        key: format!("rehearsal:vote:{number}"),
        at,
        place: rollout.place.clone(),
        rollout: None,
        actor: Some(person(&vote.by)),
        what: What::CommentCreated {
            comment: CommentId(number),
            body: words.to_owned(),
            change_author: None,
        },
    };
    let decision = decide(Some(&rollout), &event, facts);
    facts.now = now;
    decision.rollout.unwrap_or(rollout)
}

fn progress(state: &State, rollout: &mut Rollout, now: Timestamp) {
    if let Some(reason) = &state.hold {
        let hold = Hold {
            by: None,
            at: now,
            reason: reason.clone(),
        };
        rollout.holds.insert(HoldCause::Command, hold);
    }
    rollout.stage = match state.stage.unwrap_or(Progress::Preparing) {
        Progress::Preparing => Far::Preparing,
        Progress::Deploying => Far::Deploying {
            since: now,
            by: "somebody".to_owned(),
            digest: rollout
                .votes
                .last()
                .map_or_else(String::new, |vote| vote.digest.0.clone()),
            target: rollout.target(),
        },
        Progress::Finished(end) => Far::Finished(Finish {
            end,
            at: now,
            by: None,
            reason: String::new(),
        }),
    };
}
