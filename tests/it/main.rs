//! Integration tests.

mod examples;
mod github;
mod store;
mod support;
