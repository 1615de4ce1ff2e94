//! What comes back from performing an effect: never a value into the core, always a new row of the inbox.

use super::Deliverer;
use crate::{
    domain::{
        effect::Action,
        event::{Event, Receipt, What, issue_stream},
        ids::{InstallationId, Person, Place, Repository, RepositoryId, RolloutId, UserId},
    },
    handle::arrival_of,
    store::{Arrival, LeasedEffect, Source, StoreError},
};
use jiff::Timestamp;

/// Puts what an effect has to say behind whatever else waits of its rollout's issue, so that no two workers decide on one rollout.
pub(super) async fn behind_its_issue(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    mut arrivals: Vec<Arrival>,
) -> Result<Vec<Arrival>, StoreError> {
    if arrivals.is_empty() || effect.rollout.is_empty() {
        return Ok(arrivals);
    }
    let Some(row) = deliverer.store.load_rollout(&effect.rollout).await? else {
        return Ok(arrivals);
    };
    for arrival in &mut arrivals {
        arrival.installation = Some(row.installation);
        if let Some(issue) = row.issue {
            let stream = issue_stream(row.repository.unsigned_abs(), issue.unsigned_abs());
            arrival.stream = Some(stream);
        }
    }
    Ok(arrivals)
}

/// What a performed effect has to say.
pub(super) fn of_success(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
    remote: Option<&str>,
    now: Timestamp,
) -> Vec<Arrival> {
    match action {
        Action::WakeUp { event } => vec![arrival_of(event, Source::Clock, now)],
        Action::CreateIssue { .. } => opened(deliverer, effect, action, remote, now)
            .into_iter()
            .collect(),
        _ => match receipt(action) {
            Some(receipt) => {
                let event = about(
                    effect,
                    format!("receipt:{}", effect.key),
                    now,
                    What::AnnouncementDelivered(receipt),
                );
                vec![arrival_of(&event, Source::Delivery, now)]
            }
            None => Vec::new(),
        },
    }
}

/// The issue exists, whether or not its webhook ever arrives.
fn opened(
    deliverer: &Deliverer,
    effect: &LeasedEffect,
    action: &Action,
    remote: Option<&str>,
    now: Timestamp,
) -> Option<Arrival> {
    let Action::CreateIssue {
        place,
        title,
        body,
        labels,
    } = action
    else {
        return None;
    };
    let issue = remote?.parse().ok()?;
    let event = Event {
        key: format!("opened:{}", effect.rollout),
        at: now,
        place: place.at(issue),
        rollout: Some(RolloutId(effect.rollout.clone())),
        actor: Some(Person {
            id: UserId(0),
            login: deliverer.login.clone(),
            bot: true,
        }),
        what: What::IssueOpened {
            title: title.clone(),
            body: body.clone(),
            labels: labels.iter().map(|label| label.name.clone()).collect(),
        },
    };
    Some(arrival_of(&event, Source::Delivery, now))
}

/// What an announcement that is tried again and again has to say: why people have not got it yet. Once for every so many tries.
pub(super) fn of_delay(
    effect: &LeasedEffect,
    action: &Action,
    reason: &str,
    now: Timestamp,
) -> Option<Arrival> {
    const TRIES: u32 = 25;
    let (generation, round) = (effect.generation, effect.attempts / TRIES);
    let key = format!("delayed:{}:{generation}:{round}", effect.key);
    let what = What::AnnouncementDelayed {
        receipt: receipt(action)?,
        reason: reason.to_owned(),
    };
    Some(arrival_of(
        &about(effect, key, now, what),
        Source::Delivery,
        now,
    ))
}

/// What an effect that was given up has to say: it must be seen on the issue.
pub(super) fn of_failure(
    effect: &LeasedEffect,
    action: &Action,
    reason: &str,
    now: Timestamp,
) -> Vec<Arrival> {
    if effect.rollout.is_empty() {
        return Vec::new();
    }
    let what = What::EffectBuried {
        effect: effect.key.clone(),
        summary: summary(action).to_owned(),
        reason: reason.to_owned(),
        receipt: receipt(action),
    };
    let key = format!("buried:{}:{}", effect.key, effect.generation);
    vec![arrival_of(
        &about(effect, key, now, what),
        Source::Delivery,
        now,
    )]
}

/// An event about the effect's rollout; where that is, the store knows.
fn about(effect: &LeasedEffect, key: String, now: Timestamp, what: What) -> Event {
    let repository = Repository {
        id: RepositoryId(0),
        owner: String::new(),
        name: String::new(),
    };
    let place = Place {
        installation: InstallationId(0),
        repository,
        issue: None,
    };
    Event {
        key,
        at: now,
        place,
        rollout: Some(RolloutId(effect.rollout.clone())),
        actor: None,
        what,
    }
}

fn receipt(action: &Action) -> Option<Receipt> {
    let (channel, address, announcement) = match action {
        Action::SendTelegram {
            chat,
            thread,
            announcement,
        } => {
            let address = thread.map_or_else(|| chat.clone(), |thread| format!("{chat}/{thread}"));
            ("telegram", address, announcement)
        }
        Action::SendEmail { to, announcement } => ("email", to.clone(), announcement),
        _ => return None,
    };
    Some(Receipt {
        announcement: announcement.key.clone(),
        channel: channel.to_owned(),
        audience: announcement.audience.clone(),
        address,
    })
}

fn summary(action: &Action) -> &'static str {
    match action {
        Action::CreateIssue { .. } => "opening the issue",
        Action::PutBody { .. } => "writing the issue's text",
        Action::PutBoxes { .. } => "setting boxes",
        Action::PutStatus { .. } => "writing the status comment",
        Action::PutComment { .. } => "writing a comment",
        Action::React { .. } => "a reaction",
        Action::PutLabels { .. } => "setting labels",
        Action::CloseIssue { .. } => "closing the issue",
        Action::SendTelegram { .. } => "a Telegram message",
        Action::SendEmail { .. } => "a mail",
        Action::WakeUp { .. } => "a deadline",
    }
}
