//! Integration tests.

mod examples;
mod github;
mod markdown;
mod store;
mod support;
