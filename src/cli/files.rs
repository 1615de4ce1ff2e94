//! Commands that read files and need neither network nor database.

use super::{Hinted, Terminal, print};
use crate::domain::{
    checklist::{self, items_table},
    policy::{self, read::lint_policy},
    problem::{Problem, did_you_mean},
    template::{self, builtin, lint_template},
};
use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Prints every mistake, `file:line:column: …` and `hint: …`; the exit code says whether there were any.
pub(super) fn check(files: &[PathBuf], terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let mut mistakes = 0;
    for path in files {
        for problem in problems(path)? {
            print(terminal, &format!("{problem}\n"))?;
            mistakes += 1;
        }
    }
    let files = count(files.len(), "file");
    writeln!(terminal.err, "{files}, {}", count(mistakes, "mistake")).context("cannot write")?;
    Ok(u8::from(mistakes > 0))
}

fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn problems(path: &Path) -> anyhow::Result<Vec<Problem>> {
    let name = path.display().to_string();
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "md" | "markdown" => Ok(lint_template(&read_file(path)?, &name)),
        "yml" | "yaml" => Ok(lint_policy(&read_file(path)?, &name)),
        _ => Err(Hinted::error(
            format!("`{name}` is neither a template nor a policy file"),
            "templates end in `.md`, policy files in `.yml`",
        )),
    }
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

/// Prints the template made of a document, and on standard error what was repaired.
pub(super) fn import(path: &Path, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let imported = template::import(&read(path, terminal)?);
    for repair in &imported.repairs {
        writeln!(terminal.err, "{repair}").context("cannot write")?;
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
    let text = serde_json::to_string_pretty(&policy::json_schema()).context("cannot write JSON")?;
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

fn read_file(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))
}
