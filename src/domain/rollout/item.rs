//! One item of the checklist.

use crate::domain::{
    announcement_kind::AnnouncementKind,
    ids::Person,
    phase::Phase,
    template::{Gate, ItemActor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One item, as the template made it or as people added it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent property of the item"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Hidden id; for items that people added without one the normalised title, with a colon where that is another's id or title.
    pub id: String,
    /// Title in the body.
    pub title: String,
    /// Phase it belongs to.
    pub phase: Phase,
    /// `3.2`: phase and place in it.
    pub number: String,
    /// Whether its phase waits for it, as the policy in force says.
    pub required: bool,
    /// Whether the template requires it.
    pub required_by_template: bool,
    /// What must be true before it can be done.
    pub gate: Option<Gate>,
    /// The template's rule for who may tick it.
    pub who: Option<serde_json::Value>,
    /// What stakeholders are told when it is done.
    pub announcement: Option<AnnouncementKind>,
    /// Who ticks it: people, or Rollcall alone.
    pub by: ItemActor,
    /// Added by people beside the template's items.
    pub extra: bool,
    /// Open, done or waived.
    pub state: ItemState,
    /// Login of who is to do it.
    pub owner: Option<String>,
    /// Proof attached to it, oldest first.
    pub evidence: Vec<Evidence>,
    /// Gone from the body.
    pub missing: bool,
    /// Tasks that people put beneath it.
    pub subtasks: Subtasks,
    /// Time of the last claim of a person on it, by GitHub's clock: an older claim that arrives later changes nothing.
    pub claimed_at: Option<Timestamp>,
}

/// Whether an item is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ItemState {
    /// To be done.
    Open,
    /// Done.
    Done {
        /// By whom; none for Rollcall itself.
        by: Option<Person>,
        /// When.
        at: Timestamp,
    },
    /// Left out on purpose.
    Waived {
        /// By whom.
        by: Person,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// Proof attached to an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// A link or words.
    pub text: String,
    /// Login of who attached it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How many of the tasks beneath an item are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtasks {
    /// Ticked.
    pub done: usize,
    /// All.
    pub total: usize,
}

impl Item {
    /// An item of which nothing more is known yet: open, optional, and for people to tick. It gets its number among the others.
    #[must_use]
    pub fn open(id: &str, title: &str, phase: Phase) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            phase,
            number: String::new(),
            required: false,
            required_by_template: false,
            gate: None,
            who: None,
            announcement: None,
            by: ItemActor::Person,
            extra: false,
            state: ItemState::Open,
            owner: None,
            evidence: Vec::new(),
            missing: false,
            subtasks: Subtasks::default(),
            claimed_at: None,
        }
    }

    /// Whether the item's box is to be ticked. A waived item's box stays empty.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self.state, ItemState::Done { .. })
    }

    /// Whether the item stands in nobody's way: done or waived, and not gone from the body.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match self.state {
            ItemState::Open => false,
            ItemState::Done { .. } => !self.missing,
            ItemState::Waived { .. } => true,
        }
    }

    /// Whether tasks beneath it are open.
    #[must_use]
    pub fn has_open_subtasks(&self) -> bool {
        self.subtasks.done < self.subtasks.total
    }
}
