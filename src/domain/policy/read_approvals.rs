//! Reading the approvals of a policy file.

use super::{
    Rule,
    overrides::{ApprovalOverrides, Overrides},
    read::Reader,
    read_values::value_of,
};
use crate::domain::{
    approval::{Demand, SignedField},
    yaml::{Node, Value},
};

pub(super) const APPROVAL_KEYS: [&str; 8] = [
    "required",
    "from",
    "all",
    "any",
    "not_opener",
    "not_author",
    "expire",
    "leave_out",
];
pub(super) const SIGNED: [(&str, SignedField); 5] = [
    ("components", SignedField::Components),
    ("window", SignedField::Window),
    ("downtime", SignedField::Downtime),
    ("rollback-plan", SignedField::RollbackPlan),
    ("template", SignedField::Template),
];
/// The most people that a quorum may ask for.
pub(super) const MOST_PEOPLE: usize = 20;
/// The most parts `{n: …, from: …}` of one quorum, and how deep they may be nested: enough for any committee, and quick to count.
const MOST_PARTS: usize = 12;
const DEEPEST: usize = 4;
const HOW: &str = "write `{n: 1, from: {team: sre}}`, `all: […]` or `any: […]`";

impl Reader<'_> {
    pub(super) fn approvals(&mut self, node: &Node) -> ApprovalOverrides {
        let mut said = ApprovalOverrides::default();
        for (key, node) in self.pairs(node, &APPROVAL_KEYS) {
            match key.text.as_str() {
                "required" => said.required = self.count("required", node),
                "from" => said.from = self.approvers(node),
                "all" => said.parts = self.parts(node, 1).map(Demand::All),
                "any" => said.parts = self.parts(node, 1).map(Demand::Any),
                "not_opener" => said.not_opener = self.bool(node),
                "not_author" => said.not_author = self.bool(node),
                "expire" => said.expire = Some(self.longer_than_nothing(node)),
                _ => {
                    let fields = self
                        .list(node)
                        .iter()
                        .filter_map(|node| self.one_of(node, &SIGNED));
                    said.leave_out = Some(fields.collect());
                }
            }
        }
        self.one_way(node);
        if let Some(parts) = &said.parts {
            self.measure(node, parts);
        }
        said
    }

    /// A quorum is said in one way: `required` and `from`, or `all`, or `any`.
    fn one_way(&mut self, node: &Node) {
        let Value::Map(pairs) = &node.value else {
            return;
        };
        let said = |names: &[&str]| {
            pairs
                .iter()
                .filter(|(key, _)| names.contains(&key.text.as_str()))
                .map(|(key, _)| key)
                .collect::<Vec<_>>()
        };
        let parts = said(&["all", "any"]);
        let mut others = said(&["required", "from"]);
        others.extend(parts.iter().skip(1));
        if let (Some(part), Some(other)) = (parts.first(), others.first()) {
            let message = format!("`{}` and `{}` are two quorums", part.text, other.text);
            self.say(other.place, message, "keep one of them");
        }
    }

    fn measure(&mut self, node: &Node, parts: &Demand) {
        if self.is_over(parts.rules().len(), MOST_PARTS) {
            let message = format!("a quorum of more than {MOST_PARTS} parts");
            self.say(node.place, message, "name a team for several of them");
        } else if self.is_over(parts.most(), MOST_PEOPLE) {
            let message = format!("a quorum of more than {MOST_PEOPLE} people");
            self.say(node.place, message, "");
        }
    }

    fn parts(&mut self, node: &Node, depth: usize) -> Option<Vec<Demand>> {
        let Value::List(nodes) = &node.value else {
            let message = format!("expected a list of parts, found {}", node.kind());
            self.say(node.place, message, HOW);
            return None;
        };
        if nodes.is_empty() {
            self.say(node.place, "a quorum of nobody", HOW);
            return None;
        }
        let parts: Vec<_> = nodes
            .iter()
            .map(|node| self.part(node, depth + 1))
            .collect();
        parts.into_iter().collect()
    }

    fn part(&mut self, node: &Node, depth: usize) -> Option<Demand> {
        if depth > DEEPEST {
            let message = format!("parts of a quorum are nested more than {DEEPEST} deep");
            self.say(node.place, message, "name a team for it instead");
            return None;
        }
        let pairs = self.pairs(node, &["n", "from", "all", "any"]);
        let keys: Vec<&str> = pairs.iter().map(|(key, _)| key.text.as_str()).collect();
        match keys.as_slice() {
            ["all"] => self.parts(pairs[0].1, depth).map(Demand::All),
            ["any"] => self.parts(pairs[0].1, depth).map(Demand::Any),
            ["n", "from"] | ["from", "n"] | ["from"] => {
                let from = self.approvers(value_of(node, "from")?);
                let n = match value_of(node, "n") {
                    Some(n) => self.count("n", n),
                    None => Some(1),
                };
                Some(Demand::People { n: n?, from: from? })
            }
            _ => {
                self.say(node.place, "this is no part of a quorum", HOW);
                None
            }
        }
    }

    /// Who may approve. Whether somebody approves cannot depend on whether they have approved.
    fn approvers(&mut self, node: &Node) -> Option<Rule> {
        let rule = self.rule(node)?;
        if rule.mentions(&Rule::Approver) {
            self.say(node.place, "`approver` cannot say who approves", "");
        }
        Some(rule)
    }

    /// How many approvals: at least one, or the gate would stand open.
    fn count(&mut self, key: &str, node: &Node) -> Option<usize> {
        let number = if let Value::Number(number) = &node.value {
            number.as_u64()
        } else {
            None
        };
        let count = number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|count| (1..=MOST_PEOPLE).contains(count));
        if count.is_none() {
            let message = format!("`{key}` is a number from 1 to {MOST_PEOPLE}");
            self.say(node.place, message, "");
        }
        count
    }

    fn longer_than_nothing(&mut self, node: &Node) -> jiff::SignedDuration {
        let length = self.duration(node);
        if length.is_zero() {
            self.say(
                node.place,
                "an approval that lapses at once approves nothing",
                "write `7d`",
            );
        }
        length
    }

    /// Where some part of the file makes a quorum of parts, every other part says a whole one: `required: 1` alone would leave open of
    /// whom.
    pub(super) fn whole_quorums(&mut self, layers: &[(&Node, &Overrides)]) {
        let parted = |(_, said): &&(&Node, &Overrides)| said.approvals.parts.is_some();
        if !layers.iter().any(|layer| parted(&layer)) {
            return;
        }
        for (node, said) in layers {
            let approvals = &said.approvals;
            let half = approvals.required.is_some() != approvals.from.is_some();
            if half && approvals.parts.is_none() {
                let place = value_of(node, "approvals").map_or(node.place, |node| node.place);
                let message = "half a quorum: this file also has one made of parts";
                self.say(place, message, "say both `required` and `from`");
            }
        }
    }
}
