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
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
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

/// A comment with its times.
#[derive(Debug, Deserialize)]
pub(super) struct DatedComment {
    pub(super) id: u64,
    pub(super) body: Option<String>,
    pub(super) user: Option<Account>,
    pub(super) created_at: jiff::Timestamp,
    pub(super) updated_at: jiff::Timestamp,
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

/// The answer to the question after an issue's edit history.
#[derive(Debug, Deserialize)]
pub(super) struct History {
    pub(super) data: Option<HistoryRoot>,
    #[serde(default)]
    pub(super) errors: Vec<GraphqlError>,
}

/// What GraphQL says went wrong.
#[derive(Debug, Deserialize)]
pub(super) struct GraphqlError {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) message: String,
}

/// The query's root.
#[derive(Debug, Deserialize)]
pub(super) struct HistoryRoot {
    pub(super) repository: Option<HistoryRepository>,
}

/// A repository there.
#[derive(Debug, Deserialize)]
pub(super) struct HistoryRepository {
    pub(super) issue: Option<HistoryIssue>,
}

/// An issue there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryIssue {
    pub(super) user_content_edits: Option<Edits>,
}

/// A page of revisions, newest first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Edits {
    #[serde(default)]
    pub(super) nodes: Vec<Option<Edit>>,
    pub(super) page_info: PageInfo,
}

/// A revision. `diff` is its whole text; none when somebody removed it from the history.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Edit {
    pub(super) edited_at: jiff::Timestamp,
    pub(super) diff: Option<String>,
    pub(super) editor: Option<Actor>,
}

/// Who edited.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actor {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) login: String,
    pub(super) database_id: Option<u64>,
}

/// Whether there are older ones.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}
