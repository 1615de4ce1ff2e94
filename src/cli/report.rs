//! How a command ends that went wrong.

use super::Terminal;
use crate::config::ConfigError;

/// Exit code of mistakes in the configuration and on the command line.
const CONFIGURATION: u8 = 2;
/// Exit code of everything else that goes wrong.
const FAILURE: u8 = 1;

/// A failure with a way out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Hinted {
    /// What went wrong: lowercase, literals in backticks.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Whoever read the results has seen enough and went away: `rollcall … | head`. Nobody is told, for nothing went wrong.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads what is written")]
pub(super) struct Unread;

impl Hinted {
    pub(super) fn error(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
        let (message, hint) = (message.into(), hint.into());
        anyhow::Error::new(Self { message, hint })
    }
}

/// Help, the version, or a mistake on the command line.
pub(super) fn usage(error: &clap::Error, terminal: &mut Terminal<'_>) -> u8 {
    let text = error.render().to_string();
    if error.use_stderr() {
        written(&terminal.err.write_all(text.as_bytes()), CONFIGURATION)
    } else {
        written(&terminal.out.write_all(text.as_bytes()), 0)
    }
}

/// `error: …` with its causes, and `hint: …` when there is one; of a configuration, every mistake.
pub(super) fn failure(error: &anyhow::Error, terminal: &mut Terminal<'_>) -> u8 {
    let (text, code) = if let Some(first) = error.downcast_ref::<ConfigError>() {
        let mistakes = std::iter::once(first).chain(&first.more);
        let told = mistakes.map(|it| told(&it.to_string(), it.hint.as_deref()));
        (told.collect(), CONFIGURATION)
    } else {
        let hint = error.downcast_ref::<Hinted>().map(|it| it.hint.as_str());
        (told(&crate::chain(error.as_ref()), hint), FAILURE)
    };
    written(&terminal.err.write_all(text.as_bytes()), code)
}

fn told(error: &str, hint: Option<&str>) -> String {
    let hint = hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
    format!("error: {error}\n{hint}")
}

/// Nobody can be told that nobody can be told anything, except by the exit code.
fn written(result: &std::io::Result<()>, code: u8) -> u8 {
    if result.is_ok() {
        code
    } else {
        code.max(FAILURE)
    }
}
