//! One typed announcement, from which every channel renders its own words.

use super::{announcement_kind::AnnouncementKind, fields::Component, window::Window};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What stakeholders are told: what, why, when, for how long, with what impact, whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Unique in the rollout: the kind, and a digest of what matters in it. The same news has the same key, so it is told once.
    pub key: String,
    /// Name of the audience this copy is for.
    pub audience: String,
    /// What kind of news.
    pub kind: AnnouncementKind,
    /// The rollout's id; names the mail thread.
    pub rollout: String,
    /// The rollout's title.
    pub title: String,
    /// `owner/name`.
    pub repository: String,
    /// Address of the issue for people.
    pub link: String,
    /// What is updated, from which version to which.
    pub components: Vec<Component>,
    /// Why.
    pub purpose: String,
    /// What users gain.
    pub benefits: String,
    /// What users will notice.
    pub impact: String,
    /// Whom to ask.
    pub contact: String,
    /// The window, once set.
    pub window: Option<Window>,
    /// Free text by the person who announces, or the reason of a rollback or cancellation.
    pub message: String,
    /// Login of the person who caused it.
    pub by: Option<String>,
    /// Time of the decision.
    pub at: Timestamp,
    /// IANA zone in which this audience reads times.
    pub zone: String,
}

/// A named list of addresses that the operator holds and grants to repositories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Its name.
    pub name: String,
    /// Telegram chats.
    pub chats: Vec<Chat>,
    /// Mail addresses.
    pub emails: Vec<String>,
    /// IANA zone for times.
    pub zone: String,
}

/// Why nobody hears of something: the policy names other audiences than were granted, or none was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAudience {
    /// Named by the policy; empty stands for all.
    pub wanted: Vec<String>,
    /// Granted by the operator to this repository, with an address.
    pub granted: Vec<String>,
}

/// A Telegram chat, and a topic in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// Chat id or `@channel`.
    pub id: String,
    /// Forum topic.
    pub thread: Option<i32>,
}
