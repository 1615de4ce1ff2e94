//! `decide`: what follows when this happens to that rollout. Pure and total.

mod advance;
mod announce;
mod body;
mod brakes;
mod claim;
mod commands;
mod comments;
mod create;
mod deadlines;
mod explain;
mod fits;
mod four_eyes;
mod gates;
mod glass;
mod glass_undo;
mod history;
mod lifecycle;
mod lines;
mod needs;
mod outputs;
mod own_edit;
mod parked;
mod receipts;
mod renamed;
mod request;
mod tasks;
mod turn;
mod votes;

pub use brakes::Brake;
pub use commands::acknowledgement;
pub use comments::{Look, unheard};
pub use explain::explain;
pub use history::wants_history;
pub use needs::{Needs, needs, person_by_login};
pub use request::{asked_for, request_of};

use super::{
    effect::{Effect, Mode},
    event::{Event, What},
    facts::Facts,
    ledger::Entry,
    rollout::{HoldCause, Rollout},
};
use turn::Turn;

/// What follows from an event.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// The rollout afterwards; none when there is none, or nothing of it changed.
    pub rollout: Option<Rollout>,
    /// Lines for the record, in order, each with its hash.
    pub ledger: Vec<(Entry, String)>,
    /// What shall be done outside.
    pub effects: Vec<Effect>,
    /// Why a request is refused that did not come through GitHub: whoever sent it asks for it.
    pub refused: Option<String>,
}

/// Decides. The same arguments always give the same decision; no event is an error.
#[must_use]
pub fn decide(rollout: Option<&Rollout>, event: &Event, facts: &Facts) -> Decision {
    let Some(before) = rollout else {
        return create::decide(event, facts);
    };
    let mut whole = Decision::default();
    for event in history::steps(before, event, facts) {
        let before = whole.rollout.as_ref().unwrap_or(before);
        let next = step(before, &event, facts);
        whole.then(next);
    }
    whole
}

/// What follows from one event alone.
fn step(before: &Rollout, event: &Event, facts: &Facts) -> Decision {
    let mut turn = Turn::new(before, event, facts);
    turn.adopt_policy();
    parked::taken_up(&mut turn);
    dispatch(&mut turn);
    comments::note(&mut turn);
    if turn.rollout.place.issue.is_some() {
        advance::advance(&mut turn);
    }
    outputs::finish(turn)
}

impl Decision {
    /// Adds what follows next. Of what is kept up to date the newest content is enough.
    fn then(&mut self, next: Self) {
        self.rollout = next.rollout.or(self.rollout.take());
        self.ledger.extend(next.ledger);
        self.refused = next.refused.or(self.refused.take());
        for effect in next.effects {
            if effect.mode != Mode::Once {
                self.effects.retain(|earlier| earlier.key != effect.key);
            }
            self.effects.push(effect);
        }
    }
}

fn dispatch(turn: &mut Turn<'_>) {
    let event = turn.event;
    match &event.what {
        What::IssueOpened { .. } => create::issue_opened(turn),
        What::BodyEdited { from, body } => body::edited(turn, from.as_deref(), body),
        What::TitleEdited { title } => lifecycle::retitled(turn, title),
        What::CommentCreated { comment, body, .. } => {
            commands::comment_created(turn, *comment, body);
        }
        What::CommentEdited {
            comment,
            from,
            body,
        } => votes::comment_edited(turn, *comment, from.as_deref(), body),
        What::CommentDeleted { comment } => votes::comment_deleted(turn, *comment),
        What::LabelChanged { label, .. } => lifecycle::label_changed(turn, label),
        What::IssueClosed => lifecycle::closed(turn),
        What::IssueReopened => lifecycle::reopened(turn),
        What::IssueDeleted => lifecycle::deleted(turn),
        What::IssueTransferred { repository, issue } => {
            lifecycle::transferred(turn, repository, *issue);
        }
        What::RepositoryRenamed { repository } => lifecycle::repository_renamed(turn, repository),
        What::RepositoryLost { how } => lifecycle::repository_lost(turn, how),
        What::RepositoryFound => lifecycle::repository_found(turn),
        What::InstallationSuspended => {
            turn.hold(HoldCause::Suspended, "the App's installation is suspended");
        }
        What::InstallationResumed => turn.lift(HoldCause::Suspended),
        What::InstallationRemoved => lifecycle::uninstalled(turn),
        // A request that was granted before, and a deadline: what follows from the clock follows in `advance`.
        // What a new login of the owner means for a rollout comes as `RepositoryRenamed`.
        What::RolloutRequested(_) | What::DeadlinePassed { .. } | What::OwnerRenamed { .. } => {}
        What::AnnouncementDelivered(receipt) => receipts::delivered(turn, receipt),
        What::AnnouncementDelayed { receipt, reason } => {
            receipts::delayed(turn, receipt, reason);
        }
        What::EffectBuried {
            effect,
            summary,
            reason,
            receipt,
        } => {
            receipts::buried(turn, effect, summary, reason, receipt.as_ref());
        }
        What::ArrivalParked(parked) => parked::parked(turn, parked),
        What::Reconciled => body::reconciled(turn),
    }
}
