//! What the fake GitHub knows.

use super::key::AppKey;
use super::{Clock, Delivery, Fault, Pulse, Refused, Request, Settings};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::mpsc::UnboundedSender;

/// A role in a repository, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May read.
    Read,
    /// May label, close and reopen issues.
    Triage,
    /// May push, and edit what others wrote.
    Write,
    /// May manage the repository.
    Maintain,
    /// May do everything.
    Admin,
}

impl Role {
    /// GitHub's `role_name`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// GitHub's older `permission`, which knows neither `maintain` nor `triage`.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Self::Read | Self::Triage => "read",
            Self::Write | Self::Maintain => "write",
            Self::Admin => "admin",
        }
    }
}

/// An issue's address in the world: the repository's number and the issue's number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IssueAt {
    /// The repository's id.
    pub repository: u64,
    /// The issue's number, as people know it.
    pub number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Bot,
    Organization,
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub id: u64,
    pub login: String,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Reaction {
    pub id: u64,
    pub login: String,
    pub content: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub id: u64,
    pub author: String,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub reactions: Vec<Reaction>,
    pub pinned: bool,
}

/// Where an issue went when it is no longer here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    Here,
    Deleted,
    Moved(IssueAt),
}

/// One revision of an issue's body, as the edit history keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub editor: String,
    pub at: Timestamp,
    /// None when somebody removed it from the history.
    pub body: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    /// Its revisions, oldest first; none before the first edit.
    pub edits: Vec<Edit>,
    pub author: String,
    pub open: bool,
    pub state_reason: Option<String>,
    pub labels: Vec<String>,
    pub comments: Vec<Comment>,
    pub reactions: Vec<Reaction>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub locked: bool,
    pub pull_request: bool,
    pub whereabouts: Whereabouts,
}

impl Issue {
    /// Replaces the body, and keeps what it was in the history: its first entry is the body as it was opened. Returns the body before.
    pub(crate) fn revise(&mut self, editor: &str, at: Timestamp, body: String) -> String {
        let before = self.body.replace(body.clone()).unwrap_or_default();
        if self.edits.is_empty() {
            self.edits.push(Edit {
                editor: self.author.clone(),
                at: self.created_at,
                body: Some(before.clone()),
            });
        }
        self.edits.push(Edit {
            editor: editor.to_owned(),
            at,
            body: Some(body),
        });
        before
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub id: u64,
    pub owner: String,
    pub name: String,
    /// Full names it had before; GitHub redirects them.
    pub former: Vec<String>,
    pub private: bool,
    pub has_issues: bool,
    pub selected: bool,
    pub created_at: Timestamp,
    pub last_number: u64,
    pub issues: BTreeMap<u64, Issue>,
    pub labels: Vec<Label>,
    pub files: BTreeMap<String, String>,
    pub roles: BTreeMap<String, Role>,
}

impl Repository {
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The role of a person; public repositories are read by all.
    pub(crate) fn role(&self, login: &str) -> Option<Role> {
        let granted = self.roles.get(&login.to_lowercase()).copied();
        granted.or((!self.private).then_some(Role::Read))
    }

    pub(crate) fn label(&self, name: &str) -> Option<&Label> {
        self.labels
            .iter()
            .find(|l| l.name.eq_ignore_ascii_case(name))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Installation {
    pub id: u64,
    pub account: String,
    pub created_at: Timestamp,
    pub suspended: Option<(String, Timestamp)>,
    pub deleted: bool,
}

/// A delivery that was made, and how the receiver answered.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub delivery: Delivery,
    pub at: Timestamp,
    pub status: Option<u16>,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub expires_at: Timestamp,
    pub used: u64,
    /// Repositories that it is narrowed to; all of the installation when none.
    pub repositories: Option<Vec<u64>>,
    /// Permissions that it is narrowed to; all of the App when null.
    pub permissions: Value,
}

pub(crate) struct State {
    pub settings: Settings,
    /// The App's key pairs, oldest first.
    pub keys: Vec<AppKey>,
    pub clock: Clock,
    pub pulse: Pulse,
    pub sink: UnboundedSender<Delivery>,
    pub last_id: u64,
    pub accounts: BTreeMap<String, Account>,
    /// Active members by `org/slug`.
    pub teams: BTreeMap<String, BTreeSet<String>>,
    pub repositories: Vec<Repository>,
    pub installation: Installation,
    pub tokens: BTreeMap<String, Token>,
    pub sent: Vec<Sent>,
    pub requests: Vec<Request>,
    pub faults: Vec<Fault>,
    pub permissions_used: BTreeMap<String, String>,
}

impl State {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn account(&self, login: &str) -> Option<&Account> {
        self.accounts.get(&login.to_lowercase())
    }

    pub(crate) fn repository(&self, id: u64) -> Result<&Repository, Refused> {
        self.repositories
            .iter()
            .find(|r| r.id == id)
            .ok_or_else(Refused::not_found)
    }

    pub(crate) fn repository_mut(&mut self, id: u64) -> Result<&mut Repository, Refused> {
        self.repositories
            .iter_mut()
            .find(|r| r.id == id)
            .ok_or_else(Refused::not_found)
    }

    /// Finds a repository by its present full name, without regard to case.
    pub(crate) fn named(&self, full_name: &str) -> Result<&Repository, Refused> {
        let found = self
            .repositories
            .iter()
            .find(|r| r.full_name().eq_ignore_ascii_case(full_name));
        found.ok_or_else(Refused::not_found)
    }

    /// An issue that is still here; 410 when deleted, 404 when there was none.
    pub(crate) fn issue(&self, at: IssueAt) -> Result<&Issue, Refused> {
        let issue = self
            .repository(at.repository)?
            .issues
            .get(&at.number)
            .ok_or_else(Refused::not_found)?;
        match issue.whereabouts {
            Whereabouts::Here => Ok(issue),
            Whereabouts::Deleted => Err(Refused::gone("This issue was deleted")),
            Whereabouts::Moved(_) => Err(Refused::not_found()),
        }
    }

    pub(crate) fn issue_mut(&mut self, at: IssueAt) -> Result<&mut Issue, Refused> {
        self.issue(at)?;
        self.repository_mut(at.repository)?
            .issues
            .get_mut(&at.number)
            .ok_or_else(Refused::not_found)
    }

    /// Which issue of the repository holds this comment.
    pub(crate) fn comment_at(&self, repository: u64, comment: u64) -> Result<IssueAt, Refused> {
        let here = |issue: &&Issue| {
            issue.whereabouts == Whereabouts::Here && issue.comments.iter().any(|c| c.id == comment)
        };
        let issue = self
            .repository(repository)?
            .issues
            .values()
            .find(here)
            .ok_or_else(Refused::not_found)?;
        Ok(IssueAt {
            repository,
            number: issue.number,
        })
    }

    pub(crate) fn comment(&self, at: IssueAt, comment: u64) -> Result<&Comment, Refused> {
        self.issue(at)?
            .comments
            .iter()
            .find(|c| c.id == comment)
            .ok_or_else(Refused::not_found)
    }

    pub(crate) fn comment_mut(
        &mut self,
        at: IssueAt,
        comment: u64,
    ) -> Result<&mut Comment, Refused> {
        self.issue_mut(at)?
            .comments
            .iter_mut()
            .find(|c| c.id == comment)
            .ok_or_else(Refused::not_found)
    }

    /// The App's own account: `SLUG[bot]`.
    pub(crate) fn bot(&self) -> String {
        format!("{}[bot]", self.settings.app_slug)
    }
}
