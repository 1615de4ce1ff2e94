//! The log of a running server: to standard error, for people or for machines.

use super::Hinted;
use crate::config::{Log, LogFormat};
use std::io::{self, IsTerminal};
use tracing_subscriber::{EnvFilter, fmt};

/// Begins to log.
///
/// # Errors
/// A filter that cannot be read.
pub(super) fn begin(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.level).map_err(|error| {
        let message = format!("`log.level` cannot be read: `{}`: {error}", log.level);
        Hinted::error(
            message,
            "write a level such as `info`, or `info,rollcall=debug`",
        )
    })?;
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    let begun = match log.format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!("the log cannot be begun: {error}"))
}
