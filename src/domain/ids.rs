//! Who and where: GitHub's numeric ids with the names that people read.
//!
//! Everything is keyed by the numbers, because names change (renames, transfers); the names travel along for sentences and addresses.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The installation of the App on an organisation or account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InstallationId(pub u64);

/// A repository's number; stable across renames and transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepositoryId(pub u64);

/// An account's number; stable across renames of the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UserId(pub u64);

impl UserId {
    /// Set in numbers that GitHub did not give.
    const MADE_UP: u64 = 1 << 62;

    /// Stands for the number of an account of which only the login is known; nobody else has it.
    #[must_use]
    pub fn of_login(login: &str) -> Self {
        let hash = Sha256::digest(login.to_lowercase().as_bytes());
        let number = hash.iter().take(7);
        let number = number.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        Self(number | Self::MADE_UP)
    }

    /// Whether GitHub gave this number.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.0 & Self::MADE_UP == 0
    }
}

/// An issue comment's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommentId(pub u64);

/// A rollout's own name: `ro-` and twelve hexadecimal digits made from the request that asked for it, so that the same request always
/// names the same rollout.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RolloutId(pub String);

impl RolloutId {
    /// The id of the rollout that this request creates.
    #[must_use]
    pub fn of_request(request_key: &str) -> Self {
        let hash = hex::encode(Sha256::digest(request_key.as_bytes()));
        Self(format!("ro-{}", &hash[..12]))
    }
}

impl fmt::Display for RolloutId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A repository: its number, and its name as last heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// GitHub's number.
    pub id: RepositoryId,
    /// Login of the owner.
    pub owner: String,
    /// Name without the owner.
    pub name: String,
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Where something happened or shall happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whose token reaches it.
    pub installation: InstallationId,
    /// The repository.
    pub repository: Repository,
    /// The issue's number in the repository; none for what concerns the repository as a whole, or an issue not yet created.
    pub issue: Option<u64>,
}

impl Place {
    /// The address of an issue here.
    #[must_use]
    pub fn at(&self, issue: u64) -> Self {
        Self {
            issue: Some(issue),
            ..self.clone()
        }
    }
}

/// A GitHub account as it stands in an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// GitHub's number.
    pub id: UserId,
    /// Login as last heard, without `@`.
    pub login: String,
    /// Whether GitHub says the account is a bot.
    pub bot: bool,
}

impl Person {
    /// Whether the two are one account: by GitHub's number, or by login where one of them is known by nothing else.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let by_login = !self.id.is_known() || !other.id.is_known();
        self.id == other.id || (by_login && self.login.eq_ignore_ascii_case(&other.login))
    }
}
