//! What a rollout is about: the fields that item 1.1 asks for.

pub mod components;
mod read;

pub(in crate::domain) use read::EMPTY;
pub use read::parse;

use serde::{Deserialize, Serialize};

/// One component to be updated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Component {
    /// What is updated: `api`, `postgres`.
    pub name: String,
    /// The version that runs now.
    pub from: String,
    /// The version it is to run.
    pub to: String,
    /// Why: security update, feature, bug fix.
    pub reason: String,
}

/// The fields of a rollout, as plain text. An empty string is "not filled in".
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Why the update is made.
    pub purpose: String,
    /// What is updated, from which version to which.
    pub components: Vec<Component>,
    /// What it is to bring.
    pub benefits: String,
    /// Whom it touches, and how.
    pub impact: String,
    /// Whom to ask.
    pub contact: String,
    /// The way back.
    pub rollback_plan: String,
}

impl Fields {
    /// The fields that item 1.1 still lacks, by id: `purpose`, `components` (at least one; each with name, both
    /// versions and a reason), `benefits`.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.purpose.trim().is_empty() {
            missing.push("purpose");
        }
        if self.components.is_empty() || self.components.iter().any(Component::lacks_something) {
            missing.push("components");
        }
        if self.benefits.trim().is_empty() {
            missing.push("benefits");
        }
        missing
    }
}

impl Component {
    /// Whether the name, a version or the reason is not filled in.
    #[must_use]
    pub fn lacks_something(&self) -> bool {
        [&self.name, &self.from, &self.to, &self.reason]
            .iter()
            .any(|text| text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests;
