//! Commands that read files and need neither network nor database.

use super::{Hinted, Terminal, policy, print};
use crate::domain::{
    checklist::{self, items_table},
    policy::{
        json_schema,
        rehearsal::{Failure, Report},
    },
    problem::{Problem, did_you_mean},
    template::{self, builtin, lint_template},
};
use anyhow::Context;
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Prints every mistake, `file:line:column: …` and `hint: …`, and every case that did not go as expected; the exit code says whether
/// there were any.
pub(super) fn check(files: &[PathBuf], terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let named = if files.is_empty() {
        policy::own_files()?
    } else {
        files.to_vec()
    };
    let mut found = Findings::default();
    for path in with_cases(named) {
        found.files += 1;
        let read = match policy::policy_of(&path) {
            Some(policy) => policy::cases(&path, &policy).map(|report| found.add(report)),
            None => problems(&path).map(|problems| found.problems.extend(problems)),
        };
        let is_policy = policy::policy_of(&path).is_none() && is_yaml(&path);
        if is_policy && read.is_ok() {
            found.doubts.extend(policy::doubts(&path)?);
        }
        // A file that cannot be read hides nothing of the others.
        if let Err(error) = read {
            found.problems.push(unread(&path, &error));
        }
    }
    for problem in &found.problems {
        print(terminal, &format!("{problem}\n"))?;
    }
    for doubt in &found.doubts {
        print(terminal, &format!("{doubt}\n"))?;
    }
    for failure in &found.failed {
        let tree = failure.tree.replace('\n', "\n  ");
        print(terminal, &format!("{}\n  {tree}\n", failure.problem))?;
    }
    writeln!(terminal.err, "{}", found.summary()).context("cannot write")?;
    Ok(u8::from(
        !found.problems.is_empty() || !found.failed.is_empty(),
    ))
}

/// The files, each policy followed by the cases beside it.
fn with_cases(named: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in named {
        let cases = policy::tests_of(&path);
        let more = is_yaml(&path) && policy::policy_of(&path).is_none() && cases.is_file();
        for path in [Some(path), more.then_some(cases)].into_iter().flatten() {
            if !files.contains(&path) {
                files.push(path);
            }
        }
    }
    files
}

/// What `check` found in all files.
#[derive(Default)]
struct Findings {
    files: usize,
    problems: Vec<Problem>,
    /// What can be used and is hardly meant. The exit code does not tell of it.
    doubts: Vec<Problem>,
    passed: usize,
    failed: Vec<Failure>,
}

impl Findings {
    fn add(&mut self, report: Report) {
        self.problems.extend(report.problems);
        self.passed += report.passed;
        self.failed.extend(report.failed);
    }

    /// `2 files, no mistakes, 3 cases as expected, 1 case not`.
    fn summary(&self) -> String {
        let files = count(self.files, "file");
        let mut parts = vec![files, count(self.problems.len(), "mistake")];
        if !self.doubts.is_empty() {
            parts.push(count(self.doubts.len(), "warning"));
        }
        if self.passed > 0 {
            parts.push(format!("{} as expected", count(self.passed, "case")));
        }
        if !self.failed.is_empty() {
            let failed = count(self.failed.len(), "case");
            parts.push(format!("{failed} not as expected"));
        }
        parts.join(", ")
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn unread(path: &Path, error: &anyhow::Error) -> Problem {
    let hint = error.downcast_ref::<Hinted>().map(|error| &error.hint);
    let hint = hint.map_or_else(|| way_to(error), String::as_str);
    Problem::at(
        &path.display().to_string(),
        (1, 1),
        crate::chain(error.as_ref()),
        hint,
    )
}

/// What to do about a file that cannot be read.
fn way_to(error: &anyhow::Error) -> &'static str {
    match error.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(ErrorKind::NotFound) => "is the name right?",
        Some(ErrorKind::InvalidData) => "save it as text in UTF-8",
        _ => "may you read it?",
    }
}

fn problems(path: &Path) -> anyhow::Result<Vec<Problem>> {
    let name = path.display().to_string();
    match extension(path).as_str() {
        "md" | "markdown" => Ok(lint_template(&read_file(path)?, &name)),
        "yml" | "yaml" => Ok(policy::world(path)?.err().unwrap_or_default()),
        _ => Err(Hinted::error(
            format!("`{name}` is neither a template nor a policy file"),
            "templates end in `.md`, policy files in `.yml`",
        )),
    }
}

fn is_yaml(path: &Path) -> bool {
    ["yml", "yaml"].contains(&extension(path).as_str())
}

fn extension(path: &Path) -> String {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.unwrap_or_default().to_ascii_lowercase()
}

/// Lists the items of a file as a table, or as JSON.
pub(super) fn items(path: &Path, json: bool, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let checklist = checklist::parse(&read(path, terminal)?);
    if json {
        let text = serde_json::to_string_pretty(&checklist).context("cannot write JSON")?;
        return print(terminal, &format!("{text}\n"));
    }
    print(terminal, &items_table(&checklist))
}

/// Prints the template made of a document, and on standard error what was repaired. A document without items makes none.
pub(super) fn import(path: &Path, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let imported = template::import(&read(path, terminal)?);
    for repair in &imported.repairs {
        writeln!(terminal.err, "{repair}").context("cannot write")?;
    }
    if imported.items == 0 {
        return Err(Hinted::error(
            format!("`{}` has no items, so it makes no template", path.display()),
            "an item is a line such as `- [ ] Title: what is to be done`; phases are headings such as `## Phase 1: Planning`",
        ));
    }
    print(terminal, &imported.template)
}

/// Prints a template that comes with Rollcall.
pub(super) fn show(name: &str, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let known = builtin::TEXTS.map(|(known, _)| known);
    let Some((_, text)) = builtin::TEXTS.into_iter().find(|(known, _)| *known == name) else {
        let hint = did_you_mean(name, known).map_or_else(
            || format!("known are {}", known.join(", ")),
            |known| format!("did you mean `{known}`?"),
        );
        return Err(Hinted::error(
            format!("there is no template `{name}`"),
            hint,
        ));
    };
    print(terminal, text)
}

/// Prints the JSON Schema of the policy file.
pub(super) fn policy_schema(terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(&json_schema()).context("cannot write JSON")?;
    print(terminal, &format!("{text}\n"))
}

/// A file's text, or that of standard input for `-`.
fn read(path: &Path, terminal: &mut Terminal<'_>) -> anyhow::Result<String> {
    if path != Path::new("-") {
        return read_file(path);
    }
    let mut text = String::new();
    let read = terminal.input.read_to_string(&mut text);
    read.context("standard input is not a text")?;
    Ok(text)
}

pub(super) fn read_file(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))
}
