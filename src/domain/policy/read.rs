//! Reading `.github/rollcall.yml`: every mistake in it at its place, all at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::{
    Freeze, Overrides, Policy, Rule,
    freeze_read::{MOST_CALENDARS, read_freezes, read_windows},
    read_values::{as_text, value_of},
};
use crate::domain::{
    command::CommandName,
    policy::ItemPolicy,
    problem::Problem,
    yaml::{self, Node, Value},
};

/// The keys of the file that nothing below it has.
const FILE_ONLY: [&str; 3] = ["template", "environments", "templates"];
/// The keys of the file that its environments and templates have as well.
pub(super) const LAYER_KEYS: [&str; 14] = [
    "zone",
    "audiences",
    "notice",
    "ticks",
    "deployers",
    "waivers",
    "commands",
    "items",
    "extra_items",
    "approvals",
    "freezes",
    "windows",
    "gates",
    "break_glass",
];
const ITEM_KEYS: [&str; 3] = ["who", "required", "waive"];

/// The longest file that is read, in bytes.
const LARGEST: usize = 100_000;

/// The most names and rules of one rule: it is judged for each item, and for everybody who votes.
const LARGEST_RULE: usize = 200;
/// The most teams of a file: GitHub is asked about each of them for whoever says something.
const MOST_TEAMS: usize = 50;

/// Commands whose rule stands elsewhere in the file, and where.
pub(super) fn elsewhere(name: CommandName) -> Option<&'static str> {
    match name {
        CommandName::ApproveDeploy | CommandName::Reject | CommandName::Withdraw => {
            Some("approvals: {from: …}")
        }
        CommandName::Skip => Some("waivers: …"),
        CommandName::Done | CommandName::Undo | CommandName::Evidence => {
            Some("ticks: …` for all items, or `items: {ITEM: {who: …}}")
        }
        CommandName::Expedite => Some("break_glass: {who: …}"),
        CommandName::ConfirmExpedite => Some("break_glass: {who: …, confirm: …}"),
        _ => None,
    }
}

/// The keys of the file itself.
pub(super) fn file_keys() -> Vec<&'static str> {
    [&FILE_ONLY[..], &LAYER_KEYS].concat()
}

/// Reads a policy. An empty file is the default policy.
///
/// # Errors
/// Every mistake in the file, at least one.
pub fn parse(text: &str, file: &str) -> Result<Policy, Vec<Problem>> {
    read(Reader::of(file), text)
}

/// Reads a policy that was taken in before. It was judged then: a bound on sizes that came since does not put the default in its place.
///
/// # Errors
/// Every mistake in it, at least one.
pub fn parse_stored(text: &str) -> Result<Policy, Vec<Problem>> {
    let reader = Reader {
        is_stored: true,
        ..Reader::of("rollcall.yml")
    };
    read(reader, text)
}

fn read(mut reader: Reader<'_>, text: &str) -> Result<Policy, Vec<Problem>> {
    let policy = reader.policy(text);
    if reader.problems.is_empty() {
        return Ok(policy);
    }
    reader.problems.sort();
    // The zone is looked at twice: for the policy, and for the freezes written in it.
    reader.problems.dedup();
    Err(reader.problems)
}

/// What is wrong with a policy file; nothing when it can be used.
#[must_use]
pub fn lint_policy(text: &str, file: &str) -> Vec<Problem> {
    parse(text, file).err().unwrap_or_default()
}

/// Collects mistakes while it reads.
pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) problems: Vec<Problem>,
    /// Whether it was taken in before: then nothing in it is too large.
    is_stored: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn of(file: &'a str) -> Self {
        Self {
            file,
            problems: Vec::new(),
            is_stored: false,
        }
    }
}

