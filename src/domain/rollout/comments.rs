//! What Rollcall has seen of the comments on a rollout's issue, whether or not webhooks told of them.

use crate::domain::ids::CommentId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the comments were looked at, and what they said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenComments {
    /// What was written or changed before this time has been looked at, by GitHub's clock; none before the first look.
    pub until: Option<Timestamp>,
    /// The texts that words rest on which count, as they were heard, as hashes.
    pub texts: BTreeMap<CommentId, String>,
}

impl SeenComments {
    /// What was written before this time is of no interest.
    #[must_use]
    pub fn since(time: Timestamp) -> Self {
        Self {
            until: Some(time),
            texts: BTreeMap::new(),
        }
    }
}
