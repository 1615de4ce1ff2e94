//! Integration tests.

mod store;
mod support;
