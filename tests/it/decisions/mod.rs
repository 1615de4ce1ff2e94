//! The core, told as stories: given, when, then. No fakes, no clock: time is an argument.

mod approvals;
mod commands;
mod creating;
mod lifecycle;
mod policies;
mod scene;
mod stories;
mod ticks;
