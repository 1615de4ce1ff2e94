//! GitHub's answers, as little of them as is used. octocrab's models are stricter than what GitHub sends.

use serde::Deserialize;

/// `GET /meta`.
#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    /// Networks that webhooks come from.
    pub(super) hooks: Vec<String>,
}

/// `GET /app`.
#[derive(Debug, Deserialize)]
pub(super) struct App {
    pub(super) slug: String,
}

/// An account, where it stands in something else.
#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) login: String,
}

/// `GET /repos/{}/{}/collaborators/{}/permission`.
#[derive(Debug, Deserialize)]
pub(super) struct Permission {
    #[serde(rename = "permission")]
    pub(super) base: String,
    pub(super) role_name: Option<String>,
    pub(super) user: Option<Account>,
}

/// `GET /orgs/{}/teams/{}/memberships/{}`.
#[derive(Debug, Deserialize)]
pub(super) struct Membership {
    pub(super) state: String,
}

/// An issue.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) state: String,
    #[serde(default)]
    pub(super) labels: Vec<Label>,
    pub(super) updated_at: jiff::Timestamp,
    pub(super) user: Option<Account>,
}

/// A label on an issue; GitHub documents that it may be a bare name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Label {
    Bare(String),
    Full { name: Option<String> },
}

impl Label {
    pub(super) fn into_name(self) -> Option<String> {
        match self {
            Self::Bare(name) => Some(name),
            Self::Full { name } => name,
        }
    }
}

/// A comment.
#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) body: Option<String>,
    pub(super) user: Option<Account>,
}

/// A repository.
#[derive(Debug, Deserialize)]
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) owner: Account,
}

/// What has a number.
#[derive(Debug, Deserialize)]
pub(super) struct Numbered {
    pub(super) id: u64,
}

/// A file, or one entry of a folder's listing.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) sha: String,
    #[serde(default)]
    pub(super) size: u64,
    pub(super) content: Option<String>,
}

/// What the contents route answers: a file, or a folder's entries.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Contents {
    Folder(Vec<File>),
    File(Box<File>),
}

/// One entry of `GET /app/hook/deliveries`.
#[derive(Debug, Deserialize)]
pub(super) struct Delivery {
    pub(super) id: u64,
    pub(super) guid: String,
    pub(super) delivered_at: jiff::Timestamp,
    pub(super) event: String,
    pub(super) status: Option<String>,
    pub(super) status_code: Option<i64>,
}
