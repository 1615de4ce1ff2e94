//! Example cases kept beside a policy: given this state, this person and this command, what is expected.

use super::{
    World,
    read::{people, read_state},
    rehearse,
    state::State,
};
use crate::domain::{
    policy::{read::Reader, read_values::value_of},
    problem::Problem,
    yaml::{self, Node},
};

const FILE_KEYS: [&str; 3] = ["people", "state", "cases"];
const CASE_KEYS: [&str; 5] = ["name", "as", "say", "with", "expect"];
const HOW: &str = "write `{name: …, as: ana, say: /start-deploy, expect: allowed}`";

/// What became of the cases of a file.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// How many went as expected.
    pub passed: usize,
    /// Those that did not, in the order of the file.
    pub failed: Vec<Failure>,
    /// Mistakes in the file itself.
    pub problems: Vec<Problem>,
}

/// A case that did not go as expected.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where, and what was expected and found.
    pub problem: Problem,
    /// The rules and gates behind it, as a nested list.
    pub tree: String,
    /// What Rollcall would answer.
    pub reply: String,
}

struct Case {
    place: (usize, usize),
    name: String,
    login: String,
    command: String,
    expect: String,
    state: State,
}

/// Runs the cases of a file against a policy.
#[must_use]
pub fn check_cases(world: &World, text: &str, file: &str) -> Report {
    let mut report = Report::default();
    let mut reader = Reader::of(file);
    let cases = match yaml::parse(text, file, 1) {
        Ok(root) => read_cases(&mut reader, &root),
        Err(problem) => {
            report.problems.push(problem);
            return report;
        }
    };
    report.problems = reader.problems;
    for case in cases {
        run(world, file, &case, &mut report);
    }
    report.problems.sort();
    report.problems.dedup();
    report
}

fn run(world: &World, file: &str, case: &Case, report: &mut Report) {
    let outcome = match rehearse(world, &case.state, &case.login, &case.command) {
        Ok(outcome) => outcome,
        Err(problems) => return report.problems.extend(problems),
    };
    if outcome.code() == case.expect {
        report.passed += 1;
        return;
    }
    let message = format!(
        "case `{}`: `{}` by `{}` was to be `{}` and is `{}`",
        case.name,
        case.command,
        case.login,
        case.expect,
        outcome.code()
    );
    report.failed.push(Failure {
        problem: Problem::at(file, case.place, message, ""),
        tree: outcome.tree(),
        reply: outcome.reply,
    });
}

fn read_cases(reader: &mut Reader<'_>, root: &Node) -> Vec<Case> {
    let mut shared = State {
        file: reader.file.to_owned(),
        ..State::default()
    };
    reader.pairs(root, &FILE_KEYS);
    if let Some(node) = value_of(root, "people") {
        people(reader, node, &mut shared);
    }
    if let Some(node) = value_of(root, "state") {
        read_state(reader, node, &mut shared);
    }
    let Some(cases) = value_of(root, "cases") else {
        reader.say((1, 1), "the file has no `cases`", HOW);
        return Vec::new();
    };
    let nodes = reader.list(cases);
    nodes
        .iter()
        .filter_map(|node| read_case(reader, node, &shared))
        .collect()
}

fn read_case(reader: &mut Reader<'_>, node: &Node, shared: &State) -> Option<Case> {
    let before = reader.problems.len();
    reader.pairs(node, &CASE_KEYS);
    let mut text = |key: &str| {
        if let Some(node) = value_of(node, key) {
            return reader.text(node);
        }
        reader.say(node.place, format!("the case does not say `{key}`"), HOW);
        String::new()
    };
    let (login, command, expect) = (text("as"), text("say"), text("expect"));
    let name = value_of(node, "name").map(|node| reader.text(node));
    let mut state = State {
        place: node.place,
        ..shared.clone()
    };
    if let Some(with) = value_of(node, "with") {
        read_state(reader, with, &mut state);
    }
    (reader.problems.len() == before).then(|| Case {
        place: node.place,
        name: name.unwrap_or_else(|| command.clone()),
        login: login.trim_start_matches('@').to_owned(),
        command,
        expect,
        state,
    })
}
