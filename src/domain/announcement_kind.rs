//! What an announcement tells its audience.

use serde::{Deserialize, Serialize};

/// The occasion of an announcement. A template asks for the first three; the others follow from events.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AnnouncementKind {
    /// An update is planned; concerns are welcome (item 1.4).
    Planned,
    /// The window and the expected downtime are settled (item 3.4).
    Scheduled,
    /// The usual gates are skipped in an emergency.
    Expedited,
    /// The deployment has started.
    Started,
    /// How the deployment stands (item 4.3).
    Update,
    /// The rollout is done.
    Completed,
    /// The update was taken back.
    RolledBack,
    /// The rollout will not take place.
    Cancelled,
}

impl AnnouncementKind {
    /// All kinds, in the order in which a rollout may send them.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Scheduled,
        Self::Expedited,
        Self::Started,
        Self::Update,
        Self::Completed,
        Self::RolledBack,
        Self::Cancelled,
    ];

    /// The word in files and in storage: `rolled-back`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Scheduled => "scheduled",
            Self::Expedited => "expedited",
            Self::Started => "started",
            Self::Update => "update",
            Self::Completed => "completed",
            Self::RolledBack => "rolled-back",
            Self::Cancelled => "cancelled",
        }
    }
}

impl std::fmt::Display for AnnouncementKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_is_stored() {
        for kind in AnnouncementKind::ALL {
            assert_eq!(
                serde_json::to_value(kind).expect("a plain enum"),
                kind.word()
            );
        }
    }
}
