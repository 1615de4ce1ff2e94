//! Rollcall runs a software-update rollout as a checklist on a GitHub issue.
//!
//! The line that data takes, and the order to read the modules in:
//!
//! ```text
//! GitHub ─► receive ─► [inbox] ─► handle: parse, read facts ─► decide ─► [rollout + ledger + outbox] ─► deliver ─► GitHub, email, Telegram
//!           verify     a row      shell                        PURE      one transaction                mark done / retry / dead
//! ```

pub mod domain;

pub mod webhook;

pub mod store;

pub mod clock;
pub mod config;
pub mod github;
pub mod notify;
pub mod sandbox;
