//! Templates: the procedure of a rollout as a Markdown file with front matter.

mod body;
pub mod builtin;
mod front;
mod import;
mod lint;
mod render;

pub use import::{Imported, import};
pub use lint::lint_template;
pub use render::{render_body, render_title};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::announcement_kind::AnnouncementKind;
use super::phase::Phase;
use super::problem::Problem;

/// A template without mistakes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The word that chooses it: `standard`.
    pub name: String,
    /// The pattern of the title; `{components}`, `{purpose}` and `{name}` stand for what the rollout is about.
    pub title: String,
    /// One sentence: when to choose it.
    pub description: String,
    /// Whether it is a shorter path for what cannot wait.
    pub expedited: bool,
    /// Where its rollouts go when they do not say.
    #[serde(default)]
    pub environment: Option<String>,
    /// The sections of the body before the checklist, in order.
    pub fields: Vec<Field>,
    /// The items, in the order of the body.
    pub items: Vec<TemplateItem>,
    /// The checklist: everything after the front matter.
    pub body: String,
    /// The first 12 hexadecimal digits of the SHA-256 of the file's text.
    pub version: String,
}

/// A section of the body that holds one of the rollout's `Fields`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Which of the fields: `purpose`, `components`, `benefits`, `impact`, `contact` or `rollback-plan`.
    pub id: String,
    /// The heading of the section; in an issue form the label of the question.
    pub label: String,
    /// Whether the rollout cannot do without it.
    pub required: bool,
    /// What it holds.
    pub kind: FieldKind,
    /// What to write there; shown while it is empty. May be empty.
    pub hint: String,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Markdown of a person.
    Text,
    /// The table of components with versions and reasons.
    Components,
}

/// An item of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateItem {
    /// Its hidden id: `backup`.
    pub id: String,
    /// Its bold lead.
    pub title: String,
    /// The phase it stands under.
    pub phase: Phase,
    /// Whether the phase waits for it.
    pub required: bool,
    /// What must hold before it may be ticked.
    pub gate: Option<Gate>,
    /// Who may tick it: a rule as the policy has them, read by the policy. None: the policy's default.
    pub who: Option<serde_json::Value>,
    /// The announcement that is sent when it is ticked.
    pub announcement: Option<AnnouncementKind>,
    /// Who ticks it.
    pub by: ItemActor,
}

/// What must hold before an item may be ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// A quorum on what is to be deployed (Final Review Meeting).
    Approval,
    /// A window, an answer on downtime, and enough notice (Stakeholder Announcement).
    Announcement,
    /// Purpose, components and benefits are filled in (Issue Creation).
    Details,
    /// A window (Schedule Rollout).
    Schedule,
}

/// Who ticks an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemActor {
    /// A person, by the box or by a command.
    #[default]
    Person,
    /// Rollcall, as soon as the gate holds; nobody else.
    Rollcall,
}

impl Template {
    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&TemplateItem> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The number of an item, as people say it: `3.2` is the second item of the third phase.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<String> {
        let phase = self.item(id)?.phase;
        let place = self
            .items
            .iter()
            .filter(|item| item.phase == phase)
            .position(|item| item.id == id)?;
        Some(format!("{}.{}", phase.number(), place + 1))
    }
}

/// Reads a template: front matter in YAML between two `---` lines, then the checklist in Markdown.
///
/// # Errors
/// Every mistake found, in the order of the file; `file` is what the person calls it.
pub fn parse(text: &str, file: &str) -> Result<Template, Vec<Problem>> {
    let mut problems = Vec::new();
    let template = lint::read(text, file, &mut problems);
    problems.sort();
    problems.dedup();
    match template {
        Some(template) if problems.is_empty() => Ok(template),
        _ => Err(problems),
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a text.
fn version(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..6])
}

#[cfg(test)]
mod tests;
