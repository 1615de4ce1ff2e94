//! Why an arrival cannot be handled.

use crate::{github::GithubError, store::StoreError};

/// Why an arrival could not be handled now.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// GitHub did not tell a fact.
    #[error("a fact could not be read from GitHub")]
    Github(#[from] GithubError),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// A stored rollout cannot be understood.
    #[error("rollout `{id}` is stored in a form that cannot be read")]
    Rollout {
        /// Which.
        id: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Somebody else kept changing the same rollout.
    #[error("the rollout was changed by somebody else each time")]
    Contended,
    /// A mistake of Rollcall's own.
    #[error("handling it panicked")]
    Panicked,
}

impl HandleError {
    /// The first sentence, for the issue. What lies below it is for the operator's log.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Github(error) => error.to_string(),
            other => other.to_string(),
        }
    }
}
