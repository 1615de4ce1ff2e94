//! How announcements reach people, and what becomes of them when the way is blocked.

pub(crate) mod bot_api;
mod channels;
mod mail;
pub(crate) mod mail_server;
pub mod sample;
mod telegram;
