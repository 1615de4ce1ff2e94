//! All that Rollcall writes on GitHub. Each effect may be performed twice: the second time finds what the first one did.

mod close_issue;
mod create_issue;
mod marker;
mod put_body;
mod put_boxes;
mod put_comment;
mod put_labels;
mod put_status;
mod react;

use super::{app::GithubApp, call::Call, error::GithubError, routes::Route};
use crate::domain::{effect::Action, ids::Place};

/// What is known of an effect beside its action.
#[derive(Debug, Clone, Copy)]
struct Attempt<'a> {
    /// The effect's natural key.
    key: &'a str,
    /// Number of this attempt, from 1. Later ones first look for what an earlier one may have done.
    number: u32,
    /// The id that the last performance of this key gave back.
    remote: Option<&'a str>,
}

impl GithubApp {
    /// Performs an effect; gives back the id to remember under its `key`, if there is one.
    ///
    /// `attempts` counts from 1, this one included: from the second on, what an earlier one may have written is looked for first. `remote`
    /// is the id that the last performance of the same key gave back.
    ///
    /// # Errors
    /// When GitHub does not answer or refuses, or its pace lets nothing be begun yet; [`GithubError::retry`] says whether to come back.
    pub async fn perform(
        &self,
        key: &str,
        action: &Action,
        attempts: u32,
        remote: Option<&str>,
    ) -> Result<Option<String>, GithubError> {
        if let Some(place) = action.place() {
            self.keep_pace(place.installation)?;
        }
        let attempt = Attempt {
            key,
            number: attempts,
            remote,
        };
        match action {
            Action::CreateIssue {
                place,
                title,
                body,
                labels,
            } => {
                let wanted = create_issue::Wanted {
                    title,
                    body,
                    labels,
                };
                create_issue::perform(self, attempt, place, wanted).await
            }
            Action::PutBody {
                place,
                expect,
                body,
            } => put_body::perform(self, place, expect, body).await,
            Action::PutBoxes {
                place,
                boxes,
                titles,
            } => put_boxes::perform(self, place, (boxes, titles)).await,
            Action::PutStatus { place, body } => {
                put_status::perform(self, attempt, place, body).await
            }
            Action::PutComment { place, body } => {
                put_comment::perform(self, attempt, place, body).await
            }
            Action::React {
                place,
                comment,
                reaction,
            } => react::perform(self, place, *comment, *reaction).await,
            Action::PutLabels { place, labels } => put_labels::perform(self, place, labels).await,
            Action::CloseIssue { place, reason } => {
                close_issue::perform(self, place, *reason).await
            }
            Action::SendTelegram { .. } | Action::SendEmail { .. } | Action::WakeUp { .. } => {
                Err(GithubError::OtherChannel(action.channel()))
            }
        }
    }
}

/// A call about the repository.
fn in_repository(route: &Route, place: &Place, more: &[&str]) -> Call {
    let mut arguments = vec![
        place.repository.owner.as_str(),
        place.repository.name.as_str(),
    ];
    arguments.extend(more);
    Call::new(route, &arguments)
}

/// A call about the effect's issue.
fn on_issue(route: &Route, place: &Place, more: &[&str]) -> Result<Call, GithubError> {
    let issue = place
        .issue
        .ok_or_else(|| GithubError::NoIssue(place.repository.to_string()))?
        .to_string();
    let mut arguments = vec![issue.as_str()];
    arguments.extend(more);
    Ok(in_repository(route, place, &arguments))
}
