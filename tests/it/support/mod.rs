//! What the tests stand on.

pub mod database;
pub mod line;
pub mod partners;
pub mod postgres;
pub mod secrets;
