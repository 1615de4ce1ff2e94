//! Text for people: the one place where it is made.

pub mod announcement;
pub mod time;
