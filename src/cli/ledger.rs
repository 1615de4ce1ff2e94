//! `rollcall ledger`: the record of a rollout, taken out and checked.

use super::{
    Hinted, Terminal,
    args::LedgerCommand,
    files::read_file,
    print,
    serve::{begin_async, open_existing},
};
use crate::{config::Config, domain::ledger_export};
use anyhow::Context;
use std::path::Path;

/// Runs a command on the record.
pub(super) fn ledger(
    command: &LedgerCommand,
    config: impl FnOnce() -> anyhow::Result<Config>,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<u8> {
    match command {
        LedgerCommand::Export { rollout } => export(&config()?, rollout, terminal),
        LedgerCommand::Verify { file, after } => verify(file, after.as_deref(), terminal),
    }
}

/// Prints the record of a rollout as JSON Lines.
fn export(config: &Config, rollout: &str, terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let rows = begin_async()?.block_on(async {
        let store = open_existing(config).await?;
        let rows = store.load_ledger(rollout).await;
        store.close().await;
        rows.context("the record cannot be read")
    })?;
    if rows.is_empty() {
        return Err(Hinted::error(
            format!("there is no rollout `{rollout}`"),
            "the id begins with `ro-`; it stands in the status comment on the issue, below \"Who did what, and when\"",
        ));
    }
    for row in &rows {
        let line = ledger_export::line(&row.entry, &row.hash);
        print(terminal, &format!("{line}\n"))?;
    }
    Ok(0)
}

/// An export holds an entry at least: that it is empty means that it was not made.
fn read_export(file: &Path) -> anyhow::Result<String> {
    let text = read_file(file)?;
    if text.trim().is_empty() {
        return Err(Hinted::error(
            format!("`{}` is empty: there is no record to check", file.display()),
            "`rollcall ledger export --rollout ID > FILE` writes one; look whether it failed",
        ));
    }
    Ok(text)
}

/// Checks an exported record. The answer is 1 when it does not hold together, or departs from the earlier export.
fn verify(file: &Path, after: Option<&Path>, terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let text = read_export(file)?;
    let said = match ledger_export::verify(&text) {
        Err(broken) => Err((broken.line, broken.why)),
        Ok(sound) => match after {
            None => Ok(sound),
            Some(earlier) => match ledger_export::departs(&read_export(earlier)?, &text) {
                None => Ok(sound),
                Some(line) => Err((line, "it is not what the earlier export says")),
            },
        },
    };
    match said {
        Ok(sound) => {
            let seal = if sound.seal.is_empty() {
                "none"
            } else {
                &sound.seal
            };
            print(
                terminal,
                &format!(
                    "{} entries hold together; the last seal is {seal}\n",
                    sound.entries
                ),
            )?;
            Ok(0)
        }
        Err((line, why)) => {
            print(terminal, &format!("{}:{line}: {why}\n", file.display()))?;
            Ok(1)
        }
    }
}
