//! Rollcall runs a software-update rollout as a checklist on a GitHub issue.
//!
//! The line that data takes, and the order to read the modules in:
//!
//! ```text
//! GitHub ─► receive ─► [inbox] ─► handle: parse, read facts ─► decide ─► [rollout + ledger + outbox] ─► deliver ─► GitHub, email, Telegram
//!           verify     a row      shell                        PURE      one transaction                mark done / retry / dead
//! ```

pub mod cli;
pub mod clock;
pub mod config;
pub mod current;
pub mod deliver;
pub mod domain;
pub mod github;
pub mod handle;
pub mod notify;
pub mod reconcile;
pub mod run;
pub mod sandbox;
pub mod server;
pub mod store;
pub mod webhook;

/// An error with its causes, in one line. What a cause repeats that was just said is left out.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .fold(String::new(), |told, cause| {
            if told.is_empty() {
                cause
            } else if told.ends_with(&cause) {
                told
            } else {
                format!("{told}: {cause}")
            }
        })
}
