//! The issue as it stands now.

use crate::{
    domain::{facts::Newest, ids::Place},
    github::{app::GithubApp, call::Call, error::GithubError, routes, wire},
};

impl GithubApp {
    /// The issue of this place; none when the place has no issue, or the issue is deleted, transferred or out of sight.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn read_newest(&self, place: &Place) -> Result<Option<Newest>, GithubError> {
        let Some(number) = place.issue else {
            return Ok(None);
        };
        let repository = &place.repository;
        let call = Call::new(
            &routes::ISSUE,
            &[&repository.owner, &repository.name, &number.to_string()],
        );
        match self.call_twice(place, &call).await {
            Ok(reply) => Ok(Some(newest(reply.json()?))),
            // A transferred issue redirects to its new number in another repository.
            Err(GithubError::Redirected { .. }) => Ok(None),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn newest(issue: wire::Issue) -> Newest {
    Newest {
        title: issue.title,
        body: issue.body.unwrap_or_default(),
        open: issue.state == "open",
        labels: issue
            .labels
            .into_iter()
            .filter_map(wire::Label::into_name)
            .collect(),
        updated_at: issue.updated_at,
    }
}
