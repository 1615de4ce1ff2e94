//! Who stands behind what would be deployed.

use super::Rollout;
use crate::domain::{
    approval::{Change, SignedField},
    ids::Person,
};
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
    /// What it made of the part, as a hash; none where that was not written down.
    #[serde(default)]
    pub value: Option<String>,
    /// What the part was before, likewise: when it is that again, the change is undone.
    #[serde(default)]
    pub before: Option<String>,
    /// Who had changed it before, oldest first.
    #[serde(default)]
    pub former: Vec<Former>,
}

/// An earlier change of a part; what it made of it is what the next one replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Who; none while nobody has told.
    pub by: Option<Person>,
    /// When, by GitHub's clock.
    pub at: Timestamp,
    /// What the part was before, as a hash.
    pub before: Option<String>,
}

/// So many changes of one part by others in turn are remembered; undoing more of them leaves whoever undoes it the one who changed it.
const REMEMBERED: usize = 16;

impl Changer {
    /// The first who changed this part.
    #[must_use]
    pub fn new(change: &Change, by: Option<Person>, at: Timestamp) -> Self {
        Self {
            field: change.field,
            by,
            at,
            value: Some(change.new.clone()),
            before: Some(change.old.clone()),
            former: Vec::new(),
        }
    }

    /// Who stands behind the part after one more change; none when it is what was asked for again. What it was once before it is again
    /// whoever's it was then.
    #[must_use]
    pub fn then(mut self, change: &Change, by: Option<Person>, at: Timestamp) -> Option<Self> {
        let own = Former {
            by: self.by.clone(),
            at: self.at,
            before: self.before.clone(),
        };
        let mut states = self.former.clone();
        states.push(own);
        let is_again = |state: &Former| state.before.as_ref() == Some(&change.new);
        if let Some(place) = states.iter().position(is_again) {
            states.truncate(place);
            let last = states.pop()?;
            (self.by, self.at, self.before) = (last.by, last.at, last.before);
            self.former = states;
        } else {
            if self.by != by {
                self.before = Some(change.old.clone());
                self.former = states;
                self.forget();
            }
            (self.by, self.at) = (by, at);
        }
        self.value = Some(change.new.clone());
        Some(self)
    }

    /// Whether the part was this before some change that is on record.
    #[must_use]
    pub fn was(&self, value: &str) -> bool {
        let former = self.former.iter().map(|former| &former.before);
        let mut before = former.chain([&self.before]);
        before.any(|before| before.as_deref() == Some(value))
    }

    /// Somebody tells of the change that nobody had told of. What lies between it and what was known stays nobody's.
    pub fn told(&mut self, by: Person, at: Timestamp, old: &str) {
        let hidden = self.before.clone().filter(|before| before != old);
        if hidden.is_some() {
            self.former.push(Former {
                by: None,
                at: self.at,
                before: hidden,
            });
            self.before = Some(old.to_owned());
        }
        let by = Some(by);
        if let Some(last) = self.former.pop_if(|last| last.by == by) {
            self.before = last.before;
        }
        (self.by, self.at) = (by, at);
        self.forget();
    }

    /// Somebody tells of a change that lies before the newest one, as far as what nobody had told of begins or is just that.
    pub fn told_late(&mut self, change: &Change, by: &Person, at: Timestamp) {
        if self.by.is_none() {
            if self.before.as_ref() == Some(&change.old) {
                let before = self.before.replace(change.new.clone());
                let by = Some(by.clone());
                self.former.push(Former { by, at, before });
                self.forget();
            }
            return;
        }
        for place in 0..self.former.len() {
            let made = match self.former.get(place + 1) {
                Some(next) => next.before.clone(),
                None => self.before.clone(),
            };
            let former = &mut self.former[place];
            let is_it =
                former.before.as_ref() == Some(&change.old) && made == Some(change.new.clone());
            if former.by.is_none() && is_it {
                (former.by, former.at) = (Some(by.clone()), at);
            }
        }
    }

    /// Of the oldest that is left it is no longer known what was there before.
    fn forget(&mut self) {
        while self.former.len() > REMEMBERED {
            self.former.remove(0);
            self.former[0].before = None;
        }
    }
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
