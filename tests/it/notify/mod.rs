//! How announcements reach people, and what becomes of them when the way is blocked.

mod bot_api;
mod channels;
mod mail;
mod mail_server;
pub mod sample;
mod telegram;
