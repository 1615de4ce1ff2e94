//! How long an arrival waits for what GitHub does not tell, and what is made of the silence then.

use super::HandleError;
use crate::{
    domain::{
        decide::Brake,
        event::{Event, What},
        person::Standing,
        retry::Retry,
    },
    github::GithubError,
    store::LeasedArrival,
};
use jiff::{SignedDuration, Timestamp};
use std::{future::Future, time::Duration};
use tokio::time::{Instant, timeout_at};

/// How often something is tried while GitHub does not tell a fact: with the pauses between tries, about two minutes. Then it is decided
/// without that fact, by the last good policy, or refused with the reason.
const PATIENT_TRIES: u32 = 7;
/// The same for what has waited behind others already: about 15 seconds, so that those behind it do not add them up.
const LATE_TRIES: u32 = 4;
const LATE: SignedDuration = SignedDuration::from_mins(2);
/// Rollcall's own look at an issue is tried so often: with the pauses, three seconds. It comes again every five minutes, and must not hold
/// up what people say meanwhile.
const LOOK_TRIES: u32 = 2;
/// A pause up to this length is the one that Rollcall makes by itself.
const OWN_PAUSE: Duration = Duration::from_secs(2);
/// Who asks for a rollout would have to write it all again, and nothing waits behind it: about a quarter of an hour.
const NEW_TRIES: u32 = 10;
/// A pause that GitHub asks for and that is longer than this is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// A brake is tried so often: with the pauses, three seconds.
const BRAKE_TRIES: u32 = 2;
/// And a try of it asks GitHub for no longer than this, all questions together.
const BRAKE_TIME: Duration = Duration::from_secs(10);

/// How long this try of an arrival waits.
pub(super) struct Patience {
    tries: u32,
    /// Since it came in.
    waited: SignedDuration,
    /// There is no rollout yet.
    is_new: bool,
    /// Nobody waits behind an order, and whoever gave it can ask what became of it.
    is_order: bool,
    /// Rollcall looks by itself, at what it looks at again soon.
    is_look: bool,
    brake: Brake,
    /// When a brake has asked for long enough.
    until: Option<Instant>,
}

impl Patience {
    pub(super) fn of(
        arrival: &LeasedArrival,
        event: &Event,
        brake: Option<Brake>,
        now: Timestamp,
    ) -> Self {
        let is_new = brake.is_none();
        let brake = brake.unwrap_or_default();
        Self {
            tries: arrival.attempts,
            waited: now.duration_since(arrival.received_at),
            is_new,
            is_order: matches!(event.what, What::RolloutRequested(_)),
            is_look: matches!(event.what, What::Reconciled),
            brake,
            until: (brake != Brake::No).then(|| Instant::now() + BRAKE_TIME),
        }
    }

    /// What was asked for, or why GitHub does not tell it.
    ///
    /// # Errors
    /// GitHub did not tell, and it is worth asking again a moment later.
    pub(super) async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, GithubError>>,
    ) -> Result<Result<T, String>, HandleError> {
        match within(self.until, Box::pin(question)).await {
            None => Ok(Err(slow())),
            Some(Ok(told)) => Ok(Ok(told)),
            Some(Err(error)) if self.waits_for(&error, self.brake) => Err(error.into()),
            Some(Err(error)) => Ok(Err(error.to_string())),
        }
    }

    /// What was asked for, however it ends; none when a brake has asked for long enough.
    pub(super) async fn bound<T>(&self, question: impl Future<Output = T>) -> Option<T> {
        within(self.until, Box::pin(question)).await
    }

    /// A person's rights as far as they were told; none when GitHub took too long over them.
    ///
    /// # Errors
    /// They are worth asking for again a moment later.
    pub(super) async fn ask_rights(
        &self,
        is_actor: bool,
        question: impl Future<Output = (Standing, Option<GithubError>)>,
    ) -> Result<Option<Standing>, HandleError> {
        // Only who is not known to have the right is waited for as with any other command.
        let (brake, until) = match self.brake {
            Brake::OfStranger if is_actor => (Brake::No, None),
            brake => (brake, self.until),
        };
        match within(until, Box::pin(question)).await {
            Some((_, Some(error))) if self.waits_for(&error, brake) => Err(error.into()),
            asked => Ok(asked.map(|(standing, _)| standing)),
        }
    }

    /// Whether asking again a moment later may bring an answer, and there is time for it.
    fn waits_for(&self, error: &GithubError, brake: Brake) -> bool {
        let (Retry::After(pause) | Retry::Briefly(pause)) = error.retry() else {
            return false;
        };
        let (tries, longest) = match brake {
            Brake::No if self.is_new => (NEW_TRIES, LONGEST_PAUSE),
            Brake::No if self.is_look => (LOOK_TRIES, OWN_PAUSE),
            Brake::No if self.waited > LATE => (LATE_TRIES, OWN_PAUSE),
            Brake::No => (PATIENT_TRIES, LONGEST_PAUSE),
            Brake::OfKnown | Brake::OfStranger => (BRAKE_TRIES, OWN_PAUSE),
        };
        self.is_order || (pause <= longest && self.tries <= tries)
    }
}

async fn within<T>(until: Option<Instant>, question: impl Future<Output = T>) -> Option<T> {
    match until {
        Some(until) => timeout_at(until, question).await.ok(),
        None => Some(question.await),
    }
}

/// Why nothing was told to a brake.
pub(super) fn slow() -> String {
    format!("no answer within {} s", BRAKE_TIME.as_secs())
}
