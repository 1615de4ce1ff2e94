//! The core, told as stories: given, when, then. No fakes, no clock: time is an argument.

mod approvals;
mod break_glass;
mod clock;
mod commands;
mod creating;
mod history;
mod holds;
mod lifecycle;
mod policies;
mod scene;
mod stories;
mod ticks;
mod voids;
mod waits;
