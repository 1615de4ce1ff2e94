//! Integration tests.

mod app;
mod binary;
mod cli;
mod decisions;
mod differential;
mod examples;
mod github;
mod hostile;
mod laws;
mod markdown;
mod notify;
mod partners_notify;
mod sandbox;
mod secrets;
mod server;
mod store;
mod support;
mod tenants;
mod tidy;
