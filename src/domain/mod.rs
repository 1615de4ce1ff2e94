//! The functional core: values in, values out. No clock, network, file, environment or random number.

pub mod announcement_kind;
pub mod checklist;
pub mod fields;
mod markdown;
pub mod phase;
pub mod problem;
