//! Rollcall.

pub mod domain;
