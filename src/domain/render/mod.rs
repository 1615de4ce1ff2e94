//! Text for people: the one place where it is made.

pub mod announcement;
mod approvals;
mod glass;
pub mod labels;
pub mod marker;
pub mod parked;
pub mod refusal;
pub mod reminder;
pub mod reply;
pub mod report;
pub mod status;
mod status_tables;
pub mod time;
mod voided;
pub mod why;
