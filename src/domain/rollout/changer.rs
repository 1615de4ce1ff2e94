//! Who stands behind what would be deployed.

use super::Rollout;
use crate::domain::{approval::SignedField, ids::Person};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who last changed a part of what would be deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changer {
    /// The signed field that it belongs to.
    pub field: SignedField,
    /// Who; none while the change was only seen on the issue, and nobody has told whose edit it was.
    pub by: Option<Person>,
    /// When, by GitHub's clock.
    pub at: Timestamp,
}

impl Rollout {
    /// Who asked for it: the account that opened it, or the login that an order gives.
    #[must_use]
    pub fn asked_by(&self) -> Option<&Person> {
        self.opener.as_ref().or(self.requester.as_ref())
    }

    /// What this person was the last to change of what would be deployed, leaving aside what approvals do not sign.
    #[must_use]
    pub fn changed_by(&self, person: &Person, leave_out: &BTreeSet<SignedField>) -> Vec<String> {
        let own = |changer: &Changer| changer.by.as_ref().is_some_and(|by| by.id == person.id);
        self.changed(leave_out, own)
    }

    /// What was changed by nobody knows whom.
    #[must_use]
    pub fn changed_by_unknown(&self, leave_out: &BTreeSet<SignedField>) -> Vec<String> {
        self.changed(leave_out, |changer| changer.by.is_none())
    }

    /// Everybody who was the last to change something of it.
    #[must_use]
    pub fn who_changed(&self, leave_out: &BTreeSet<SignedField>) -> Vec<Person> {
        let signed = self.changers.values();
        let signed = signed.filter(|changer| !leave_out.contains(&changer.field));
        signed.filter_map(|changer| changer.by.clone()).collect()
    }

    fn changed(
        &self,
        leave_out: &BTreeSet<SignedField>,
        which: impl Fn(&Changer) -> bool,
    ) -> Vec<String> {
        let signed = self.changers.iter();
        let signed = signed.filter(|(_, changer)| !leave_out.contains(&changer.field));
        let which = signed.filter(|(_, changer)| which(changer));
        which.map(|(name, _)| name.clone()).collect()
    }
}
