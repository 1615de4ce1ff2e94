//! What a person may do, read anew for a decision and kept for a minute.

use crate::{
    domain::{
        ids::{InstallationId, Person, Place, RepositoryId, UserId},
        person::{Permission, Standing},
    },
    github::{app::GithubApp, call::Call, error::GithubError, routes, wire},
};
use std::collections::BTreeSet;
use tokio::time::Instant;

/// Whose rights are remembered, and which.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::github) struct RightsKey {
    installation: InstallationId,
    repository: RepositoryId,
    user: UserId,
    /// A login may pass to another account.
    login: String,
    /// `org/slug`; none for the permission in the repository.
    team: Option<String>,
}

/// The highest permission, the exact role, and the number of the account that holds them, when GitHub said.
type Held = (Permission, Option<String>, Option<UserId>);

/// A remembered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::github) enum Rights {
    /// In the repository.
    Permission(Held),
    /// Whether the person is an active member of the team.
    Member(bool),
}

/// Whether an answer of a moment ago will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// It will.
    Kept,
    /// A gate opens on it: GitHub is asked again.
    Anew,
}

impl GithubApp {
    /// A person's permission, role and memberships of those `teams` (`org/slug`, or a slug of the repository's owner).
    ///
    /// Never fails as a whole: what GitHub did not answer stands in the result as an error text, and the rules that need it fail closed.
    pub async fn read_standing(
        &self,
        place: &Place,
        person: &Person,
        teams: &BTreeSet<String>,
    ) -> Standing {
        self.ask_standing(place, person, teams, Memory::Kept)
            .await
            .0
    }

    /// The same, with the failure that kept something from being read, when there was one. [`Memory::Anew`] asks GitHub again, even when
    /// it answered a moment ago.
    pub async fn ask_standing(
        &self,
        place: &Place,
        person: &Person,
        teams: &BTreeSet<String>,
        memory: Memory,
    ) -> (Standing, Option<GithubError>) {
        let mut failure = None;
        let mut text = |unread: Unread| match unread {
            Unread::Odd(text) => text,
            Unread::Failed(error) => {
                let text = error.to_string();
                failure.get_or_insert(error);
                text
            }
        };
        let (permission, role, id) = match self.read_permission(place, person, memory).await {
            Ok((permission, role, id)) => (Ok(permission), role, id),
            Err(unread) => (Err(text(unread)), None, None),
        };
        let teams = self.read_teams(place, person, teams, memory).await;
        let id = id.filter(|_| !person.id.is_known());
        let standing = Standing {
            person: Person {
                id: id.unwrap_or(person.id),
                ..person.clone()
            },
            permission,
            role,
            teams: teams.map_err(text),
        };
        (standing, failure)
    }

    async fn read_permission(
        &self,
        place: &Place,
        person: &Person,
        memory: Memory,
    ) -> Result<Held, Unread> {
        let key = key(place, person, None);
        if let Some(Rights::Permission(held)) = self.remembered(&key, memory) {
            return Ok(held);
        }
        let repository = &place.repository;
        let call = Call::new(
            &routes::PERMISSION,
            &[&repository.owner, &repository.name, &person.login],
        );
        let held = match self.call_twice(place, &call).await {
            Ok(reply) => parse(reply.json()?, person).map_err(Unread::Odd)?,
            Err(error) if error.is_gone() => (Permission::None, None, None),
            Err(error) => return Err(error.into()),
        };
        let kept = Rights::Permission(held.clone());
        self.rights.keep(key, kept, Instant::now());
        Ok(held)
    }

    async fn read_teams(
        &self,
        place: &Place,
        person: &Person,
        teams: &BTreeSet<String>,
        memory: Memory,
    ) -> Result<BTreeSet<String>, Unread> {
        let mut active = BTreeSet::new();
        for team in teams {
            let (org, slug) = team
                .split_once('/')
                .unwrap_or((&place.repository.owner, team));
            let full = format!("{org}/{slug}");
            if self.is_member(place, person, &full, memory).await? {
                active.insert(full);
            }
        }
        Ok(active)
    }

