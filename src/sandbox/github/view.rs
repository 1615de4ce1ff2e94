//! What a person sees of the world: for the page, and for tests to look at.

use super::{
    Refused, World,
    key::AppKey,
    state::{IssueAt, Kind, State, Whereabouts},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A comment as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentView {
    /// Its id.
    pub id: u64,
    /// Login of its author.
    pub author: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How many of each reaction.
    pub reactions: BTreeMap<String, usize>,
    /// Whether it is pinned.
    pub pinned: bool,
}

/// An issue as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueView {
    /// Where it is.
    pub at: IssueAt,
    /// `owner/name`.
    pub repository: String,
    /// Title.
    pub title: String,
    /// Body; empty when there is none.
    pub body: String,
    /// Login of its author.
    pub author: String,
    /// Whether it is open.
    pub open: bool,
    /// Why it was closed or reopened.
    pub state_reason: Option<String>,
    /// Names and colors of its labels.
    pub labels: Vec<(String, String)>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Its comments, oldest first.
    pub comments: Vec<CommentView>,
}

impl World {
    /// An issue; 404 or 410 when it is not there.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn issue(&self, at: IssueAt) -> Result<IssueView, Refused> {
        self.state().view(at)
    }

    /// The issues of a repository, newest first.
    ///
    /// # Errors
    /// 404 when there is no such repository.
    pub fn issues(&self, full_name: &str) -> Result<Vec<IssueView>, Refused> {
        let state = self.state();
        let repository = state.named(full_name)?;
        let here = repository
            .issues
            .values()
            .rev()
            .filter(|i| i.whereabouts == Whereabouts::Here);
        here.map(|i| {
            state.view(IssueAt {
                repository: repository.id,
                number: i.number,
            })
        })
        .collect()
    }

    /// The comments that the App itself has written on an issue.
    #[must_use]
    pub fn bot_comments(&self, at: IssueAt) -> Vec<CommentView> {
        let state = self.state();
        let bot = state.bot();
        state
            .view(at)
            .map(|i| i.comments.into_iter().filter(|c| c.author == bot).collect())
            .unwrap_or_default()
    }

    /// A person's or bot's number.
    #[must_use]
    pub fn account_id(&self, login: &str) -> Option<u64> {
        self.state().account(login).map(|a| a.id)
    }

    /// Whether this account is an App's.
    #[must_use]
    pub fn is_bot(&self, login: &str) -> bool {
        self.state()
            .account(login)
            .is_some_and(|a| a.kind == Kind::Bot)
    }

    /// The App's newest private key as PEM, for Rollcall's configuration.
    #[must_use]
    pub fn private_key(&self) -> String {
        let state = self.state();
        let newest = state.keys.last();
        newest.map_or_else(String::new, |key| key.private.clone())
    }

    /// Makes one more key for the App, as its settings page does, and answers it as PEM. The others stay good.
    #[must_use]
    pub fn add_key(&self) -> String {
        let key = AppKey::generate();
        let private = key.private.clone();
        self.state().keys.push(key);
        private
    }

    /// Removes all keys of the App but the newest.
    pub fn remove_old_keys(&self) {
        let mut state = self.state();
        let old = state.keys.len().saturating_sub(1);
        state.keys.drain(..old);
    }

    /// Signs webhooks with another secret from now on.
    pub fn set_webhook_secret(&self, secret: &str) {
        secret.clone_into(&mut self.state().settings.webhook_secret);
    }

    /// Every installation token that was given out.
    #[must_use]
    pub fn tokens_given(&self) -> Vec<String> {
        self.state().tokens.keys().cloned().collect()
    }

    /// The secret that signs this world's webhooks.
    #[must_use]
    pub fn webhook_secret(&self) -> String {
        self.state().settings.webhook_secret.clone()
    }
}

impl State {
    fn view(&self, at: IssueAt) -> Result<IssueView, Refused> {
        let (repository, issue) = (self.repository(at.repository)?, self.issue(at)?);
        let labels = issue
            .labels
            .iter()
            .filter_map(|n| repository.label(n))
            .map(|l| (l.name.clone(), l.color.clone()));
        let comments = issue.comments.iter().map(|c| {
            let mut reactions = BTreeMap::new();
            for reaction in &c.reactions {
                *reactions.entry(reaction.content.clone()).or_insert(0) += 1;
            }
            CommentView {
                id: c.id,
                author: c.author.clone(),
                body: c.body.clone(),
                created_at: c.created_at,
                updated_at: c.updated_at,
                reactions,
                pinned: c.pinned,
            }
        });
        Ok(IssueView {
            at,
            repository: repository.full_name(),
            title: issue.title.clone(),
            body: issue.body.clone().unwrap_or_default(),
            author: issue.author.clone(),
            open: issue.open,
            state_reason: issue.state_reason.clone(),
            labels: labels.collect(),
            created_at: issue.created_at,
            comments: comments.collect(),
        })
    }
}
