//! Commands that try a policy out: example cases beside it, and one command in a state.

use super::{Hinted, Terminal, files::read_file, print};
use crate::domain::{
    calendar,
    policy::{
        self, Policy,
        rehearsal::{self, Report, World},
    },
    problem::Problem,
    template::{self, builtin},
};
use anyhow::Context;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Where a repository keeps its policy.
pub(super) const POLICY: &str = ".github/rollcall.yml";
/// Where it keeps its templates, beside the policy.
const TEMPLATES: &str = "rollout-templates";

/// What `rollcall check` looks at when no file is named: the policy and the templates in `.github`.
pub(super) fn own_files() -> anyhow::Result<Vec<PathBuf>> {
    let policy = Path::new(POLICY);
    let mut files = templates_beside(policy);
    let tests = tests_of(policy);
    files.extend(
        [policy.to_path_buf(), tests]
            .into_iter()
            .filter(|file| file.is_file()),
    );
    if files.is_empty() {
        return Err(Hinted::error(
            format!("there is neither `{POLICY}` nor a template here"),
            "name the files, or change to the repository's folder",
        ));
    }
    Ok(files)
}

fn templates_beside(policy: &Path) -> Vec<PathBuf> {
    let folder = policy.with_file_name(TEMPLATES);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files
}

/// `rollcall.tests.yml` beside `rollcall.yml`.
pub(super) fn tests_of(policy: &Path) -> PathBuf {
    let name = policy.file_stem().unwrap_or_default().to_string_lossy();
    let extension = policy.extension().unwrap_or_default().to_string_lossy();
    policy.with_file_name(format!("{name}.tests.{extension}"))
}

/// The policy that a file of cases belongs to; none for other files.
pub(super) fn policy_of(tests: &Path) -> Option<PathBuf> {
    let stem = tests.file_stem()?.to_str()?.strip_suffix(".tests")?;
    let extension = tests.extension()?.to_str()?;
    Some(tests.with_file_name(format!("{stem}.{extension}")))
}

/// The policy of a file, with its calendars and the templates beside it, or what is wrong with it.
pub(super) fn world(path: &Path) -> anyhow::Result<Result<World, Vec<Problem>>> {
    let name = path.display().to_string();
    let policy = match policy::parse(&read_file(path)?, &name) {
        Ok(policy) => policy,
        Err(problems) => return Ok(Err(problems)),
    };
    let mut problems = Vec::new();
    let mut calendars = BTreeMap::new();
    for wanted in policy.calendars() {
        let file = root_of(path).join(&wanted);
        let shown = file.display().to_string();
        let Ok(text) = fs::read_to_string(&file) else {
            let message = format!("`{shown}` cannot be read, and a freeze of `{name}` names it");
            let hint = "add the file, or take the freeze out";
            problems.push(Problem::at(&shown, (1, 1), message, hint));
            continue;
        };
        match calendar::parse(&text, &shown) {
            Ok(calendar) => {
                calendars.insert(wanted, calendar);
            }
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(calendar::too_many_events(&calendars));
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    Ok(Ok(World {
        policy: policy.with_calendars(&calendars),
        templates: templates(Some(path)),
    }))
}

/// What a policy says and can hardly mean, each as a warning.
pub(super) fn doubts(path: &Path) -> anyhow::Result<Vec<Problem>> {
    let found = policy::doubts(&read_file(path)?, &path.display().to_string());
    let warning = |doubt: Problem| Problem {
        message: format!("warning: {}", doubt.message),
        ..doubt
    };
    Ok(found.into_iter().map(warning).collect())
}

/// The repository's folder: the one that holds `.github`, else the policy's own.
fn root_of(policy: &Path) -> &Path {
    let folder = policy.parent().unwrap_or(Path::new(""));
    match folder.file_name() {
        Some(name) if name == ".github" => folder.parent().unwrap_or(Path::new("")),
        _ => folder,
    }
}

/// The templates that come with Rollcall, and over them those beside the policy that can be read.
fn templates(policy: Option<&Path>) -> BTreeMap<String, template::Template> {
    let own = policy.map(templates_beside).unwrap_or_default();
    let own = own.iter().filter_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        template::parse(&text, &file.display().to_string()).ok()
    });
    let names = builtin::TEXTS
        .iter()
        .filter_map(|(name, _)| builtin::find(name));
    names
        .chain(own)
        .map(|template| (template.name.clone(), template))
        .collect()
}

/// Runs the cases of a file against the policy beside it; against the default one when there is none.
pub(super) fn cases(tests: &Path, policy: &Path) -> anyhow::Result<Report> {
    let text = read_file(tests)?;
    let world = if policy.is_file() {
        world(policy)?
    } else {
        Ok(default_world())
    };
    let name = tests.display().to_string();
    Ok(match world {
        Ok(world) => rehearsal::check_cases(&world, &text, &name),
        Err(_) => Report {
            problems: vec![Problem::at(
                &name,
                (1, 1),
                format!(
                    "the cases were not run: `{}` has mistakes",
                    policy.display()
                ),
                "",
            )],
            ..Report::default()
        },
    })
}

fn default_world() -> World {
    World {
        policy: Policy::default(),
        templates: templates(None),
    }
}

/// Says what would happen if a person said a command in a state.
pub(super) fn simulate(
    (policy, state): (Option<&Path>, &Path),
    login: &str,
    command: &str,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<u8> {
    let given = policy.unwrap_or(Path::new(POLICY));
    let world = if policy.is_none() && !given.is_file() {
        writeln!(
            terminal.err,
            "there is no `{POLICY}` here, so this is the default policy"
        )
        .context("cannot write")?;
        Ok(default_world())
    } else {
        world(given)?
    };
    let name = state.display().to_string();
    let text = read_file(state)?;
    let login = login.trim_start_matches('@');
    let outcome = world.and_then(|world| {
        let state = rehearsal::parse_state(&text, &name)?;
        rehearsal::rehearse(&world, &state, login, command)
    });
    match outcome {
        Ok(outcome) => {
            let code = match &outcome.refused {
                Some(code) => format!("refused: {code}"),
                None => "allowed".to_owned(),
            };
            let text = format!("{code}\n\n{}\n\n{}\n", outcome.reply.trim(), outcome.tree());
            print(terminal, &text).map(|()| 0)
        }
        Err(problems) => {
            for problem in problems {
                print(terminal, &format!("{problem}\n"))?;
            }
            Ok(1)
        }
    }
}