    async fn is_member(
        &self,
        place: &Place,
        person: &Person,
        full: &str,
        memory: Memory,
    ) -> Result<bool, Unread> {
        let key = key(place, person, Some(full));
        if let Some(Rights::Member(member)) = self.remembered(&key, memory) {
            return Ok(member);
        }
        let (org, slug) = full.split_once('/').unwrap_or(("", full));
        let call = Call::new(&routes::MEMBERSHIP, &[org, slug, &person.login]);
        let member = match self.call(place, &call).await {
            Ok(reply) => reply.json::<wire::Membership>()?.state == "active",
            Err(error) if error.is_gone() => false,
            Err(error) => return Err(error.into()),
        };
        self.rights
            .keep(key, Rights::Member(member), Instant::now());
        Ok(member)
    }

    fn remembered(&self, key: &RightsKey, memory: Memory) -> Option<Rights> {
        match memory {
            Memory::Kept => self.rights.find(key, Instant::now()),
            Memory::Anew => None,
        }
    }
}

fn key(place: &Place, person: &Person, team: Option<&str>) -> RightsKey {
    RightsKey {
        installation: place.installation,
        repository: place.repository.id,
        user: person.id,
        login: person.login.clone(),
        team: team.map(str::to_owned),
    }
}

/// Why something was not read.
enum Unread {
    /// The call failed.
    Failed(GithubError),
    /// The answer is not one that rights can be taken from.
    Odd(String),
}

impl From<GithubError> for Unread {
    fn from(error: GithubError) -> Self {
        Self::Failed(error)
    }
}

/// GitHub folds `maintain` into `write` and `triage` into `read`; `role_name` tells them apart. The base permission of a custom role is
/// what it inherits.
fn parse(answer: wire::Permission, person: &Person) -> Result<Held, String> {
    let id = answer.user.as_ref().map(|user| UserId(user.id));
    let is_another = |user: &wire::Account| person.id.is_known() && user.id != person.id.0;
    if let Some(user) = answer.user.filter(is_another) {
        return Err(format!(
            "the login `{}` belongs to another account now",
            user.login
        ));
    }
    let permission = match (answer.base.as_str(), answer.role_name.as_deref()) {
        ("admin", _) => Permission::Admin,
        ("write", Some("maintain")) => Permission::Maintain,
        ("write", _) => Permission::Write,
        ("read", Some("triage")) => Permission::Triage,
        ("read", _) => Permission::Read,
        ("none", _) => Permission::None,
        (other, _) => {
            return Err(format!(
                "GitHub answered with the unknown permission `{other}`"
            ));
        }
    };
    let role = answer.role_name.filter(|role| !role.is_empty());
    Ok((permission, role, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expect: Result<(Permission, Option<&str>), &str>) {
        let answer = serde_json::from_str(answer).expect("an answer");
        let alice = Person {
            id: UserId(7),
            login: "alice".to_owned(),
            bot: false,
        };
        let parsed = parse(answer, &alice);
        let parsed = parsed
            .as_ref()
            .map(|(permission, role, _)| (*permission, role.as_deref()))
            .map_err(String::as_str);
        assert_eq!(parsed, expect);
    }

    #[test]
    fn roles_that_github_folds_are_told_apart() {
        check(
            r#"{"permission":"admin","role_name":"admin"}"#,
            Ok((Permission::Admin, Some("admin"))),
        );
        check(
            r#"{"permission":"write","role_name":"maintain"}"#,
            Ok((Permission::Maintain, Some("maintain"))),
        );
        check(
            r#"{"permission":"write","role_name":"write"}"#,
            Ok((Permission::Write, Some("write"))),
        );
        check(
            r#"{"permission":"read","role_name":"triage"}"#,
            Ok((Permission::Triage, Some("triage"))),
        );
        check(
            r#"{"permission":"read","role_name":"read"}"#,
            Ok((Permission::Read, Some("read"))),
        );
        check(
            r#"{"permission":"none","role_name":""}"#,
            Ok((Permission::None, None)),
        );
    }

    #[test]
    fn a_custom_role_has_the_permission_it_inherits() {
        check(
            r#"{"permission":"write","role_name":"release-captain"}"#,
            Ok((Permission::Write, Some("release-captain"))),
        );
        check(
            r#"{"permission":"read","role_name":"maintain"}"#,
            Ok((Permission::Read, Some("maintain"))),
        );
    }

    #[test]
    fn what_is_not_understood_is_no_permission() {
        check(
            r#"{"permission":"owner"}"#,
            Err("GitHub answered with the unknown permission `owner`"),
        );
        check(
            r#"{"permission":"admin","user":{"id":8,"login":"alice"}}"#,
            Err("the login `alice` belongs to another account now"),
        );
    }
}
