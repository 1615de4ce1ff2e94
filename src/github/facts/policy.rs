//! The policy: of the repository, else of its owner, else none.

use super::file::{self, File};
use crate::{
    domain::{
        calendar::{self, Calendar},
        facts::PolicyFact,
        ids::{Place, Repository, RepositoryId},
        policy,
        problem::Problem,
    },
    github::{app::GithubApp, call::Call, error::GithubError, routes},
};
use http::StatusCode;
use std::collections::BTreeMap;
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
        let policy = self.look_for_policy(place).await?;
        self.policies.keep(key, policy.clone(), Instant::now());
        Ok(policy)
    }

    /// As [`GithubApp::read_policy`], but asked for a moment later and not taken from memory: GitHub may answer 404 for a moment.
    ///
    /// # Errors
    /// When GitHub does not answer or refuses.
    pub async fn read_policy_again(&self, place: &Place) -> Result<PolicyFact, GithubError> {
        self.moment().await;
        let policy = self.look_for_policy(place).await?;
        let key = (place.installation, place.repository.id);
        self.policies.keep(key, policy.clone(), Instant::now());
        Ok(policy)
    }

    async fn look_for_policy(&self, place: &Place) -> Result<PolicyFact, GithubError> {
        Ok(match self.find_policy(place).await? {
            (_, File::Absent) => PolicyFact::Absent,
            (_, File::Unfit { source, problem }) => broken(source, vec![problem]),
            (found, File::Text { text, source }) => self.understand(&found, text, source).await?,
        })
    }

    /// The file, and where it was looked for last.
    async fn find_policy(&self, place: &Place) -> Result<(Found, File), GithubError> {
        let own = file::read(self, place, &call(&place.repository), PATH).await?;
        let found = Found {
            with: place.clone(),
            repository: place.repository.clone(),
        };
        if own != File::Absent || place.repository.name == OWNERS {
            return Ok((found, own));
        }
        let owners = Repository {
            id: RepositoryId(0),
            name: OWNERS.to_owned(),
            ..place.repository.clone()
        };
        let its = Place {
            repository: owners.clone(),
            ..place.clone()
        };
        let (with, read) = match file::read(self, &its, &call(&owners), PATH).await {
            // The App is not installed on it, or there is none: a public one can be read all the same.
            Err(error) if error.status() == Some(StatusCode::UNPROCESSABLE_ENTITY) => {
                let read = file::read(self, place, &call(&owners), PATH).await?;
                (place.clone(), read)
            }
            read => (its, read?),
        };
        let found = Found {
            with,
            repository: owners,
        };
        Ok((found, read))
    }

    /// The policy with the calendars it names, from the same repository. A calendar that cannot be used breaks the policy: what is passed
    /// over would be a day on which people deploy.
    async fn understand(
        &self,
        found: &Found,
        text: String,
        source: String,
    ) -> Result<PolicyFact, GithubError> {
        let policy = match policy::parse(&text, PATH) {
            Ok(policy) => policy,
            Err(problems) => return Ok(broken(source, problems)),
        };
        let mut calendars = BTreeMap::new();
        let mut problems = Vec::new();
        for path in policy.calendars() {
            match self.read_calendar(found, &path).await? {
                Ok(calendar) => {
                    calendars.insert(path, calendar);
                }
                Err(mistakes) => problems.extend(mistakes),
            }
        }
        problems.extend(calendar::too_many_events(&calendars));
        if !problems.is_empty() {
            return Ok(broken(source, problems));
        }
        Ok(PolicyFact::Found {
            policy: Box::new(policy.with_calendars(&calendars)),
            text,
            calendars,
            source,
        })
    }

    async fn read_calendar(
        &self,
        found: &Found,
        path: &str,
    ) -> Result<Result<Calendar, Vec<Problem>>, GithubError> {
        let repository = &found.repository;
        let arguments = [repository.owner.as_str(), &repository.name, path];
        let call = Call::new(&routes::CALENDAR, &arguments);
        Ok(match file::read(self, &found.with, &call, path).await? {
            File::Text { text, .. } => calendar::parse(&text, path),
            File::Unfit { problem, .. } => Err(vec![problem]),
            File::Absent => {
                let message = format!("`{path}` is not there, and a freeze of the policy names it");
                let hint = "add the file on the default branch, or take the freeze out";
                Err(vec![Problem::at(path, (1, 1), message, hint)])
            }
        })
    }
}

/// Where a policy was found: its calendars lie beside it.
struct Found {
    /// The place whose token reads it.
    with: Place,
    /// The repository that it stands in.
    repository: Repository,
}

fn call(repository: &Repository) -> Call {
    Call::new(&routes::POLICY, &[&repository.owner, &repository.name])
}

fn broken(source: String, problems: Vec<Problem>) -> PolicyFact {
    PolicyFact::Broken {
        source,
        problems,
        last_good: None,
    }
}
