//! The same server in a world that is all in one process: a stand-in for GitHub, one for Telegram, a mailbox, and a page to try it on.

pub mod clock;
pub mod github;
pub mod hooks;
pub mod mailbox;
pub mod pulse;
pub mod telegram;
