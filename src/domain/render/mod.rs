//! Text for people: the one place where it is made.

pub mod announcement;
pub mod labels;
pub mod marker;
pub mod refusal;
pub mod reply;
pub mod report;
pub mod status;
pub mod time;
mod why;
