//! The rules of a repository: `.github/rollcall.yml` on its default branch, over built-in defaults.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::{
    approval::{Demand, SignedField},
    command::CommandName,
    person::Permission,
};

pub mod allowed;
pub mod defaults;
mod doubts;
pub mod freeze;
mod freeze_read;
pub mod gates;
mod gates_read;
pub mod notation;
mod notation_json;
mod notation_words;
pub mod overrides;
pub mod read;
mod read_approvals;
mod read_values;
pub mod rehearsal;
pub mod rule;
pub mod schema;
pub mod verdict;
pub mod week;

pub use allowed::Allowed;
pub use doubts::doubts;
pub use freeze::Freeze;
pub use gates::{BreakGlass, Deadline, GateName, Gates, Opens, Then};
pub use overrides::Overrides;
pub use read::{lint_policy, parse, parse_stored};
pub use rule::Rule;
pub use schema::json_schema;
pub use verdict::{Answer, Context, Verdict};

/// Everything a repository can decide about its rollouts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Template of a rollout that names none.
    pub template: String,
    /// IANA zone in which times without a zone are read and shown.
    pub zone: String,
    /// Audiences that are told; each must be granted to the repository by the operator.
    pub audiences: Vec<String>,
    /// Least time between the stakeholder announcement and the start of the window.
    pub notice: SignedDuration,
    /// Who may tick where neither the policy's item nor the template says so.
    pub ticks: Rule,
    /// Who may start, promote, abort and roll back.
    pub deployers: Rule,
    /// Who may waive an item.
    pub waivers: Rule,
    /// Who may use a command, where it differs from the default.
    pub commands: BTreeMap<CommandName, Rule>,
    /// Single items, by id.
    pub items: BTreeMap<String, ItemPolicy>,
    /// Whether tasks that people add beside the items of a phase are required.
    pub extra_items_required: bool,
    /// The quorum.
    pub approvals: Approvals,
    /// Times in which no window may lie.
    pub freezes: Vec<Freeze>,
    /// Times of the week in which windows may lie; always when empty.
    pub windows: Vec<Allowed>,
    /// What differs for rollouts to an environment, by its name in lower case.
    pub environments: BTreeMap<String, Overrides>,
    /// How long each gate may wait.
    pub gates: Gates,
    /// Who may skip the gates in an emergency; nobody when none.
    pub break_glass: Option<BreakGlass>,
    /// What differs for rollouts of a template, by its name.
    pub templates: BTreeMap<String, Overrides>,
}

/// What the policy says of one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemPolicy {
    /// Who may tick it; the template decides when none.
    pub who: Option<Rule>,
    /// Whether it is required; the template decides when none.
    pub required: Option<bool>,
    /// Who may leave it out; [`Policy::rule_for_waiver`] decides when none.
    pub waive: Option<Rule>,
}

/// What a valid quorum is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    /// How many distinct people must approve; the fewest that can do when there are `parts`.
    pub required: usize,
    /// Who may approve; anybody whom one of the `parts` asks for.
    pub from: Rule,
    /// What the quorum is made of, when it is more than so many of the same people.
    pub parts: Option<Demand>,
    /// Whether the one who opened the rollout is left out of the count.
    pub not_opener: bool,
    /// Whether those who wrote the change, as far as they are known, or changed what would be deployed, are left out of the count.
    pub not_author: bool,
    /// How long an approval holds.
    pub expire: SignedDuration,
    /// Fields that an approval does not sign.
    pub leave_out: BTreeSet<SignedField>,
}

impl Default for Approvals {
    fn default() -> Self {
        Self {
            required: 2,
            from: Rule::Permission(Permission::Write),
            parts: None,
            not_opener: true,
            not_author: true,
            expire: SignedDuration::from_hours(7 * 24),
            leave_out: BTreeSet::new(),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            template: "standard".into(),
            zone: "UTC".into(),
            audiences: Vec::new(),
            notice: SignedDuration::from_hours(24),
            ticks: Rule::Permission(Permission::Write),
            deployers: Rule::Permission(Permission::Write),
            waivers: Rule::Permission(Permission::Maintain),
            commands: BTreeMap::new(),
            items: BTreeMap::new(),
            extra_items_required: false,
            approvals: Approvals::default(),
            freezes: Vec::new(),
            windows: Vec::new(),
            environments: BTreeMap::new(),
            gates: Gates::default(),
            break_glass: None,
            templates: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_layers;
#[cfg(test)]
mod tests_rules;
#[cfg(test)]
mod tests_schema;
#[cfg(test)]
mod tests_times;
