//! The house rules of ARCHITECTURE.md, read off the sources.

mod committed;
mod documents;
mod imports;
mod secrets;
mod sizes;
mod source;

use source::{Source, sources};

/// Every place that breaks a rule, or nothing.
#[track_caller]
fn check(rule: &str, broken: impl Fn(&Source) -> Vec<String>) {
    let sources = sources("src");
    assert!(sources.len() > 100, "the sources were not found");
    let broken: Vec<String> = sources.iter().flat_map(broken).collect();
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}
