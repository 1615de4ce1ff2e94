//! Reading what a decision needs, once.

use super::{
    HandleError, Handler, LEASE, comments, patience::Patience, rows, whose::asks_by_comment,
};
use crate::{
    domain::{
        announcement::Audience,
        decide::{Needs, asked_for, wants_history},
        event::{Event, What},
        facts::{AskedBefore, Facts, History, LastGood, Newest, PolicyFact, TemplateFact, Untold},
        ids::{Person, Place, Repository, UserId},
        person::Standing,
        retry::Retry,
        rollout::{Rollout, Stage},
    },
    github::{Memory, Whereabouts},
    store::{LeasedArrival, Scope},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn read(
    handler: &Handler,
    arrival: &LeasedArrival,
    rollout: Option<&Rollout>,
    event: &Event,
    needs: &Needs,
) -> Result<Facts, HandleError> {
    let place = place_of(rollout, event);
    let brake = rollout.map(|_| needs.brake);
    let patience = Patience::of(arrival, event, brake, handler.clock.now());
    let mut untold = Untold::default();
    let policy = read_policy(handler, place, needs, rollout, &patience).await?;
    let needed = needs.policy;
    let policy = or_untold(policy, &mut untold.policy).unwrap_or(PolicyFact::Unread { needed });
    let policy = with_last_good(handler, place, rollout, policy).await?;
    let teams = teams_of(&policy, rollout, &place.repository.owner);
    let template = read_template(handler, place, needs, &policy, &patience).await?;
    keep(handler, arrival).await?;
    let newest = read_newest(handler, place, needs.newest, &patience).await?;
    let (newest, moved) = or_untold(newest, &mut untold.newest).unwrap_or_default();
    let history = read_history(handler, rollout, (place, &patience), newest.as_ref(), event).await;
    keep(handler, arrival).await?;
    let look = needs.comments.as_ref();
    let comments = comments::read(handler, place, look, newest.as_ref(), &patience).await?;
    let now = handler.clock.now();
    let mut asked = needs.clone();
    asked.people.extend(editors(&history).cloned());
    asked.also(comments::needed_by_unheard(rollout, event, &comments, now));
    let people = read_people(handler, arrival, place, &asked, &teams, (&patience, event)).await?;
    Ok(Facts {
        now,
        app: handler.app.clone(),
        policy,
        asked_before: asked_before(handler, rollout, event).await?,
        template: or_untold(template, &mut untold.template).flatten(),
        people,
        newest,
        moved,
        history,
        comments,
        untold,
        audiences: audiences(handler, place),
        taken_by: taken_by(handler, rollout).await?,
        web_url: handler.github.web_url().to_owned(),
    })
}

/// A body that is read before its rollout has an issue is the event's own; a repository that is found again may be so under another
/// installation.
fn place_of<'a>(rollout: Option<&'a Rollout>, event: &'a Event) -> &'a Place {
    match rollout.map(|rollout| &rollout.place) {
        Some(place) if place.issue.is_some() && event.what != What::RepositoryFound => place,
        _ => &event.place,
    }
}

/// Goes on with the arrival, however slowly GitHub answers.
async fn keep(handler: &Handler, arrival: &LeasedArrival) -> Result<(), HandleError> {
    let now = handler.clock.now();
    Ok(handler.store.keep_arrival(arrival.id, now, LEASE).await?)
}

/// What was asked for, or why GitHub does not tell it.
type Asked<T> = Result<T, String>;

/// What was told; the reason is kept when it was not.
fn or_untold<T>(asked: Asked<T>, untold: &mut Option<String>) -> Option<T> {
    asked.map_err(|why| *untold = Some(why)).ok()
}

async fn read_policy(
    handler: &Handler,
    place: &Place,
    needs: &Needs,
    rollout: Option<&Rollout>,
    patience: &Patience,
) -> Result<Asked<PolicyFact>, HandleError> {
    if !needs.policy {
        return Ok(Ok(PolicyFact::Unread { needed: false }));
    }
    let known = rollout.is_some_and(|rollout| rollout.policy.is_some());
    let read = async {
        match handler.github.read_policy(place).await {
            // There was one: before the defaults take its place, GitHub is asked whether it means that.
            Ok(PolicyFact::Absent) if known => handler.github.read_policy_again(place).await,
            read => read,
        }
    };
    patience.ask(read).await
}

async fn read_template(
    handler: &Handler,
    place: &Place,
    needs: &Needs,
    policy: &PolicyFact,
    patience: &Patience,
) -> Result<Asked<Option<TemplateFact>>, HandleError> {
    let Some(asked) = &needs.template else {
        return Ok(Ok(None));
    };
    let name = template_name(asked, policy);
    let read = handler.github.read_template(place, &name);
    Ok(patience.ask(read).await?.map(Some))
}

/// What a new rollout goes by while the policy is broken. One that is there has its own.
async fn with_last_good(
    handler: &Handler,
    place: &Place,
    rollout: Option<&Rollout>,
    mut policy: PolicyFact,
) -> Result<PolicyFact, HandleError> {
    if let (PolicyFact::Broken { last_good, .. }, None) = (&mut policy, rollout) {
        let repository = rows::signed(place.repository.id.0);
        let row = handler.store.load_newest_rollout(repository).await?;
        let newest = row.as_ref().map(rows::rollout_of).transpose()?;
        *last_good = newest.and_then(|newest| {
            Some(LastGood {
                text: newest.policy?,
                calendars: newest.calendars,
            })
        });
    }
    Ok(policy)
}

fn template_name(asked: &str, policy: &PolicyFact) -> String {
    if !asked.is_empty() {
        return asked.to_owned();
    }
    let policy = match policy {
        PolicyFact::Found { policy, .. } => Some((**policy).clone()),
        PolicyFact::Broken { last_good, .. } => last_good.as_ref().and_then(LastGood::policy),
        PolicyFact::Absent | PolicyFact::Unread { .. } => None,
    };
    policy.unwrap_or_default().template
}

fn teams_of(policy: &PolicyFact, rollout: Option<&Rollout>, org: &str) -> BTreeSet<String> {
    let last_good = || {
        rollout?
            .policy
            .as_ref()
            .and_then(|text| crate::domain::policy::parse_stored(text).ok())
    };
    let mut policy = match policy {
        PolicyFact::Found { policy, .. } => (**policy).clone(),
        _ => last_good().unwrap_or_default(),
    };
    if let Some(rollout) = rollout {
        // Teams of other environments and templates have nothing to say here, and asking costs a call for each person.
        policy = policy.for_rollout(&rollout.template.name, rollout.environment.as_deref());
        (policy.environments, policy.templates) = Default::default();
    }
    let mut teams = policy.teams(org);
    for item in rollout
        .iter()
        .flat_map(|rollout| &rollout.items)
        .filter(|item| item.who.is_some())
    {
        teams.extend(policy.rule_for_item(&item.id, item.who.as_ref()).teams(org));
    }
    teams
}

/// The issue as it stands, or where it went.
type Seen = (Option<Newest>, Option<(Repository, u64)>);

async fn read_newest(
    handler: &Handler,
    place: &Place,
    needed: bool,
    patience: &Patience,
) -> Result<Asked<Seen>, HandleError> {
    if !needed {
        return Ok(Ok((None, None)));
    }
    let asked = patience.ask(handler.github.read_newest(place)).await?;
    Ok(asked.map(|seen| match seen {
        Whereabouts::Moved { repository, issue } => (None, Some((repository, issue))),
        stays => (stays.here(), None),
    }))
}

/// The edit history, when the newest body shows what no webhook has told of.
async fn read_history(
    handler: &Handler,
    rollout: Option<&Rollout>,
    (place, patience): (&Place, &Patience),
    newest: Option<&Newest>,
    event: &Event,
) -> History {
    let (Some(rollout), Some(newest)) = (rollout, newest) else {
        return History::NotNeeded;
    };
    let Some(since) = wants_history(rollout, event, newest) else {
        return History::NotNeeded;
    };
    let asked = handler.github.read_history(place, since);
    match patience.bound(asked).await {
        None => History::Unread,
        Some(Ok(revisions)) => History::Read(revisions),
        Some(Err(error)) => {
            let retry = error.retry();
            let error = crate::chain(&error);
            tracing::warn!(rollout = %rollout.id, error, "the issue's edit history cannot be read");
            match retry {
                Retry::After(_) => History::Unread,
                Retry::Briefly(_) | Retry::Never => History::Read(Vec::new()),
            }
        }
    }
}

fn editors(history: &History) -> impl Iterator<Item = &Person> {
    let revisions = match history {
        History::Read(revisions) => revisions.as_slice(),
        History::NotNeeded | History::Unread => &[],
    };
    let editors = revisions.iter().filter_map(|it| it.editor.as_ref());
    editors.filter(|person| !person.bot)
}

async fn read_people(
    handler: &Handler,
    arrival: &LeasedArrival,
    place: &Place,
    needs: &Needs,
    teams: &BTreeSet<String>,
    (patience, event): (&Patience, &Event),
) -> Result<BTreeMap<UserId, Standing>, HandleError> {
    let memory = if needs.fresh {
        Memory::Anew
    } else {
        Memory::Kept
    };
    let mut people = BTreeMap::new();
    for person in &needs.people {
        keep(handler, arrival).await?;
        let is_actor = event
            .actor
            .as_ref()
            .is_some_and(|actor| actor.id == person.id);
        let asked = handler.github.ask_standing(place, person, teams, memory);
        let Some(standing) = patience.ask_rights(is_actor, asked).await? else {
            continue;
        };
        // Asked by login, GitHub says whose it is: rules may name the number.
        people.insert(standing.person.id, standing.clone());
        people.insert(person.id, standing);
    }
    Ok(people)
}

/// The open rollout that this event asks for once more.
async fn asked_before(
    handler: &Handler,
    rollout: Option<&Rollout>,
    event: &Event,
) -> Result<Option<AskedBefore>, HandleError> {
    if rollout.is_some() || !asks_by_comment(event) {
        return Ok(None);
    }
    let here = Scope::Repository(rows::signed(event.place.repository.id.0));
    let open = super::open_rollouts(handler, here).await?;
    let before = open.iter().find(|rollout| asked_for(rollout, event));
    Ok(before.map(|rollout| AskedBefore {
        issue: rollout.place.issue,
    }))
}

/// The other rollout that is deploying to where this one would.
async fn taken_by(
    handler: &Handler,
    rollout: Option<&Rollout>,
) -> Result<Option<String>, HandleError> {
    let Some(rollout) = rollout.filter(|rollout| rollout.stage == Stage::Preparing) else {
        return Ok(None);
    };
    let Some(row) = handler
        .store
        .load_rollout_by_target(&rollout.target())
        .await?
        .filter(|row| row.id != rollout.id.0)
    else {
        return Ok(None);
    };
    let other = rows::rollout_of(&row)?;
    let title = crate::domain::inert::inert_line(&other.title);
    let link = other.link(handler.github.web_url());
    Ok(Some(format!("[{title}]({link})")))
}

fn audiences(handler: &Handler, place: &Place) -> Vec<Audience> {
    let granted = handler.audiences.iter().filter(|grant| grant.covers(place));
    granted.map(|grant| grant.audience.clone()).collect()
}
