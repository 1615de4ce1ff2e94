//! The parts of Rollcall that read what others wrote; the fuzz targets are built with these and nothing else of it.

#![allow(
    dead_code,
    reason = "what only the rest of the program uses comes along"
)]

#[path = "../../src/domain/mod.rs"]
pub mod domain;

#[path = "../../src/webhook"]
pub mod webhook {
    pub mod order;
    pub mod payload;
    pub mod signature;
}
