//! What a policy file says, laid over what held before: defaults, then the file, then its words for one template.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::{Freeze, ItemPolicy, Policy, Rule};
use crate::domain::{approval::SignedField, command::CommandName};

/// The part of a policy that is said; what is none or empty stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// See [`Policy::zone`].
    pub zone: Option<String>,
    /// See [`Policy::audiences`].
    pub audiences: Option<Vec<String>>,
    /// See [`Policy::notice`].
    pub notice: Option<SignedDuration>,
    /// See [`Policy::ticks`].
    pub ticks: Option<Rule>,
    /// See [`Policy::deployers`].
    pub deployers: Option<Rule>,
    /// See [`Policy::waivers`].
    pub waivers: Option<Rule>,
    /// See [`Policy::commands`]; said commands replace, the others stay.
    pub commands: BTreeMap<CommandName, Rule>,
    /// See [`Policy::items`]; said halves of an item replace, the others stay.
    pub items: BTreeMap<String, ItemPolicy>,
    /// See [`Policy::extra_items_required`].
    pub extra_items_required: Option<bool>,
    /// See [`Policy::approvals`].
    pub approvals: ApprovalOverrides,
    /// See [`Policy::freezes`]; replaces all of them.
    pub freezes: Option<Vec<Freeze>>,
}

/// The part of [`super::Approvals`] that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalOverrides {
    /// See [`super::Approvals::required`].
    pub required: Option<usize>,
    /// See [`super::Approvals::from`].
    pub from: Option<Rule>,
    /// See [`super::Approvals::not_opener`].
    pub not_opener: Option<bool>,
    /// See [`super::Approvals::expire`].
    pub expire: Option<SignedDuration>,
    /// See [`super::Approvals::leave_out`].
    pub leave_out: Option<BTreeSet<SignedField>>,
}

impl Policy {
    /// The policy as it holds for rollouts of this template.
    #[must_use]
    pub fn for_template(&self, template: &str) -> Self {
        let mut policy = self.clone();
        if let Some(overrides) = self.templates.get(template) {
            policy.apply(overrides.clone());
        }
        policy
    }

    /// Lays what is said over what holds.
    pub fn apply(&mut self, said: Overrides) {
        put(&mut self.zone, said.zone);
        put(&mut self.audiences, said.audiences);
        put(&mut self.notice, said.notice);
        put(&mut self.ticks, said.ticks);
        put(&mut self.deployers, said.deployers);
        put(&mut self.waivers, said.waivers);
        put(&mut self.extra_items_required, said.extra_items_required);
        put(&mut self.freezes, said.freezes);
        put(&mut self.approvals.required, said.approvals.required);
        put(&mut self.approvals.from, said.approvals.from);
        put(&mut self.approvals.not_opener, said.approvals.not_opener);
        put(&mut self.approvals.expire, said.approvals.expire);
        put(&mut self.approvals.leave_out, said.approvals.leave_out);
        self.commands.extend(said.commands);
        for (id, item) in said.items {
            let held = self.items.entry(id).or_default();
            held.who = item.who.or(held.who.take());
            held.required = item.required.or(held.required);
        }
    }
}

fn put<T>(held: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *held = said;
    }
}
