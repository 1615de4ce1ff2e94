//! How far a rollout is, beyond its items: started, finished, on hold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Before, during or after the deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Planning, Testing, Pre-Deployment; also waiting for `/start-deploy`.
    Preparing,
    /// `/start-deploy` was accepted.
    Deploying {
        /// When.
        since: Timestamp,
        /// Login of who started it.
        by: String,
        /// The digest that was approved and is deployed.
        digest: String,
        /// What nobody else may deploy to meanwhile: see [`super::Rollout::target`]. Kept, because the issue may move.
        target: String,
    },
    /// It is over.
    Finished(Finish),
}

/// How a rollout ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// Which end.
    pub end: End,
    /// When.
    pub at: Timestamp,
    /// Login of who ended it; none when the last item did.
    pub by: Option<String>,
    /// Why, in a person's words.
    pub reason: String,
}

/// The three ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The last item was done.
    Completed,
    /// `/rollback` while deploying.
    RolledBack,
    /// `/cancel`, or the issue is gone.
    Cancelled,
}

/// Why nothing advances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldCause {
    /// Somebody said `/hold`.
    Command,
    /// Somebody closed the issue.
    Closed,
    /// Somebody said `/abort` during the deployment.
    Aborted,
    /// A gate was not opened in time.
    Overdue,
    /// Nobody confirmed a break-glass in time.
    Unconfirmed,
    /// The installation is suspended.
    Suspended,
    /// The repository cannot be reached any more.
    RepositoryLost,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Login of who caused it.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why, in a person's words.
    pub reason: String,
}
