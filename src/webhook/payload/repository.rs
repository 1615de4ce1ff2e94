//! `repository`: a repository is renamed, moved, archived or deleted.

use super::{Events, Webhook, shape::Payload};
use crate::domain::event::What;

const FOLLOWED: [&str; 5] = [
    "renamed",
    "transferred",
    "deleted",
    "archived",
    "unarchived",
];

pub(super) fn read(webhook: Webhook<'_>) -> Events {
    let action = webhook.action(&FOLLOWED)?;
    let payload: Payload = webhook.json()?;
    let place = webhook.place(&payload, None)?;
    let what = match action.as_str() {
        "renamed" | "transferred" => What::RepositoryRenamed {
            repository: place.repository.clone(),
        },
        "unarchived" => What::RepositoryFound,
        how => What::RepositoryLost {
            how: how.to_owned(),
        },
    };
    Ok(webhook.events(vec![(place, what)], webhook.received_at, payload.sender))
}
