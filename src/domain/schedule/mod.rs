//! When to deploy: reading a window, what stands against it, and when it would fit.

mod clock;
mod day;
pub mod duration;
pub mod objection;
mod until;
pub mod when;
mod zone;

pub use duration::parse_duration;
pub use objection::{Objection, closed_times, next_slots, objections};
pub use when::{ScheduleProblem, parse_window};

#[cfg(test)]
mod tests;
