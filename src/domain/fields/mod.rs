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
    /// Where the update goes: `production`. Only looked at when the rollout is opened; the body has no section for it.
    pub environment: String,
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

/// The name of an environment in lower case, in which GitHub does not tell names apart either; none when nothing is said.
///
/// # Errors
/// When it cannot be a name.
pub fn environment(text: &str) -> Result<Option<String>, String> {
    let name = text.trim().trim_matches('`').to_lowercase();
    let good = |c: char| c.is_alphanumeric() || ['-', '_', '.', '/'].contains(&c);
    if name.chars().all(good) && name.chars().count() <= 100 {
        return Ok(Some(name).filter(|name| !name.is_empty()));
    }
    Err(format!("`{name}` cannot be the name of an environment"))
}

#[cfg(test)]
mod tests;
