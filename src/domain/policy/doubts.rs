//! What a policy says that can hardly be meant: it can be used, and a careful person would ask about it.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{
    Approvals, BreakGlass, Policy, Rule, read, read_approvals::SIGNED, read_values::value_of,
};
use crate::domain::{
    approval::Demand,
    problem::Problem,
    yaml::{self, Node, Value},
};

/// Whoever confirms an emergency later than this confirms history.
const LONG: SignedDuration = SignedDuration::from_hours(24);

/// What is doubtful about a policy file; nothing when it has mistakes, which are told by [`super::lint_policy`].
#[must_use]
pub fn doubts(text: &str, file: &str) -> Vec<Problem> {
    let (Ok(policy), Ok(root)) = (read::parse(text, file), yaml::parse(text, file, 1)) else {
        return Vec::new();
    };
    let mut doubts = Doubts {
        file,
        found: Vec::new(),
    };
    doubts.layer(&root, &policy);
    for (name, node) in named(&root, "environments") {
        doubts.layer(node, &policy.for_rollout("", Some(name)));
    }
    for (name, node) in named(&root, "templates") {
        doubts.layer(node, &policy.for_rollout(name, None));
        for (environment, node) in named(node, "environments") {
            doubts.layer(node, &policy.for_rollout(name, Some(environment)));
        }
    }
    doubts.found.sort();
    doubts.found.dedup();
    doubts.found
}

/// The names beneath a key, and what is said of each.
fn named<'n>(node: &'n Node, key: &str) -> Vec<(&'n str, &'n Node)> {
    match value_of(node, key).map(|node| &node.value) {
        Some(Value::Map(pairs)) => pairs
            .iter()
            .map(|(key, node)| (key.text.as_str(), node))
            .collect(),
        _ => Vec::new(),
    }
}

struct Doubts<'a> {
    file: &'a str,
    found: Vec<Problem>,
}

impl Doubts<'_> {
    fn say(&mut self, node: &Node, message: impl Into<String>, hint: &str) {
        self.found
            .push(Problem::at(self.file, node.place, message, hint));
    }

    /// What one layer says, with what holds there of the layers above it.
    fn layer(&mut self, node: &Node, policy: &Policy) {
        if let Some(node) = value_of(node, "approvals") {
            self.approvals(node, &policy.approvals);
        }
        if let (Some(node), Some(glass)) = (value_of(node, "break_glass"), &policy.break_glass) {
            self.glass(node, glass);
        }
    }

    fn approvals(&mut self, node: &Node, approvals: &Approvals) {
        let people = || Demand::People {
            n: approvals.required,
            from: approvals.from.clone(),
        };
        let quorum = approvals.parts.clone().unwrap_or_else(people);
        let from = value_of(node, "from").unwrap_or(node);
        let before = self.found.len();
        self.parts(node);
        if before == self.found.len() && is_out_of_reach(&quorum) {
            let message = format!(
                "nobody can fill this quorum: it takes {} people, and {} can approve",
                quorum.fewest(),
                most(&quorum.anybody()).unwrap_or_default(),
            );
            self.say(from, message, "name more people, a team or a permission");
        }
        if quorum.fewest() == 1 && quorum.rules().contains(&&Rule::Anyone) {
            let message = "one approval of anybody who can comment is enough";
            self.say(from, message, "say who, such as `from: write`");
        }
        let all: BTreeSet<_> = SIGNED.iter().map(|(_, field)| *field).collect();
        if let Some(node) = value_of(node, "leave_out").filter(|_| approvals.leave_out == all) {
            let message = "approvals sign nothing: they stay valid whatever is deployed";
            self.say(node, message, "leave `components` in at least");
        }
    }

    /// Parts of a quorum that can never be filled, each at its place.
    fn parts(&mut self, node: &Node) {
        for key in ["all", "any"] {
            let Some(Value::List(parts)) = value_of(node, key).map(|node| &node.value) else {
                continue;
            };
            for part in parts {
                self.parts(part);
                self.part(part);
            }
        }
    }

    fn part(&mut self, node: &Node) {
        let Some(from) = value_of(node, "from") else {
            return;
        };
        let n = match value_of(node, "n").map(|node| &node.value) {
            Some(Value::Number(number)) => number.as_u64().unwrap_or(1),
            _ => 1,
        };
        let there = Rule::read(from).ok().and_then(|rule| most(&rule));
        if let Some(there) = there.filter(|there| (*there as u64) < n) {
            let message =
                format!("this part can never be filled: it takes {n}, and {there} can approve");
            self.say(from, message, "name more people, a team or a permission");
        }
    }

    fn glass(&mut self, node: &Node, glass: &BreakGlass) {
        if let Some(node) = value_of(node, "within").filter(|_| glass.within > LONG) {
            let message = "the second person may come more than a day after the emergency";
            self.say(node, message, "write `1h`, the default, or a few hours");
        }
        let both = Rule::Any(vec![glass.who.clone(), glass.confirm.clone()]);
        if most(&glass.who) == Some(0) || most(&glass.confirm) == Some(0) || most(&both) == Some(1)
        {
            let message = "there can be no two people, and it takes one to break the glass and another to confirm";
            self.say(node, message, "name more people, a team or a permission");
        }
    }
}

