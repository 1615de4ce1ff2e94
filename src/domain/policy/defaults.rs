//! Who may what: the policy's word, else the template's, else the default of the command table.

use std::{borrow::Cow, collections::BTreeSet};

use super::{Overrides, Policy, Rule};
use crate::domain::{command::CommandName, person::Permission};

/// What everybody who can read the repository may.
static READ: Rule = Rule::at_least(Permission::Read);
/// What contributors may.
static WRITE: Rule = Rule::at_least(Permission::Write);
/// For feedback.
static ANYONE: Rule = Rule::Anyone;
/// For what is not enabled.
static NOBODY: Rule = Rule::Nobody;

impl Policy {
    /// Who may use a command. Commands on an item ask [`Self::rule_for_item`] instead; for them this is the rule where the item says
    /// nothing.
    #[must_use]
    pub fn rule_for_command(&self, name: CommandName) -> Cow<'_, Rule> {
        use CommandName as C;
        if let Some(rule) = self.commands.get(&name) {
            return Cow::Borrowed(rule);
        }
        Cow::Borrowed(match name {
            C::Status | C::Why | C::Help | C::Simulate | C::Log | C::Resolve => &READ,
            C::Rollout
            | C::Owner
            | C::Schedule
            | C::Preview
            | C::Announce
            | C::Hold
            | C::Resume
            | C::Cancel
            | C::Refresh => &WRITE,
            C::Done | C::Undo | C::Evidence => &self.ticks,
            C::Skip => &self.waivers,
            C::ApproveDeploy | C::Reject | C::Withdraw => &self.approvals.from,
            C::StartDeploy | C::Promote => &self.deployers,
            // Whoever approved, opened or wrote it may be kept from starting it, and never from stopping it.
            C::Abort | C::Rollback => return Cow::Owned(self.deployers.for_brakes()),
            C::Feedback => &ANYONE,
            C::Expedite => self
                .break_glass
                .as_ref()
                .map_or(&NOBODY, |glass| &glass.who),
            C::ConfirmExpedite => self
                .break_glass
                .as_ref()
                .map_or(&NOBODY, |glass| &glass.confirm),
        })
    }

    /// Who may tick an item: the policy's word for it, else the template's (`who` of its front matter), else [`Self::ticks`]. A template's
    /// rule that cannot be read allows nobody.
    #[must_use]
    pub fn rule_for_item(&self, item_id: &str, from_template: Option<&serde_json::Value>) -> Rule {
        if let Some(rule) = self.items.get(item_id).and_then(|item| item.who.clone()) {
            return rule;
        }
        match from_template {
            None => self.ticks.clone(),
            Some(written) => serde_json::from_value(written.clone()).unwrap_or(Rule::Nobody),
        }
    }

    /// Whether an item is required: the policy's word for it, else the template's.
    #[must_use]
    pub fn is_required(&self, item_id: &str, template_default: bool) -> bool {
        self.items
            .get(item_id)
            .and_then(|item| item.required)
            .unwrap_or(template_default)
    }

    /// Who may leave an item out: the policy's word for it, else [`Self::waivers`].
    #[must_use]
    pub fn rule_for_waiver(&self, item_id: &str) -> &Rule {
        let own = self.items.get(item_id).and_then(|item| item.waive.as_ref());
        own.unwrap_or(&self.waivers)
    }

    /// Every team that some rule asks for, as `org/slug`; a bare slug is a team of `org`, the owner of the repository.
    #[must_use]
    pub fn teams(&self, org: &str) -> BTreeSet<String> {
        let items = self.items.values();
        let items = items.flat_map(|item| [&item.who, &item.waive]).flatten();
        let named = [
            &self.ticks,
            &self.deployers,
            &self.waivers,
            &self.approvals.from,
        ];
        let layers = self.environments.values().chain(self.templates.values());
        named
            .into_iter()
            .chain(self.commands.values())
            .chain(items)
            .chain(layers.flat_map(Overrides::rules))
            .chain(
                self.break_glass
                    .iter()
                    .flat_map(|glass| [&glass.who, &glass.confirm]),
            )
            .flat_map(|rule| rule.teams(org))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::ItemPolicy;
    use serde_json::json;

    #[test]
    fn who_may_what_by_default() {
        let policy = Policy::default();
        let of = |name: CommandName| format!("/{name}: {}", policy.rule_for_command(name));
        insta::assert_snapshot!(CommandName::ALL.map(of).join("\n"), @"
        /rollout: people with write permission or more
        /status: people with read permission or more
        /why: people with read permission or more
        /help: people with read permission or more
        /simulate: people with read permission or more
        /done: people with write permission or more
        /undo: people with write permission or more
        /evidence: people with write permission or more
        /skip: people with maintain permission or more
        /owner: people with write permission or more
        /schedule: people with write permission or more
        /preview: people with write permission or more
        /announce: people with write permission or more
        /approve-deploy: people with write permission or more
        /reject: people with write permission or more
        /withdraw: people with write permission or more
        /start-deploy: people with write permission or more
        /promote: people with write permission or more
        /abort: people with write permission or more
        /rollback: people with write permission or more
        /hold: people with write permission or more
        /resume: people with write permission or more
        /log: people with read permission or more
        /resolve: people with read permission or more
        /feedback: anyone
        /expedite: nobody
        /confirm-expedite: nobody
        /cancel: people with write permission or more
        /refresh: people with write permission or more
        ");
    }

    #[test]
    fn the_policy_beats_the_template_which_beats_the_default() {
        let mut policy = Policy::default();
        let template = json!({"permission": "maintain"});
        assert_eq!(policy.rule_for_item("backup", None), WRITE);
        assert_eq!(
            policy.rule_for_item("backup", Some(&template)),
            Rule::Permission(Permission::Maintain)
        );
        policy.items.insert(
            "backup".into(),
            ItemPolicy {
                who: Some(Rule::Anyone),
                required: Some(false),
                waive: None,
            },
        );
        assert_eq!(
            policy.rule_for_item("backup", Some(&template)),
            Rule::Anyone
        );
        assert!(!policy.is_required("backup", true));
        assert!(policy.is_required("rollback-plan", true));
    }

    #[test]
    fn an_items_rule_that_cannot_be_read_allows_nobody() {
        assert_eq!(
            Policy::default().rule_for_item("backup", Some(&json!({"permision": "read"}))),
            Rule::Nobody
        );
    }

    #[test]
    fn a_template_has_its_own_words_over_the_files() {
        let hour = jiff::SignedDuration::from_hours(1);
        let team = Rule::Teams(vec!["security".into()]);
        let mut said = Overrides {
            notice: Some(hour),
            ..Overrides::default()
        };
        said.approvals.from = Some(team.clone());
        let policy = Policy {
            templates: [("security-patch".into(), said)].into(),
            ..Policy::default()
        };
        let fast = policy.for_rollout("security-patch", None);
        assert_eq!(
            (fast.notice, fast.approvals.from, fast.approvals.required),
            (hour, team, 2)
        );
        assert_eq!(policy.for_rollout("standard", None), policy);
        assert_eq!(
            policy.teams("acme").into_iter().collect::<Vec<_>>(),
            ["acme/security"]
        );
    }
}
