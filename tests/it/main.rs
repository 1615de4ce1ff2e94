//! Integration tests.

mod app;
mod binary;
mod cli;
mod decisions;
mod differential;
mod examples;
mod github;
mod laws;
mod markdown;
mod notify;
mod partners_notify;
mod sandbox;
mod server;
mod store;
mod support;
mod tidy;
