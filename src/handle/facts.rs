//! Reading what a decision needs, once.

use super::{HandleError, Handler, comments, rows, whose::asks_by_comment};
use crate::{
    domain::{
        announcement::Audience,
        decide::{Needs, asked_for, wants_history},
        event::{Event, What},
        facts::{AskedBefore, Facts, History, LastGood, Newest, PolicyFact, TemplateFact},
        ids::{Person, Place, Repository, UserId},
        person::Standing,
        retry::Retry,
        rollout::{Rollout, Stage},
    },
    github::{GithubError, Memory, Whereabouts},
    store::{LeasedArrival, Scope},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// How often a command is tried while GitHub does not tell rights: with the pauses between tries, about two minutes. Then it is decided
/// without them: refused, and said why.
const PATIENT_TRIES: u32 = 7;
/// A pause that GitHub asks for and that is longer than this is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

pub(super) async fn read(
    handler: &Handler,
    arrival: &LeasedArrival,
    rollout: Option<&Rollout>,
    event: &Event,
    needs: &Needs,
) -> Result<Facts, HandleError> {
    // A body that is read before its rollout has an issue is the event's own; a repository that is found again may be so under another
    // installation.
    let known = rollout.map(|rollout| &rollout.place);
    let place = match known {
        Some(place) if place.issue.is_some() && event.what != What::RepositoryFound => place,
        _ => &event.place,
    };
    let known = rollout.is_some_and(|rollout| rollout.policy.is_some());
    let policy = read_policy(handler, place, needs.policy, known).await?;
    let policy = match rollout {
        Some(_) => policy,
        None => with_last_good(handler, place, policy).await?,
    };
    let teams = teams_of(&policy, rollout, &place.repository.owner);
    let template = read_template(handler, place, needs, &policy).await?;
    let (newest, moved) = read_newest(handler, place, needs.newest).await?;
    let history = read_history(handler, rollout, place, newest.as_ref(), event).await;
    let patient = arrival.attempts <= PATIENT_TRIES;
    let look = needs.comments.as_ref();
    let comments = comments::read(handler, place, look, newest.as_ref(), patient).await?;
    let now = handler.clock.now();
    let mut asked = needs.clone();
    asked.people.extend(editors(&history).cloned());
    asked.also(comments::needed_by_unheard(rollout, event, &comments, now));
    let people = read_people(handler, place, &asked, &teams, patient).await?;
    Ok(Facts {
        now,
        app: handler.app.clone(),
        policy,
        asked_before: asked_before(handler, rollout, event).await?,
        template,
        people,
        newest,
        moved,
        history,
        comments,
        audiences: audiences(handler, place),
        taken_by: taken_by(handler, rollout).await?,
        web_url: handler.github.web_url().to_owned(),
    })
}

async fn read_policy(
    handler: &Handler,
    place: &Place,
    needed: bool,
    known: bool,
) -> Result<PolicyFact, HandleError> {
    if !needed {
        return Ok(PolicyFact::Unread { needed });
    }
    let read = match handler.github.read_policy(place).await {
        // There was one: before the defaults take its place, GitHub is asked whether it means that.
        Ok(PolicyFact::Absent) if known => handler.github.read_policy_again(place).await,
        read => read,
    };
    match read {
        // GitHub will go on refusing (suspended, not granted): decided without it, and nothing is deployed on it.
        Err(error) if error.retry() == Retry::Never => Ok(PolicyFact::Unread { needed }),
        read => Ok(read?),
    }
}

/// What a new rollout goes by while the policy is broken.
async fn with_last_good(
    handler: &Handler,
    place: &Place,
    mut policy: PolicyFact,
) -> Result<PolicyFact, HandleError> {
    if let PolicyFact::Broken { last_good, .. } = &mut policy {
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

async fn read_template(
    handler: &Handler,
    place: &Place,
    needs: &Needs,
    policy: &PolicyFact,
) -> Result<Option<TemplateFact>, HandleError> {
    let Some(asked) = &needs.template else {
        return Ok(None);
    };
    let name = template_name(asked, policy);
    Ok(Some(handler.github.read_template(place, &name).await?))
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
            .and_then(|text| crate::domain::policy::parse(text, "rollcall.yml").ok())
    };
    let policy = match policy {
        PolicyFact::Found { policy, .. } => (**policy).clone(),
        _ => last_good().unwrap_or_default(),
    };
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

async fn read_newest(
    handler: &Handler,
    place: &Place,
    needed: bool,
) -> Result<(Option<Newest>, Option<(Repository, u64)>), HandleError> {
    if !needed {
        return Ok((None, None));
    }
    Ok(match handler.github.read_newest(place).await? {
        Whereabouts::Moved { repository, issue } => (None, Some((repository, issue))),
        stays => (stays.here(), None),
    })
}

/// The edit history, when the newest body shows what no webhook has told of.
async fn read_history(
    handler: &Handler,
    rollout: Option<&Rollout>,
    place: &Place,
    newest: Option<&Newest>,
    event: &Event,
) -> History {
    let (Some(rollout), Some(newest)) = (rollout, newest) else {
        return History::NotNeeded;
    };
    let Some(since) = wants_history(rollout, event, newest) else {
        return History::NotNeeded;
    };
    match handler.github.read_history(place, since).await {
        Ok(revisions) => History::Read(revisions),
        Err(error) => {
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
    place: &Place,
    needs: &Needs,
    teams: &BTreeSet<String>,
    patient: bool,
) -> Result<BTreeMap<UserId, Standing>, HandleError> {
    let memory = if needs.fresh {
        Memory::Anew
    } else {
        Memory::Kept
    };
    let mut people = BTreeMap::new();
    for person in &needs.people {
        let asked = handler.github.ask_standing(place, person, teams, memory);
        let (standing, failure) = asked.await;
        if let Some(error) = failure.filter(|error| patient && helps_soon(error)) {
            return Err(error.into());
        }
        // Asked by login, GitHub says whose it is: rules may name the number.
        people.insert(standing.person.id, standing.clone());
        people.insert(person.id, standing);
    }
    Ok(people)
}

/// Whether asking again a moment later may bring an answer.
pub(super) fn helps_soon(error: &GithubError) -> bool {
    match error.retry() {
        Retry::After(wait) | Retry::Briefly(wait) => wait <= LONGEST_PAUSE,
        Retry::Never => false,
    }
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