/// Whether no people whatever could fill a quorum.
fn is_out_of_reach(quorum: &Demand) -> bool {
    let too_few = most(&quorum.anybody()).is_some_and(|there| there < quorum.fewest());
    let part = match quorum {
        Demand::People { n, from } => most(from).is_some_and(|there| there < *n),
        Demand::All(parts) => parts.iter().any(is_out_of_reach),
        Demand::Any(parts) => parts.iter().all(is_out_of_reach),
    };
    too_few || part
}

/// How many people a rule can allow at most; none when that does not show.
fn most(rule: &Rule) -> Option<usize> {
    names(rule).map(|names| names.len())
}

/// Everybody whom a rule can allow, when it names them.
fn names(rule: &Rule) -> Option<BTreeSet<String>> {
    match rule {
        Rule::Nobody => Some(BTreeSet::new()),
        Rule::Users(names) => Some(names.iter().map(|name| name.to_lowercase()).collect()),
        Rule::Any(rules) | Rule::AtLeast { of: rules, .. } => {
            let named: Option<Vec<_>> = rules.iter().map(names).collect();
            Some(named?.into_iter().flatten().collect())
        }
        Rule::All(rules) => rules
            .iter()
            .filter_map(names)
            .reduce(|one, other| one.intersection(&other).cloned().collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let told: Vec<String> = doubts(text, "f")
            .iter()
            .map(|doubt| format!("{}:{} {}", doubt.line, doubt.column, doubt.message))
            .collect();
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn a_quorum_that_nobody_can_fill_is_doubted() {
        let few = "nobody can fill this quorum: it takes 2 people, and";
        check(
            "approvals: {from: nobody}",
            &[&format!("1:19 {few} 0 can approve")],
        );
        check(
            "approvals: {required: 2, from: {users: [Ana, ana]}}",
            &[&format!("1:32 {few} 1 can approve")],
        );
        check(
            "approvals: {all: [{n: 2, from: {user: ben}}, {n: 1, from: write}]}",
            &["1:32 this part can never be filled: it takes 2, and 1 can approve"],
        );
        check(
            "approvals: {all: [{from: {user: ben}}, {from: {user: ben}}]}",
            &[&format!("1:12 {few} 1 can approve")],
        );
        check(
            "approvals: {from: write}\nenvironments:\n  production:\n    approvals: {from: {user: ana}}",
            &[&format!("4:23 {few} 1 can approve")],
        );
    }

    #[test]
    fn a_gate_that_stands_open_is_doubted() {
        check(
            "approvals: {from: anyone, required: 1}",
            &["1:19 one approval of anybody who can comment is enough"],
        );
        check(
            "approvals: {leave_out: [components, window, downtime, rollback-plan, template]}",
            &["1:24 approvals sign nothing: they stay valid whatever is deployed"],
        );
    }

    #[test]
    fn an_emergency_that_nobody_can_confirm_in_time_is_doubted() {
        check(
            "break_glass: {who: maintain, within: 400h}",
            &["1:38 the second person may come more than a day after the emergency"],
        );
        check(
            "break_glass: {who: {user: ana}}",
            &[
                "1:14 there can be no two people, and it takes one to break the glass and another to confirm",
            ],
        );
    }

    #[test]
    fn what_is_meant_is_not_doubted() {
        for text in [
            "",
            "approvals: {required: 1, from: {user: ana}}",
            "approvals: {from: anyone}",
            "approvals: {any: [{n: 2, from: {team: sre}}, {all: [{from: {user: ana}}, {from: {user: ben}}]}]}",
            "approvals: {required: 1}\ntemplates: {fast: {approvals: {from: {user: ana}}}}",
            "break_glass: {who: {user: ana}, confirm: {user: ben}, within: 4h}",
            "approvals: {from: nobody, required: x}",
        ] {
            check(text, &[]);
        }
    }
}
