//! The parts of GitHub's payloads that are looked at, as lenient as the use allows: `null` and absent are the same.

use crate::domain::ids::{Person, Repository, RepositoryId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Action {
    pub action: Option<String>,
}

/// What the followed events are made of; each holds some of it.
#[derive(Deserialize)]
pub(super) struct Payload {
    pub installation: Option<Installation>,
    pub account: Option<Account>,
    pub repository: Option<RepositoryShape>,
    pub sender: Option<Account>,
    #[serde(default)]
    pub changes: Value,
    pub issue: Option<Issue>,
    pub comment: Option<Comment>,
    pub label: Option<Label>,
    #[serde(default, deserialize_with = "list")]
    pub repositories: Vec<RepositoryShape>,
    #[serde(default, deserialize_with = "list")]
    pub repositories_added: Vec<RepositoryShape>,
    #[serde(default, deserialize_with = "list")]
    pub repositories_removed: Vec<RepositoryShape>,
}

impl Payload {
    /// What was there before an edit of a text, when GitHub says it.
    pub fn text_before(&self, field: &str) -> Option<String> {
        let from = self.changes.get(field)?.get("from")?;
        from.as_str().map(str::to_owned)
    }
}

#[derive(Deserialize)]
pub(super) struct Installation {
    pub id: u64,
    pub account: Option<Account>,
}

#[derive(Deserialize)]
pub(super) struct Account {
    pub id: u64,
    pub login: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Account {
    pub fn person(self) -> Person {
        Person {
            id: UserId(self.id),
            bot: self.kind.as_deref() == Some("Bot"),
            login: self.login.unwrap_or_default(),
        }
    }
}

/// A repository; the short form of installations has no owner, but a full name.
#[derive(Deserialize)]
pub(super) struct RepositoryShape {
    pub id: u64,
    pub name: String,
    pub full_name: Option<String>,
    pub owner: Option<Account>,
}

impl RepositoryShape {
    pub fn known(&self) -> Repository {
        let full = self.full_name.as_deref().unwrap_or_default();
        let owner = self.owner.as_ref().and_then(|owner| owner.login.clone());
        let owner = owner.or_else(|| full.split_once('/').map(|(owner, _)| owner.to_owned()));
        Repository {
            id: RepositoryId(self.id),
            owner: owner.unwrap_or_default(),
            name: self.name.clone(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Issue {
    pub number: u64,
    #[serde(default, deserialize_with = "text")]
    pub title: String,
    #[serde(default, deserialize_with = "text")]
    pub body: String,
    #[serde(default, deserialize_with = "list")]
    pub labels: Vec<Label>,
    #[serde(default, deserialize_with = "time")]
    pub updated_at: Option<Timestamp>,
    pub pull_request: Option<Value>,
    pub user: Option<Account>,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub name: String,
}

#[derive(Deserialize)]
pub(super) struct Comment {
    pub id: u64,
    #[serde(default, deserialize_with = "text")]
    pub body: String,
    #[serde(default, deserialize_with = "time")]
    pub created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "time")]
    pub updated_at: Option<Timestamp>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A time that cannot be read is no reason to lose the event: the time of arrival stands in for it.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().and_then(|text| text.parse().ok()))
}
