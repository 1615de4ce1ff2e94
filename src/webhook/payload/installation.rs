//! `installation` and `installation_repositories`: where the App may work. GitHub sends them to every App.

use super::{
    Events, Stop, Webhook,
    shape::{Payload, RepositoryShape},
};
use crate::domain::{
    event::What,
    ids::{InstallationId, Place, Repository, RepositoryId},
};

const FOLLOWED: [&str; 5] = [
    "created",
    "deleted",
    "suspend",
    "unsuspend",
    "new_permissions_accepted",
];

pub(super) fn read(webhook: Webhook<'_>) -> Events {
    let action = webhook.action(&FOLLOWED)?;
    let payload: Payload = webhook.json()?;
    let id = webhook.installation(&payload)?;
    let whole = Place {
        installation: id,
        repository: whole_account(&payload),
        issue: None,
    };
    let happened = match action.as_str() {
        "deleted" => vec![(whole, What::InstallationRemoved)],
        "suspend" => vec![(whole, What::InstallationSuspended)],
        // A new installation of an account that had one before: its repositories are reached under the new number from now on.
        "created" => each(id, &payload.repositories, &What::RepositoryFound),
        _ => vec![(whole, What::InstallationResumed)],
    };
    finish(webhook, happened, payload)
}

pub(super) fn read_repositories(webhook: Webhook<'_>) -> Events {
    webhook.action(&["added", "removed"])?;
    let payload: Payload = webhook.json()?;
    let id = webhook.installation(&payload)?;
    let lost = What::RepositoryLost {
        how: "taken out of the installation".to_owned(),
    };
    let mut happened = each(id, &payload.repositories_added, &What::RepositoryFound);
    happened.extend(each(id, &payload.repositories_removed, &lost));
    finish(webhook, happened, payload)
}

/// The account has another login. Its repositories are called after it, and somebody else may take the old name at once.
pub(super) fn read_target(webhook: Webhook<'_>) -> Events {
    webhook.action(&["renamed"])?;
    let payload: Payload = webhook.json()?;
    let account = webhook.needed(payload.account.as_ref(), "account")?;
    let login = webhook.needed(account.login.clone(), "account.login")?;
    let whole = Place {
        installation: webhook.installation(&payload)?,
        repository: whole_account(&payload),
        issue: None,
    };
    let happened = vec![(whole, What::OwnerRenamed { login })];
    finish(webhook, happened, payload)
}

fn finish(webhook: Webhook<'_>, happened: Vec<(Place, What)>, payload: Payload) -> Events {
    if happened.is_empty() {
        let why = format!("event `{}` names no repository", webhook.event);
        return Err(Stop::Ignored(why));
    }
    Ok(webhook.events(happened, webhook.received_at, payload.sender))
}

fn each(
    installation: InstallationId,
    repositories: &[RepositoryShape],
    what: &What,
) -> Vec<(Place, What)> {
    let happened = repositories.iter().map(|repository| {
        let place = Place {
            installation,
            repository: repository.known(),
            issue: None,
        };
        (place, what.clone())
    });
    happened.collect()
}

/// Stands for "all of the installation": an owner without a repository. Number 0 is never given to a repository.
fn whole_account(payload: &Payload) -> Repository {
    let installation = payload.installation.as_ref();
    let account = installation.and_then(|installation| installation.account.as_ref());
    Repository {
        id: RepositoryId(0),
        owner: account.and_then(|a| a.login.clone()).unwrap_or_default(),
        name: String::new(),
    }
}
