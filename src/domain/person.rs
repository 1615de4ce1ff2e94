//! What a person may do in a repository, as GitHub answered at decision time.

use super::ids::Person;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// The repository permissions that GitHub knows, weakest first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// No access, or read access through a public repository only when GitHub says `none`.
    None,
    /// May read.
    Read,
    /// May manage issues.
    Triage,
    /// May push.
    Write,
    /// May manage the repository.
    Maintain,
    /// May do everything.
    Admin,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        })
    }
}

/// A person's rights, read for one decision.
///
/// Rights that could not be read are not "none": they are unknown, and every rule that would need them fails closed and says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whose rights these are.
    pub person: Person,
    /// Highest permission from all sources; an error text when GitHub did not answer.
    pub permission: Result<Permission, String>,
    /// GitHub's `role_name`: the exact role, custom roles included.
    pub role: Option<String>,
    /// Slugs of those of the asked-for teams in which the membership is active, as `org/slug`; an error text when GitHub did not answer.
    pub teams: Result<BTreeSet<String>, String>,
}
