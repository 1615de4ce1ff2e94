//! A state of a rollout as a person writes it down.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::domain::{person::Permission, phase::Phase, rollout::End};

/// Words with their place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// 1-based line and column.
    pub place: (usize, usize),
    /// What is written.
    pub text: String,
}

/// A state of a rollout. What is not said is as in a rollout that has just been opened with everything filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The file it stands in, for mistakes found later.
    pub file: String,
    /// Where in it.
    pub place: (usize, usize),
    /// The template; the policy's default when none.
    pub template: Option<Words>,
    /// Where the update goes.
    pub environment: Option<String>,
    /// `owner/name`; bare teams belong to the owner.
    pub repository: Option<(String, String)>,
    /// Who opened the rollout.
    pub opener: Option<String>,
    /// Who wrote the change.
    pub authors: Vec<String>,
    /// The phase it is in: the items of those before it are done.
    pub phase: Option<Phase>,
    /// Items that are done, beyond that.
    pub done: Vec<Words>,
    /// Items that are open, in spite of that.
    pub open: Vec<Words>,
    /// Items that are left out.
    pub waived: Vec<Words>,
    /// What people said of the deployment, in this order.
    pub votes: Vec<Vote>,
    /// The window, as `/schedule` takes it.
    pub window: Option<Words>,
    /// The time, in the zone of the policy.
    pub now: Option<Words>,
    /// Why it is on hold.
    pub hold: Option<String>,
    /// How far the deployment is.
    pub stage: Option<Progress>,
    /// What people may do; whoever is not named has no rights at all.
    pub people: BTreeMap<String, Rights>,
}

/// How far the deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not started.
    Preparing,
    /// Started.
    Deploying,
    /// Over.
    Finished(End),
}

/// A word of somebody on the deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Login.
    pub by: String,
    /// An approval, or else a rejection.
    pub approves: bool,
    /// How long ago.
    pub ago: SignedDuration,
}

/// What a person may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// As GitHub would say.
    Known {
        /// Repository permission.
        permission: Permission,
        /// Repository role, when it is not named as the permission.
        role: Option<String>,
        /// Teams, as `org/slug` or `slug`.
        teams: BTreeSet<String>,
    },
    /// GitHub does not answer.
    Unknown,
}
