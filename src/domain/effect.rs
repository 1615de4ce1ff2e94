//! What shall be done outside, each addressed by a natural key so that doing it twice equals doing it once.

use super::{
    announcement::Announcement,
    event::Event,
    ids::{CommentId, Place, RolloutId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Natural key, unique in the outbox: `status:ro-…`, `reply:DELIVERY`, `mail:ro-…:ANNOUNCEMENT:ADDRESS`.
    pub key: String,
    /// The rollout that wants it.
    pub rollout: RolloutId,
    /// Not before this time; at once when none.
    pub due: Option<Timestamp>,
    /// What happens when the key is in the outbox already.
    pub mode: Mode,
    /// What to do.
    pub action: Action,
}

/// How a second effect of the same key meets the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The first stands; the second is dropped.
    Once,
    /// The newer content wins. After having been performed, the next one waits for `quiet` to pass, so that a burst costs two calls.
    Latest {
        /// Least time between two performances.
        quiet: SignedDuration,
    },
    /// Takes back what has not been performed yet.
    Cancel,
}

/// A label as Rollcall makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Name, at most 50 characters.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// At most 100 characters.
    pub description: String,
}

/// A reaction on a comment, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reaction {
    /// 👀: seen.
    #[serde(rename = "eyes")]
    Eyes,
    /// 👍: done.
    #[serde(rename = "+1")]
    ThumbsUp,
    /// 👎: refused.
    #[serde(rename = "-1")]
    ThumbsDown,
}

/// Why an issue is closed, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The rollout went through.
    Completed,
    /// It was cancelled or rolled back.
    NotPlanned,
}

/// The ways out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Opens the rollout's issue. The body holds a hidden marker with the rollout's id, by which a second try finds the first.
    CreateIssue {
        /// Repository (no issue number yet).
        place: Place,
        /// Title.
        title: String,
        /// Body with the marker.
        body: String,
        /// Labels to open it with.
        labels: Vec<Label>,
    },
    /// Writes a whole body: when an issue form becomes a rollout, and when Rollcall's own edit had overwritten somebody's text.
    PutBody {
        /// The issue.
        place: Place,
        /// The body that must still be there; when it is not, people were faster and nothing is written.
        expect: String,
        /// The body to write.
        body: String,
    },
    /// Sets boxes, by item id (else normalised title), after re-reading the body; changes one byte a box.
    PutBoxes {
        /// The issue.
        place: Place,
        /// Wanted state by item.
        boxes: BTreeMap<String, bool>,
        /// Titles of the items: by them those are found whose lines have lost their ids.
        #[serde(default)]
        titles: BTreeMap<String, String>,
    },
    /// Writes the one status comment, in place.
    PutStatus {
        /// The issue.
        place: Place,
        /// Its text, marker included.
        body: String,
    },
    /// Writes a comment once.
    PutComment {
        /// The issue.
        place: Place,
        /// Its text. The deliverer appends the marker made of the effect's key.
        body: String,
    },
    /// Reacts to a comment. Decorative: a failure is logged and forgotten.
    React {
        /// The issue.
        place: Place,
        /// The comment.
        comment: CommentId,
        /// The reaction.
        reaction: Reaction,
    },
    /// Makes Rollcall's own labels (those beginning with `rollout:`) be exactly these; others are left alone.
    PutLabels {
        /// The issue.
        place: Place,
        /// Labels wanted.
        labels: Vec<Label>,
    },
    /// Closes the issue.
    CloseIssue {
        /// The issue.
        place: Place,
        /// Reason shown by GitHub.
        reason: CloseReason,
    },
    /// Sends an announcement to one Telegram chat.
    SendTelegram {
        /// Chat id or `@channel`.
        chat: String,
        /// Forum topic, if the chat has topics.
        thread: Option<i32>,
        /// What is said.
        announcement: Announcement,
    },
    /// Sends an announcement to one mail address.
    SendEmail {
        /// The address.
        to: String,
        /// What is said.
        announcement: Announcement,
    },
    /// Puts this event into the inbox when due.
    WakeUp {
        /// The event; its `at` is the due time.
        event: Box<Event>,
    },
}

impl Action {
    /// Which deliverer performs it: `github`, `telegram`, `email` or `clock`.
    #[must_use]
    pub fn channel(&self) -> &'static str {
        match self {
            Self::SendTelegram { .. } => "telegram",
            Self::SendEmail { .. } => "email",
            Self::WakeUp { .. } => "clock",
            _ => "github",
        }
    }

    /// Where on GitHub it is performed; none for the other ways out.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::CreateIssue { place, .. }
            | Self::PutBody { place, .. }
            | Self::PutBoxes { place, .. }
            | Self::PutStatus { place, .. }
            | Self::PutComment { place, .. }
            | Self::React { place, .. }
            | Self::PutLabels { place, .. }
            | Self::CloseIssue { place, .. } => Some(place),
            Self::SendTelegram { .. } | Self::SendEmail { .. } | Self::WakeUp { .. } => None,
        }
    }

    /// Effects of one stream are performed one at a time: an installation's writes, a chat's messages, an address's mails.
    #[must_use]
    pub fn stream(&self) -> String {
        match self {
            Self::SendTelegram { chat, .. } => format!("telegram:{chat}"),
            Self::SendEmail { to, .. } => format!("email:{to}"),
            Self::WakeUp { event } => format!("clock:{}", event.key),
            _ => {
                let installation = self.place().map_or(0, |place| place.installation.0);
                format!("github:{installation}")
            }
        }
    }
}
