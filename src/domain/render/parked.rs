//! What was heard and not handled: for whoever looks at the issue.

use super::time::render_time;
use crate::domain::{
    event::What,
    inert::{inert_code, inert_line, inert_says},
    rollout::Parked,
};

/// So many are named; of the others there is a count.
const SHOWN: usize = 5;

/// What happened, in a few words.
#[must_use]
pub fn summary(what: &What) -> &'static str {
    match what {
        What::RolloutRequested(_) => "a request for a rollout",
        What::IssueOpened { .. } => "the opening of the issue",
        What::BodyEdited { .. } => "an edit of the issue's text",
        What::TitleEdited { .. } => "an edit of the title",
        What::CommentCreated { .. } => "a comment",
        What::CommentEdited { .. } => "an edit of a comment",
        What::CommentDeleted { .. } => "the deletion of a comment",
        What::LabelChanged { .. } => "a change of the labels",
        What::IssueClosed => "the closing of the issue",
        What::IssueReopened => "the reopening of the issue",
        What::IssueDeleted => "the deletion of the issue",
        What::IssueTransferred { .. } => "the move of the issue",
        What::RepositoryRenamed { .. } => "the repository's new name",
        What::OwnerRenamed { .. } => "the owner's new name",
        What::RepositoryLost { .. } => "the loss of the repository",
        What::RepositoryFound => "the return of the repository",
        What::InstallationSuspended => "the suspension of the App",
        What::InstallationResumed => "the return of the App",
        What::InstallationRemoved => "the removal of the App",
        What::DeadlinePassed { .. } => "a deadline",
        What::AnnouncementDelivered(_) => "the receipt of an announcement",
        What::AnnouncementDelayed { .. } => "the delay of an announcement",
        What::EffectBuried { .. } => "the failure of something to be done",
        What::ArrivalParked(_) => "the failure to handle something",
        What::Reconciled => "a look at the issue",
    }
}

/// A line for each, the newest last.
pub(super) fn lines(parked: &[Parked], zone: &str) -> Vec<String> {
    let more = parked.len().saturating_sub(SHOWN);
    let mut lines: Vec<String> = parked[more..].iter().map(|it| line(it, zone)).collect();
    if more > 0 {
        lines.insert(0, format!("{more} more could not be handled, before these"));
    }
    lines
}

fn line(parked: &Parked, zone: &str) -> String {
    let by = parked.by.as_deref().map(inert_code);
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    let told = format!(
        "{}{by}, {}. {}.",
        inert_line(&parked.summary),
        render_time(parked.at, zone),
        inert_says(parked.reason.trim_end_matches('.')),
    );
    if parked.waits {
        return format!(
            "**Waits for GitHub:** {told} It is tried again for a few minutes, then decided without or refused."
        );
    }
    let replay = inert_code(&format!("rollcall replay {}", parked.arrival));
    format!("**Not handled:** {told} Whoever runs Rollcall can have it handled again: {replay}")
}
