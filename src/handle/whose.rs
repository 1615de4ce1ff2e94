//! Whose an event is: the rollout that it is about, and the installation that may say so.
//!
//! Several organisations share one Rollcall. What GitHub says of one never reaches a rollout of another.

use super::{HandleError, Handler, rows};
use crate::{
    domain::{
        decide::{acknowledgement, request_of},
        event::{Event, What},
        ids::{Place, Repository},
        render::marker,
        rollout::Rollout,
    },
    store::{Outcome, RolloutRow, StoreError},
};

/// What a rollout hears of an event about its repository or its installation; none when it is another installation's.
pub(super) fn told(event: &Event, rollout: &Rollout) -> Option<Event> {
    let known = &rollout.place;
    let same = event.place.installation == known.installation;
    let (installation, what) = match &event.what {
        // The repository belongs to the installation that says so from now on.
        What::RepositoryRenamed { .. } | What::RepositoryFound => {
            (event.place.installation, event.what.clone())
        }
        What::OwnerRenamed { login } => {
            let repository = Repository {
                owner: login.clone(),
                ..known.repository.clone()
            };
            (known.installation, What::RepositoryRenamed { repository })
        }
        // Said by the old owner of a repository that has moved on.
        _ if !same => return None,
        _ => (known.installation, event.what.clone()),
    };
    Some(Event {
        key: format!("{}:{}", event.key, rollout.id),
        rollout: Some(rollout.id.clone()),
        place: Place {
            installation,
            ..known.clone()
        },
        what,
        ..event.clone()
    })
}

/// Whether an event from outside comes from the installation that the rollout belongs to. When it does not, GitHub is asked whose the
/// repository is: the message of its move may have been lost, and then the rollout moves too.
async fn belongs(
    handler: &Handler,
    event: &Event,
    rollout: &mut Rollout,
) -> Result<bool, HandleError> {
    let (said, known) = (&event.place, &rollout.place);
    if event.rollout.is_some() || said.installation == known.installation {
        return Ok(true);
    }
    let found = handler
        .github
        .find_place(&said.repository.to_string())
        .await?;
    let true_place = found.is_some_and(|found| {
        found.installation == said.installation && found.repository.id == said.repository.id
    });
    if true_place {
        rollout.place.installation = said.installation;
    }
    Ok(true_place)
}

/// What an event is about.
pub(super) enum Found {
    /// A rollout, with its version.
    Rollout(i64, Box<Rollout>),
    /// No rollout yet; it may ask for one.
    Nothing,
    /// Nothing that has to be decided, and why.
    Not(Outcome),
}

/// The rollout that an event is about.
pub(super) async fn find(handler: &Handler, event: &Event) -> Result<Found, HandleError> {
    let Some(row) = row_of(handler, event).await? else {
        return new_request(handler, event).await;
    };
    if is_replayed(handler, event).await? {
        let reason = "its comment was heard before".to_owned();
        return Ok(Found::Not(Outcome::Ignored(reason)));
    }
    let mut rollout = rows::rollout_of(&row)?;
    // Where one is over, another can be asked for.
    if rollout.is_finished() && asks_by_comment(event) {
        return new_request(handler, event).await;
    }
    if belongs(handler, event, &mut rollout).await? {
        return Ok(Found::Rollout(row.version, Box::new(rollout)));
    }
    let reason = "it is of another installation than its rollout".to_owned();
    Ok(Found::Not(Outcome::Ignored(reason)))
}

/// Whether the request that an event makes has been granted before.
async fn new_request(handler: &Handler, event: &Event) -> Result<Found, HandleError> {
    let own = is_own(handler, event);
    let granted = match request_of(event, own) {
        Some((request, _)) => handler.store.load_rollout_by_request(&request.key).await?,
        None => None,
    };
    Ok(granted.map_or(Found::Nothing, |_| Found::Not(Outcome::Handled)))
}

/// Whether a comment asks for a rollout.
pub(super) fn asks_by_comment(event: &Event) -> bool {
    matches!(event.what, What::CommentCreated { .. }) && request_of(event, false).is_some()
}

/// Whether the commands of this comment were carried out before. The signature covers the body of a delivery and not its id, so that who
/// got hold of a body could post it again under another id.
async fn is_replayed(handler: &Handler, event: &Event) -> Result<bool, StoreError> {
    match &event.what {
        What::CommentCreated { comment, .. } => {
            let key = acknowledgement(*comment, "eyes");
            handler.store.knows_effect(&key).await
        }
        _ => Ok(false),
    }
}

/// The rollout that an event is about, as far as that shows without asking GitHub.
pub(super) async fn concerned(
    handler: &Handler,
    event: &Event,
) -> Result<Option<Rollout>, HandleError> {
    let Some(row) = row_of(handler, event).await? else {
        return Ok(None);
    };
    let rollout = rows::rollout_of(&row)?;
    let same = event.place.installation == rollout.place.installation;
    Ok((event.rollout.is_some() || same).then_some(rollout))
}

async fn row_of(handler: &Handler, event: &Event) -> Result<Option<RolloutRow>, StoreError> {
    let store = &handler.store;
    if let Some(id) = &event.rollout {
        return store.load_rollout(&id.0).await;
    }
    let repository = rows::signed(event.place.repository.id.0);
    if let Some(issue) = event.place.issue {
        let row = store
            .load_rollout_by_issue(repository, rows::signed(issue))
            .await?;
        if row.is_some() {
            return Ok(row);
        }
    }
    if let What::IssueOpened { body, .. } = &event.what
        && is_own(handler, event)
        && let Some(id) = marker::rollout_in(body)
    {
        // A template may bring a mark of its own: it counts in the rollout's repository only.
        let row = store.load_rollout(&id.0).await?;
        return Ok(row.filter(|row| row.repository == repository));
    }
    Ok(None)
}

fn is_own(handler: &Handler, event: &Event) -> bool {
    let actor = event.actor.as_ref();
    actor.is_some_and(|person| handler.app.is(person))
}
