//! Reading a state.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::state::{Progress, Rights, State, Vote, Words};
use crate::domain::{
    person::Permission,
    phase::Phase,
    policy::{read::Reader, read_values::value_of},
    problem::Problem,
    rollout::End,
    yaml::{self, Node, Value},
};

const KEYS: [&str; 16] = [
    "template",
    "environment",
    "repository",
    "opener",
    "authors",
    "phase",
    "done",
    "open",
    "waived",
    "approved",
    "rejected",
    "window",
    "now",
    "hold",
    "stage",
    "people",
];
const STAGES: [(&str, Progress); 5] = [
    ("preparing", Progress::Preparing),
    ("deploying", Progress::Deploying),
    ("completed", Progress::Finished(End::Completed)),
    ("rolled-back", Progress::Finished(End::RolledBack)),
    ("cancelled", Progress::Finished(End::Cancelled)),
];
const PHASES: [(&str, Phase); 5] = [
    ("planning", Phase::Planning),
    ("testing", Phase::Testing),
    ("pre-deployment", Phase::PreDeployment),
    ("deployment", Phase::Deployment),
    ("post-deployment", Phase::PostDeployment),
];
const PERMISSIONS: [(&str, Option<Permission>); 7] = [
    ("none", Some(Permission::None)),
    ("read", Some(Permission::Read)),
    ("triage", Some(Permission::Triage)),
    ("write", Some(Permission::Write)),
    ("maintain", Some(Permission::Maintain)),
    ("admin", Some(Permission::Admin)),
    ("unknown", None),
];

pub(super) fn state_file(text: &str, file: &str) -> Result<State, Vec<Problem>> {
    let said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let root = if text.lines().any(said) {
        yaml::parse(text, file, 1).map_err(|problem| vec![problem])?
    } else {
        Node {
            place: (1, 1),
            value: Value::Null,
        }
    };
    let mut reader = Reader::of(file);
    let mut state = State {
        file: file.to_owned(),
        place: (1, 1),
        ..State::default()
    };
    read_state(&mut reader, &root, &mut state);
    if reader.problems.is_empty() {
        Ok(state)
    } else {
        reader.problems.sort();
        Err(reader.problems)
    }
}

/// Lays what is said over a state. People are added; everything else is replaced.
pub(super) fn read_state(reader: &mut Reader<'_>, node: &Node, state: &mut State) {
    if value_of(node, "approved").is_some() || value_of(node, "rejected").is_some() {
        state.votes.clear();
    }
    for (key, node) in reader.pairs(node, &KEYS) {
        match key.text.as_str() {
            "template" => state.template = Some(words(reader, node)),
            "environment" => state.environment = Some(reader.text(node).to_lowercase()),
            "repository" => state.repository = repository(reader, node),
            "opener" => state.opener = Some(login(&reader.text(node))),
            "authors" => state.authors = logins(reader, node),
            "phase" => state.phase = reader.one_of(node, &PHASES),
            "done" => state.done = list(reader, node),
            "open" => state.open = list(reader, node),
            "waived" => state.waived = list(reader, node),
            "approved" => votes(reader, node, true, state),
            "rejected" => votes(reader, node, false, state),
            "window" => state.window = Some(words(reader, node)),
            "now" => state.now = Some(words(reader, node)),
            "hold" => state.hold = Some(reader.text(node)),
            "stage" => state.stage = reader.one_of(node, &STAGES),
            _ => people(reader, node, state),
        }
    }
}

pub(super) fn people(reader: &mut Reader<'_>, node: &Node, state: &mut State) {
    for (name, node) in reader.named(node) {
        if let Some(rights) = rights(reader, node) {
            state.people.insert(login(&name.text), rights);
        }
    }
}

/// A permission, or a mapping with `permission`, `role` and `teams`.
fn rights(reader: &mut Reader<'_>, node: &Node) -> Option<Rights> {
    let mut role = None;
    let mut teams = BTreeSet::new();
    let mut permission = Some(Some(Permission::None));
    if let Value::Map(_) = node.value {
        for (key, node) in reader.pairs(node, &["permission", "role", "teams"]) {
            match key.text.as_str() {
                "permission" => permission = reader.one_of(node, &PERMISSIONS),
                "role" => role = Some(reader.text(node)),
                _ => {
                    let named = list(reader, node).into_iter();
                    teams = named.map(|team| team.text).collect();
                }
            }
        }
    } else {
        permission = reader.one_of(node, &PERMISSIONS);
    }
    Some(match permission? {
        Some(permission) => Rights::Known {
            permission,
            role,
            teams,
        },
        None => Rights::Unknown,
    })
}

fn votes(reader: &mut Reader<'_>, node: &Node, approves: bool, state: &mut State) {
    for node in reader.list(node) {
        let (by, ago) = if let Value::Map(_) = node.value {
            reader.pairs(node, &["by", "ago"]);
            let by = value_of(node, "by").map(|by| reader.text(by));
            let ago = value_of(node, "ago").map(|ago| reader.duration(ago));
            (by, ago.unwrap_or(SignedDuration::ZERO))
        } else {
            (Some(reader.text(node)), SignedDuration::ZERO)
        };
        match by {
            Some(by) => state.votes.push(Vote {
                by: login(&by),
                approves,
                ago,
            }),
            None => reader.say(
                node.place,
                "whose word is not said",
                "write `{by: ana, ago: 2d}`",
            ),
        }
    }
}

fn repository(reader: &mut Reader<'_>, node: &Node) -> Option<(String, String)> {
    let text = reader.text(node);
    let parts = text
        .split_once('/')
        .filter(|(owner, name)| !owner.is_empty() && !name.is_empty() && !name.contains('/'));
    if parts.is_none() {
        reader.say(
            node.place,
            format!("`{text}` is not a repository"),
            "write `owner/name`",
        );
    }
    parts.map(|(owner, name)| (owner.to_owned(), name.to_owned()))
}

fn logins(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    list(reader, node)
        .iter()
        .map(|words| login(&words.text))
        .collect()
}

fn login(text: &str) -> String {
    text.trim().trim_start_matches('@').to_owned()
}

fn list(reader: &mut Reader<'_>, node: &Node) -> Vec<Words> {
    let nodes = reader.list(node);
    nodes.iter().map(|node| words(reader, node)).collect()
}

/// Words; a number is taken as it is written, for `3.2` is the number of an item.
pub(super) fn words(reader: &mut Reader<'_>, node: &Node) -> Words {
    let text = match &node.value {
        Value::Number(number) => number.to_string(),
        _ => reader.text(node),
    };
    Words {
        place: node.place,
        text,
    }
}