impl Reader<'_> {
    /// Whether this is more than a file may hold.
    pub(super) fn is_over(&self, size: usize, most: usize) -> bool {
        size > most && !self.is_stored
    }

    fn policy(&mut self, text: &str) -> Policy {
        let mut policy = Policy::default();
        let said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        if self.is_over(text.len(), LARGEST) {
            self.say((1, 1), "the file is larger than 100 kB", "");
        } else if text.lines().any(said) {
            match yaml::parse(text, self.file, 1) {
                Ok(root) => self.file(&root, &mut policy),
                Err(problem) => self.problems.push(problem),
            }
        }
        policy
    }

    fn file(&mut self, root: &Node, policy: &mut Policy) {
        // Freezes are read in the zone of the file, wherever it stands.
        for (key, node) in self.pairs(root, &file_keys()) {
            match key.text.as_str() {
                "template" => policy.template = self.name(node),
                "zone" => policy.zone = self.zone(node),
                _ => {}
            }
        }
        let said = self.overrides(root, &policy.zone);
        let mut layers = vec![(root, said.clone())];
        policy.apply(said);
        for (name, node, said) in self.layers(root, "environments", &policy.zone, &LAYER_KEYS) {
            layers.push((node, said.clone()));
            policy.environments.insert(name.to_lowercase(), said);
        }
        let keys = [&LAYER_KEYS[..], &["environments"]].concat();
        for (name, node, mut said) in self.layers(root, "templates", &policy.zone, &keys) {
            layers.push((node, said.clone()));
            let zone = said.zone.clone().unwrap_or_else(|| policy.zone.clone());
            for (name, node, said_there) in self.layers(node, "environments", &zone, &LAYER_KEYS) {
                layers.push((node, said_there.clone()));
                said.environments.insert(name.to_lowercase(), said_there);
            }
            policy.templates.insert(name, said);
        }
        let layers: Vec<_> = layers.iter().map(|(node, said)| (*node, said)).collect();
        self.whole_quorums(&layers);
        self.few_names(&layers);
    }

    /// What GitHub has to be asked for on account of the whole file; a mistake is shown at the layer that asks for too much.
    fn few_names(&mut self, layers: &[(&Node, &Overrides)]) {
        let (mut teams, mut calendars) = (BTreeSet::new(), BTreeSet::new());
        for (node, said) in layers {
            let before = (teams.len(), calendars.len());
            teams.extend(said.rules().iter().flat_map(|rule| rule.teams("")));
            calendars.extend(said.freezes.iter().flatten().filter_map(Freeze::path));
            if before.0 <= MOST_TEAMS && self.is_over(teams.len(), MOST_TEAMS) {
                let message = format!("more than {MOST_TEAMS} teams in the file");
                self.say(
                    node.place,
                    message,
                    "name a team that holds several of them",
                );
            }
            if before.1 <= MOST_CALENDARS && self.is_over(calendars.len(), MOST_CALENDARS) {
                let message = format!("more than {MOST_CALENDARS} calendar files");
                self.say(node.place, message, "put several calendars into one file");
            }
        }
    }

    /// What is said under each name beneath this key.
    fn layers<'n>(
        &mut self,
        node: &'n Node,
        key: &str,
        zone: &str,
        known: &[&str],
    ) -> Vec<(String, &'n Node, Overrides)> {
        let named = value_of(node, key).map(|node| self.named(node));
        let mut layers = Vec::new();
        for (name, node) in named.unwrap_or_default() {
            let own = value_of(node, "zone").and_then(as_text).unwrap_or(zone);
            self.pairs(node, known);
            layers.push((name.text.clone(), node, self.overrides(node, own)));
        }
        layers
    }

    /// What is said at the top of the file or in one layer. Unknown keys were told by whoever looked first.
    fn overrides(&mut self, node: &Node, zone: &str) -> Overrides {
        let mut said = Overrides::default();
        let Value::Map(pairs) = &node.value else {
            return said;
        };
        for (key, node) in pairs {
            match key.text.as_str() {
                "zone" => said.zone = Some(self.zone(node)),
                "audiences" => said.audiences = Some(self.names(node)),
                "notice" => said.notice = Some(self.duration(node)),
                "ticks" => said.ticks = self.rule(node),
                "deployers" => said.deployers = self.rule(node),
                "waivers" => said.waivers = self.rule(node),
                "commands" => said.commands = self.commands(node),
                "items" => said.items = self.items(node),
                "extra_items" => {
                    said.extra_items_required =
                        self.one_of(node, &[("optional", false), ("required", true)]);
                }
                "approvals" => said.approvals = self.approvals(node),
                "freezes" => said.freezes = Some(read_freezes(self, node, zone)),
                "gates" => said.gates = self.gates(node),
                "break_glass" => said.break_glass = self.break_glass(node),
                "windows" => said.windows = Some(read_windows(self, node, zone)),
                _ => {}
            }
        }
        said
    }

    fn commands(&mut self, node: &Node) -> BTreeMap<CommandName, Rule> {
        let mut commands = BTreeMap::new();
        for (key, node) in self.named(node) {
            let word = key.text.trim_start_matches('/');
            let Some(name) = CommandName::from_word(word) else {
                self.unknown(
                    "command",
                    word,
                    key.place,
                    &CommandName::ALL.map(CommandName::word),
                );
                continue;
            };
            if let Some(place) = elsewhere(name) {
                let message = format!("who may use `/{name}` is not said here");
                self.say(key.place, message, format!("write `{place}`"));
            } else if let Some(rule) = self.rule(node) {
                commands.insert(name, rule);
            }
        }
        commands
    }

    fn items(&mut self, node: &Node) -> BTreeMap<String, ItemPolicy> {
        let mut items = BTreeMap::new();
        for (key, node) in self.named(node) {
            let mut item = ItemPolicy::default();
            for (key, node) in self.pairs(node, &ITEM_KEYS) {
                match key.text.as_str() {
                    "who" => item.who = self.rule(node),
                    "waive" => item.waive = self.rule(node),
                    _ => item.required = self.bool(node),
                }
            }
            items.insert(key.text.clone(), item);
        }
        items
    }

    pub(super) fn rule(&mut self, node: &Node) -> Option<Rule> {
        let file = self.file;
        let mistakes = match Rule::read(node) {
            Ok(rule) if self.is_over(rule.size(), LARGEST_RULE) => {
                let message = format!("a rule of more than {LARGEST_RULE} names and rules");
                self.say(node.place, message, "name a team for several of them");
                return None;
            }
            Ok(rule) => return Some(rule),
            Err(mistakes) => mistakes,
        };
        self.problems
            .extend(mistakes.into_iter().map(|problem| Problem {
                file: file.into(),
                ..problem
            }));
        None
    }

    pub(super) fn zone(&mut self, node: &Node) -> String {
        let name = self.text(node);
        if let Ok(zone) = TimeZone::get(&name) {
            return zone.iana_name().unwrap_or("UTC").to_owned();
        }
        let message = format!("`{name}` is not a time zone");
        self.say(
            node.place,
            message,
            "write an IANA name such as `Europe/Berlin`",
        );
        "UTC".into()
    }
}
