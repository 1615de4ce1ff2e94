//! The core in a small world: three people, two components, the gates of the standard template, a clock that can be set, deliveries
//! that come late. Every act leads from one state of this world to another, and on every step the laws of `laws` are held to it.
//!
//! The laws do not ask the core what it thinks: `witness` keeps its own account of who said what about which content.
//!
//! `cargo run --release --example model -- DEPTH` searches deeper than the tests do.

pub mod acts;
pub mod brakes;
pub mod form;
pub mod laws;
pub mod policy;
pub mod rescue;
pub mod search;
pub mod starts;
pub mod witness;
pub mod world;
