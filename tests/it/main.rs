//! Integration tests.

mod decisions;
mod examples;
mod github;
mod markdown;
mod server;
mod store;
mod support;
