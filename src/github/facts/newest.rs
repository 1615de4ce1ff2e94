//! The issue as it stands now.

use crate::{
    domain::{
        facts::Newest,
        ids::{Place, Repository, RepositoryId},
        retry::Retry,
    },
    github::{app::GithubApp, call::Call, error::GithubError, routes, wire},
};
use url::Url;

/// An issue as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// It is where it was.
    Here(Newest),
    /// It is in another repository that the installation reaches.
    Moved {
        /// Which.
        repository: Repository,
        /// Its number there.
        issue: u64,
    },
    /// It is out of sight: deleted, moved out of reach, or not there at all.
    Gone,
}

impl Whereabouts {
    /// The issue, if it is where it was.
    #[must_use]
    pub fn here(self) -> Option<Newest> {
        match self {
            Self::Here(newest) => Some(newest),
            Self::Moved { .. } | Self::Gone => None,
        }
    }
}

impl GithubApp {
    /// The issue of this place, or where it went; gone when the place has no issue, or it is deleted or out of sight.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn read_newest(&self, place: &Place) -> Result<Whereabouts, GithubError> {
        let Some(number) = place.issue else {
            return Ok(Whereabouts::Gone);
        };
        let repository = &place.repository;
        let call = Call::new(
            &routes::ISSUE,
            &[&repository.owner, &repository.name, &number.to_string()],
        );
        match self.call_twice(place, &call).await {
            Ok(reply) => Ok(Whereabouts::Here(newest(reply.json()?))),
            // A transferred issue redirects to its new number in another repository.
            Err(GithubError::Redirected { to, .. }) => self.follow(place, &to).await,
            Err(error) if error.is_gone() => Ok(Whereabouts::Gone),
            Err(error) => Err(error),
        }
    }

    /// What is called now what GitHub points at, if the same installation reaches it.
    async fn follow(&self, place: &Place, to: &str) -> Result<Whereabouts, GithubError> {
        let Some((repository, issue)) = target(&self.api, to) else {
            return Ok(Whereabouts::Gone);
        };
        let there = Place {
            repository,
            issue: None,
            ..place.clone()
        };
        match self.read_repository(&there).await {
            Ok(repository) => Ok(Whereabouts::Moved { repository, issue }),
            Err(error) if error.is_gone() || error.retry() == Retry::Never => Ok(Whereabouts::Gone),
            Err(error) => Err(error),
        }
    }
}

/// The repository and the number of the issue that a redirect on the same host leads to: `/repositories/ID/issues/N`, or with the
/// repository's name. What the redirect does not say stays empty.
fn target(api: &Url, to: &str) -> Option<(Repository, u64)> {
    let to = api.join(to).ok()?;
    let base = api.path().trim_end_matches('/');
    let path = to.path().strip_prefix(base)?;
    if to.origin() != api.origin() {
        return None;
    }
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (id, owner, name, number) = match parts[..] {
        ["repositories", id, "issues", number] => (id.parse().ok()?, "", "", number),
        ["repos", owner, name, "issues", number] => (0, owner, name, number),
        _ => return None,
    };
    let repository = Repository {
        id: RepositoryId(id),
        owner: owner.to_owned(),
        name: name.to_owned(),
    };
    Some((repository, number.parse().ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(to: &str, expect: Option<(u64, &str, u64)>) {
        let api = Url::parse("https://github.acme.example/api/v3/").expect("an address");
        let found = target(&api, to);
        let found = found.map(|(it, issue)| (it.id.0, format!("{}/{}", it.owner, it.name), issue));
        assert_eq!(
            found,
            expect.map(|(id, name, issue)| (id, name.to_owned(), issue))
        );
    }

    #[test]
    fn a_redirect_says_where_an_issue_went() {
        let own = "https://github.acme.example/api/v3";
        check(
            &format!("{own}/repositories/9/issues/77"),
            Some((9, "/", 77)),
        );
        check("/api/v3/repos/a/b/issues/4", Some((0, "a/b", 4)));
    }

    #[test]
    fn another_host_or_another_thing_is_not_followed() {
        check(
            "https://elsewhere.example/api/v3/repositories/9/issues/77",
            None,
        );
        check("/repositories/9/issues/77", None);
        check("/api/v3/repositories/9/pulls/77", None);
        check("/api/v3/repositories/nine/issues/77", None);
        check("/api/v3/repositories/9/issues/77/comments", None);
        check("", None);
    }
}
