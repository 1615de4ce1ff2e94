//! When to deploy: reading a window, what stands against it, and when it would fit.

mod clock;
mod day;
pub mod duration;
pub mod objection;
mod slots;
mod times;
mod until;
pub mod when;
mod zone;

pub use duration::parse_duration;
pub use objection::{Objection, closed_times, objections};
pub use slots::next_slots;
pub use when::{ScheduleProblem, parse_window};

#[cfg(test)]
mod tests;
