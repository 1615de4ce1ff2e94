//! The command line: what was asked for, how it ends, and the one clock.

mod args;
mod files;
mod ledger;
mod logs;
mod order;
mod policy;
mod reload;
mod report;
mod sandbox;
mod serve;

pub use args::Arguments;
pub use report::Hinted;

use crate::{
    clock::Clock,
    config::{Config, ConfigError},
};
use anyhow::Context;
use args::{Command, PolicyCommand, TemplateCommand};
use clap::Parser;
use jiff::Timestamp;
use std::{
    ffi::OsString,
    io::{ErrorKind, Read, Write},
    path::Path,
};

/// The least permissions and the events of the GitHub App.
pub const APP_MANIFEST: &str = include_str!("../../app-manifest.yml");

/// Where a command reads and writes.
pub struct Terminal<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: results.
    pub out: &'a mut dyn Write,
    /// Standard error: everything else.
    pub err: &'a mut dyn Write,
}

/// Runs a command line, the program's name first. The answer is the exit code: 0 for success, 1 for a failure or mistakes found,
/// 2 for a mistake in the configuration or on the command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>, terminal: &mut Terminal<'_>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return report::usage(&error, terminal),
    };
    match carry_out(arguments, terminal) {
        Ok(code) => code,
        Err(error) if error.is::<report::Unread>() => 0,
        Err(error) => report::failure(&error, terminal),
    }
}

/// The clock on the wall, from which every other time comes.
#[must_use]
pub fn wall_clock() -> Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one clock; everything else is handed it"
    )]
    Clock::new(Timestamp::now)
}

fn carry_out(arguments: Arguments, terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let config = arguments.config.as_deref();
    match arguments.command {
        None => start(config, terminal),
        Some(Command::Serve) => serve_only(config).map(|()| 0),
        Some(Command::Sandbox { port }) => {
            sandbox::sandbox(port, wall_clock(), terminal).map(|()| 0)
        }
        Some(Command::Replay { delivery }) => {
            serve::replay(&load(config)?, &delivery, &wall_clock(), terminal)
        }
        Some(Command::New(order)) => order::order(&order, terminal).map(|()| 0),
        Some(Command::Check { files }) if files.is_empty() && config.is_some() => {
            serve::check(&load(config)?, terminal)
        }
        Some(Command::Check { files }) => files::check(&files, terminal),
        Some(Command::Items { file, json }) => files::items(&file, json, terminal).map(|()| 0),
        Some(Command::Template(TemplateCommand::Import { file })) => {
            files::import(&file, terminal).map(|()| 0)
        }
        Some(Command::Template(TemplateCommand::Show { name })) => {
            files::show(&name, terminal).map(|()| 0)
        }
        Some(Command::Policy(PolicyCommand::Schema)) => files::policy_schema(terminal).map(|()| 0),
        Some(Command::Policy(PolicyCommand::Simulate {
            state,
            login,
            policy,
            command,
        })) => policy::simulate(
            (policy.as_deref(), &state),
            &login,
            &command.join(" "),
            terminal,
        ),
        Some(Command::Ledger(command)) => ledger::ledger(&command, || Ok(load(config)?), terminal),
        Some(Command::Manifest) => print(terminal, APP_MANIFEST).map(|()| 0),
    }
}

fn load(path: Option<&Path>) -> Result<Config, ConfigError> {
    Config::load(path)
}

/// Without a command: the server when a GitHub App is set up, else the sandbox.
fn start(path: Option<&Path>, terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let config = load(path)?;
    if config.github.is_some() {
        return serve::serve(path, &config, wall_clock()).map(|()| 0);
    }
    let told = "no GitHub App is configured (`github.app_id`), so this is the sandbox; `rollcall --help` shows the rest\n";
    terminal
        .err
        .write_all(told.as_bytes())
        .context("cannot write")?;
    sandbox::sandbox(args::SANDBOX_PORT, wall_clock(), terminal).map(|()| 0)
}

fn serve_only(path: Option<&Path>) -> anyhow::Result<()> {
    let config = load(path)?;
    if config.github.is_some() {
        return serve::serve(path, &config, wall_clock());
    }
    Err(ConfigError {
        place: "configuration".to_owned(),
        message: "no GitHub App is configured: `github.app_id` is missing".to_owned(),
        hint: Some("`rollcall sandbox` needs none; the README says how to make one".to_owned()),
        more: Vec::new(),
    }
    .into())
}

fn print(terminal: &mut Terminal<'_>, text: &str) -> anyhow::Result<()> {
    let written = terminal.out.write_all(text.as_bytes());
    let written = written.and_then(|()| terminal.out.flush());
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => report::Unread.into(),
        _ => anyhow::Error::new(error).context("cannot write to standard output"),
    })
}
