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
        let repository = match self.read_repository(&place).await {
            Ok(repository) => repository,
            Err(error) if error.is_gone() => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Place {
            repository,
            ..place
        }))
    }

    /// The repository of this place by its number and its name. One of them is enough, if the installation reaches it.
    pub(super) async fn read_repository(&self, place: &Place) -> Result<Repository, GithubError> {
        let known = &place.repository;
        // A name that is not known here is put in by whoever adds the token: GitHub says it together with that.
        let call = Call::new(&routes::REPOSITORY, &[&known.owner, &known.name]);
        let found: wire::Repository = self.call(place, &call).await?.json()?;
        Ok(Repository {
            id: RepositoryId(found.id),
            owner: found.owner.login,
            name: found.name,
        })
    }
}
