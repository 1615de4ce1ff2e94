//! Where a repository is, by its name.

use crate::{
    domain::ids::{InstallationId, Place, Repository, RepositoryId},
    github::{app::GithubApp, call::Call, error::GithubError, routes, wire},
};

impl GithubApp {
    /// The repository of this full name (`owner/name`), and the installation that covers it; none when there is no such repository, or the App is not
    /// installed on it.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn find_place(&self, full_name: &str) -> Result<Option<Place>, GithubError> {
        let Some((owner, name)) = full_name.split_once('/') else {
            return Ok(None);
        };
        let installation = match self
            .call_as_app(&Call::new(&routes::INSTALLATION, &[owner, name]))
            .await
        {
            Ok(reply) => InstallationId(reply.json::<wire::Numbered>()?.id),
            Err(error) if error.is_gone() => return Ok(None),
            Err(error) => return Err(error),
        };
        let named = Repository {
            id: RepositoryId(0),
            owner: owner.to_owned(),
            name: name.to_owned(),
        };
        let place = Place {
            installation,
            repository: named,
            issue: None,
        };
        let found: wire::Repository = match self
            .call(&place, &Call::new(&routes::REPOSITORY, &[owner, name]))
            .await
        {
            Ok(reply) => reply.json()?,
            Err(error) if error.is_gone() => return Ok(None),
            Err(error) => return Err(error),
        };
        let repository = Repository {
            id: RepositoryId(found.id),
            owner: found.owner.login,
            name: found.name,
        };
        Ok(Some(Place {
            repository,
            ..place
        }))
    }
}
