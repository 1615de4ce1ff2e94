//! Reading the comments that a decision looks at.

use super::{HandleError, Handler, facts::helps_soon};
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
    patient: bool,
) -> Result<Comments, HandleError> {
    let Some(look) = look else {
        return Ok(Comments::NotNeeded);
    };
    // An issue that is gone, or elsewhere, shows nothing.
    if newest.is_none() {
        return Ok(Comments::Unread);
    }
    match handler.github.read_comments(place, look).await {
        Ok(comments) => Ok(comments),
        Err(error) if look.gate && patient && helps_soon(&error) => Err(error.into()),
        Err(error) => {
            let error = crate::chain(&error);
            tracing::warn!(repository = %place.repository, issue = place.issue, error, "the issue's comments cannot be read");
            Ok(Comments::Unread)
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
