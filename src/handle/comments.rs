//! Reading the comments that a decision looks at.

use super::{
    HandleError, Handler,
    patience::{Patience, slow},
};
use crate::domain::{
    decide::{Look, Needs, needs, unheard},
    event::Event,
    facts::{Comments, Newest},
    ids::Place,
    rollout::Rollout,
};
use jiff::Timestamp;

/// The comments of a look. Where a gate opens on them they are waited for a while; else a look that fails concludes nothing, and the next
/// one sees as much.
pub(super) async fn read(
    handler: &Handler,
    place: &Place,
    look: Option<&Look>,
    newest: Option<&Newest>,
    patience: &Patience,
) -> Result<Comments, HandleError> {
    let Some(look) = look else {
        return Ok(Comments::NotNeeded);
    };
    if newest.is_none() {
        let why = "the issue itself is not shown";
        return Ok(Comments::Unread(why.to_owned()));
    }
    let asked = handler.github.read_comments(place, look);
    let told = if look.gate {
        patience.ask(asked).await?
    } else {
        let told = patience.bound(asked).await;
        told.map_or_else(
            || Err(slow()),
            |told| told.map_err(|error| crate::chain(&error)),
        )
    };
    match told {
        Ok(comments) => Ok(comments),
        Err(error) => {
            tracing::warn!(repository = %place.repository, issue = place.issue, error, "the issue's comments cannot be read");
            Ok(Comments::Unread(error))
        }
    }
}

/// What the decision needs for the comments that it brings beside its event.
pub(super) fn needed_by_unheard(
    rollout: Option<&Rollout>,
    event: &Event,
    comments: &Comments,
    now: Timestamp,
) -> Needs {
    let mut all = Needs::default();
    let unheard = rollout.map(|rollout| unheard(rollout, event, comments, now));
    for event in unheard.into_iter().flatten() {
        all.also(needs(rollout, &event));
    }
    all
}
