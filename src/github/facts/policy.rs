//! The policy: of the repository, else of its owner, else none.

use super::file::{self, File};
use crate::{
    domain::{
        facts::PolicyFact,
        ids::{Place, Repository},
        policy,
    },
    github::{app::GithubApp, call::Call, error::GithubError, routes},
};
use tokio::time::Instant;

/// Where a policy stands.
const PATH: &str = ".github/rollcall.yml";
/// The repository whose `.github` folder holds for all of its owner's.
const OWNERS: &str = ".github";

impl GithubApp {
    /// The policy on the default branch of the repository, else on that of its owner's `.github` repository. Kept for half a minute.
    ///
    /// # Errors
    /// When GitHub does not answer or refuses. That is never taken for [`PolicyFact::Absent`].
    pub async fn read_policy(&self, place: &Place) -> Result<PolicyFact, GithubError> {
        let key = (place.installation, place.repository.id);
        if let Some(policy) = self.policies.find(&key, Instant::now()) {
            return Ok(policy);
        }
        let policy = understood(self.find_policy(place).await?);
        self.policies.keep(key, policy.clone(), Instant::now());
        Ok(policy)
    }

    /// As [`GithubApp::read_policy`], but asked for a moment later and not taken from memory: GitHub may answer 404 for a moment.
    ///
    /// # Errors
    /// When GitHub does not answer or refuses.
    pub async fn read_policy_again(&self, place: &Place) -> Result<PolicyFact, GithubError> {
        self.moment().await;
        let policy = understood(self.find_policy(place).await?);
        let key = (place.installation, place.repository.id);
        self.policies.keep(key, policy.clone(), Instant::now());
        Ok(policy)
    }

    async fn find_policy(&self, place: &Place) -> Result<File, GithubError> {
        let own = file::read(self, place, &call(&place.repository), PATH).await?;
        if own != File::Absent || place.repository.name == OWNERS {
            return Ok(own);
        }
        let owners = Repository {
            name: OWNERS.to_owned(),
            ..place.repository.clone()
        };
        let place = Place {
            repository: owners,
            ..place.clone()
        };
        file::read(self, &place, &call(&place.repository), PATH).await
    }
}

fn call(repository: &Repository) -> Call {
    Call::new(&routes::POLICY, &[&repository.owner, &repository.name])
}

fn understood(file: File) -> PolicyFact {
    match file {
        File::Absent => PolicyFact::Absent,
        File::Unfit { source, problem } => PolicyFact::Broken {
            source,
            problems: vec![problem],
        },
        File::Text { text, source } => match policy::parse(&text, PATH) {
            Ok(policy) => PolicyFact::Found {
                policy: Box::new(policy),
                text,
                source,
            },
            Err(problems) => PolicyFact::Broken { source, problems },
        },
    }
}
