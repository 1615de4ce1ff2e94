//! Integration tests.

mod examples;
mod store;
mod support;
