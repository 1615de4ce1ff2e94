//! The core, told as stories: given, when, then. No fakes, no clock: time is an argument.

mod approvals;
mod asked;
mod break_glass;
mod broken;
mod clock;
mod commands;
mod creating;
mod exhaustive;
mod history;
mod holds;
mod late;
mod lifecycle;
mod matrix;
mod model;
mod notice;
mod parked;
mod permuted;
mod phases;
mod policies;
mod policy_layers;
mod random;
mod scene;
mod stories;
mod ticks;
mod voids;
mod waits;
