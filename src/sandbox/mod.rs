//! The same server in a world that is all in one process: a stand-in for GitHub, one for Telegram, a mailbox, and a page to try it on.

pub mod clock;
pub mod github;
pub mod hooks;
pub mod mailbox;
pub mod page;
pub mod pulse;
pub mod seed;
pub mod start;
pub mod telegram;

pub use start::{Opened, open};

/// The parts of a sandbox. Clones share them.
#[derive(Clone)]
pub struct Sandbox {
    /// GitHub.
    pub world: github::World,
    /// Telegram.
    pub telegram: telegram::Telegram,
    /// Mail.
    pub mailbox: mailbox::Mailbox,
    /// Time.
    pub clock: clock::MovableClock,
    /// Beats when any of them changes.
    pub pulse: pulse::Pulse,
}
