//! What changes in the world, whoever asks for it, each with GitHub's webhooks. Permission is checked before: in `people` and `api`.

use super::{
    Refused,
    limits::{check_body, check_title},
    state::{Comment, Issue, IssueAt, Label, Reaction, State, Whereabouts},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a new issue starts with.
pub(crate) struct NewIssue {
    pub title: String,
    pub body: Option<String>,
    pub labels: Vec<String>,
    pub pull_request: bool,
}

impl State {
    /// Opens an issue: `issues.opened`, then one `issues.labeled` per first label.
    pub(crate) fn create_issue(
        &mut self,
        repository: u64,
        actor: &str,
        new: NewIssue,
    ) -> Result<IssueAt, Refused> {
        if !self.repository(repository)?.has_issues {
            return Err(Refused::gone("Issues are disabled for this repo"));
        }
        check_title(&new.title)?;
        check_body("Issue", new.body.as_deref().unwrap_or_default())?;
        let (id, now) = (self.next_id(), self.now());
        let labels = self.labels_for_use(repository, &new.labels)?;
        let home = self.repository_mut(repository)?;
        home.last_number += 1;
        let at = IssueAt {
            repository,
            number: home.last_number,
        };
        let issue = Issue {
            id,
            number: at.number,
            title: new.title,
            body: new.body,
            edits: Vec::new(),
            author: actor.to_owned(),
            open: true,
            state_reason: None,
            labels: labels.clone(),
            comments: Vec::new(),
            reactions: Vec::new(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            locked: false,
            pull_request: new.pull_request,
            whereabouts: Whereabouts::Here,
        };
        home.issues.insert(at.number, issue);
        if !new.pull_request {
            self.announce_issue("opened", actor, at, json!({}));
            for name in labels {
                self.announce_label("labeled", actor, at, &name);
            }
        }
        Ok(at)
    }

    /// The labels by these names, each once.
    fn labels_for_use(&mut self, home: u64, names: &[String]) -> Result<Vec<String>, Refused> {
        let mut labels = Vec::new();
        for name in names {
            labels.push(self.label_for_use(home, name)?);
        }
        let mut seen = BTreeSet::new();
        labels.retain(|name| seen.insert(name.clone()));
        Ok(labels)
    }

    /// Sets title and body; one `issues.edited` that carries what was there before. Nothing happens when nothing changes.
    pub(crate) fn edit_issue(
        &mut self,
        at: IssueAt,
        actor: &str,
        title: Option<String>,
        body: Option<String>,
    ) -> Result<(), Refused> {
        title.as_deref().map_or(Ok(()), check_title)?;
        check_body("Issue", body.as_deref().unwrap_or_default())?;
        let now = self.now();
        let issue = self.issue_mut(at)?;
        let mut changes = json!({});
        if let Some(title) = title.filter(|t| *t != issue.title) {
            changes["title"] = json!({"from": std::mem::replace(&mut issue.title, title)});
        }
        if let Some(body) = body.filter(|b| *b != issue.body.clone().unwrap_or_default()) {
            changes["body"] = json!({"from": issue.revise(actor, now, body)});
        }
        if changes != json!({}) {
            issue.updated_at = now;
            self.announce_issue("edited", actor, at, json!({"changes": changes}));
        }
        Ok(())
    }

    /// Opens or closes an issue.
    pub(crate) fn set_open(
        &mut self,
        at: IssueAt,
        actor: &str,
        open: bool,
        reason: Option<&str>,
    ) -> Result<(), Refused> {
        let now = self.now();
        let issue = self.issue_mut(at)?;
        if issue.open == open {
            return Ok(());
        }
        issue.open = open;
        issue.updated_at = now;
        issue.closed_at = (!open).then_some(now);
        issue.state_reason = Some(
            if open {
                "reopened"
            } else {
                reason.unwrap_or("completed")
            }
            .to_owned(),
        );
        self.announce_issue(
            if open { "reopened" } else { "closed" },
            actor,
            at,
            json!({}),
        );
        Ok(())
    }

    /// Adds labels; those that the repository does not have are made.
    pub(crate) fn add_labels(
        &mut self,
        at: IssueAt,
        actor: &str,
        names: &[String],
    ) -> Result<(), Refused> {
        for name in names {
            let name = self.label_for_use(at.repository, name)?;
            let now = self.now();
            let issue = self.issue_mut(at)?;
            if !issue.labels.contains(&name) {
                issue.labels.push(name.clone());
                issue.updated_at = now;
                self.announce_label("labeled", actor, at, &name);
            }
        }
        Ok(())
    }

    /// Takes a label off; 404 when the issue does not have it.
    pub(crate) fn remove_label(
        &mut self,
        at: IssueAt,
        actor: &str,
        name: &str,
    ) -> Result<(), Refused> {
        let now = self.now();
        let issue = self.issue_mut(at)?;
        let place = issue
            .labels
            .iter()
            .position(|l| l.eq_ignore_ascii_case(name));
        let place = place.ok_or_else(|| Refused::new(404, "Label does not exist"))?;
        let name = issue.labels.remove(place);
        issue.updated_at = now;
        self.announce_label("unlabeled", actor, at, &name);
        Ok(())
    }

    /// Makes a label of the repository; 422 when there is one of that name.
    pub(crate) fn create_label(
        &mut self,
        repository: u64,
        name: &str,
        color: &str,
        description: Option<&str>,
    ) -> Result<Label, Refused> {
        if name.is_empty() || name.chars().count() > 50 {
            return Err(Refused::invalid("Label", "name", "invalid", None));
        }
        if description.is_some_and(|d| d.chars().count() > 100) {
            let message = "description is too long (maximum is 100 characters)";
            return Err(Refused::invalid(
                "Label",
                "description",
                "custom",
                Some(message),
            ));
        }
        if self.repository(repository)?.label(name).is_some() {
            return Err(Refused::invalid("Label", "name", "already_exists", None));
        }
        let description = description.map(str::to_owned);
        let label = Label {
            id: self.next_id(),
            name: name.to_owned(),
            color: color.to_owned(),
            description,
        };
        self.repository_mut(repository)?.labels.push(label.clone());
        Ok(label)
    }

    /// The label's name as the repository spells it, made in grey when missing.
    fn label_for_use(&mut self, repository: u64, name: &str) -> Result<String, Refused> {
        if let Some(label) = self.repository(repository)?.label(name) {
            return Ok(label.name.clone());
        }
        Ok(self.create_label(repository, name, "ededed", None)?.name)
    }

    /// Adds a comment.
    pub(crate) fn create_comment(
        &mut self,
        at: IssueAt,
        actor: &str,
        body: String,
    ) -> Result<u64, Refused> {
        if body.trim().is_empty() {
            return Err(Refused::invalid(
                "IssueComment",
                "body",
                "missing_field",
                None,
            ));
        }
        check_body("IssueComment", &body)?;
        let (id, now) = (self.next_id(), self.now());
        let issue = self.issue_mut(at)?;
        issue.updated_at = now;
        issue.comments.push(Comment {
            id,
            author: actor.to_owned(),
            body,
            created_at: now,
            updated_at: now,
            reactions: Vec::new(),
            pinned: false,
        });
        self.announce_comment("created", actor, at, id, json!({}));
        Ok(id)
    }

    /// Changes a comment's text.
    pub(crate) fn edit_comment(
        &mut self,
        at: IssueAt,
        actor: &str,
        id: u64,
        body: String,
    ) -> Result<(), Refused> {
        check_body("IssueComment", &body)?;
        let now = self.now();
        let comment = self.comment_mut(at, id)?;
        if comment.body != body {
            let from = std::mem::replace(&mut comment.body, body);
            comment.updated_at = now;
            self.announce_comment(
                "edited",
                actor,
                at,
                id,
                json!({"changes": {"body": {"from": from}}}),
            );
        }
        Ok(())
    }

    /// Removes a comment; its webhook still shows it.
    pub(crate) fn delete_comment(
        &mut self,
        at: IssueAt,
        actor: &str,
        id: u64,
    ) -> Result<(), Refused> {
        self.comment(at, id)?;
        self.announce_comment("deleted", actor, at, id, json!({}));
        self.issue_mut(at)?.comments.retain(|c| c.id != id);
        Ok(())
    }

    /// Pins or unpins a comment.
    pub(crate) fn pin_comment(
        &mut self,
        at: IssueAt,
        actor: &str,
        id: u64,
        pinned: bool,
    ) -> Result<(), Refused> {
        let comment = self.comment_mut(at, id)?;
        if comment.pinned != pinned {
            comment.pinned = pinned;
            self.announce_comment(
                if pinned { "pinned" } else { "unpinned" },
                actor,
                at,
                id,
                json!({}),
            );
        }
        Ok(())
    }

    /// Reacts to an issue or to one of its comments. True when the reaction is new. GitHub makes no webhook of it.
    pub(crate) fn react(
        &mut self,
        at: IssueAt,
        comment: Option<u64>,
        actor: &str,
        content: &str,
    ) -> Result<(Reaction, bool), Refused> {
        if !super::REACTIONS.contains(&content) {
            return Err(Refused::invalid("Reaction", "content", "invalid", None));
        }
        let (id, created_at) = (self.next_id(), self.now());
        let reactions = match comment {
            Some(comment) => &mut self.comment_mut(at, comment)?.reactions,
            None => &mut self.issue_mut(at)?.reactions,
        };
        if let Some(there) = reactions
            .iter()
            .find(|r| r.login == actor && r.content == content)
        {
            return Ok((there.clone(), false));
        }
        let reaction = Reaction {
            id,
            login: actor.to_owned(),
            content: content.to_owned(),
            created_at,
        };
        reactions.push(reaction.clone());
        Ok((reaction, true))
    }

    pub(crate) fn announce_issue(
        &mut self,
        action: &str,
        actor: &str,
        at: IssueAt,
        mut payload: Value,
    ) {
        let (Ok(repository), Ok(issue)) = (self.repository(at.repository), self.issue(at)) else {
            return;
        };
        payload["issue"] = self.issue_json(repository, issue);
        self.announce("issues", action, actor, at.repository, payload);
    }

    fn announce_label(&mut self, action: &str, actor: &str, at: IssueAt, name: &str) {
        let Ok(repository) = self.repository(at.repository) else {
            return;
        };
        let label = repository
            .label(name)
            .map_or(Value::Null, |l| self.label_json(repository, l));
        self.announce_issue(action, actor, at, json!({"label": label}));
    }

    fn announce_comment(
        &mut self,
        action: &str,
        actor: &str,
        at: IssueAt,
        id: u64,
        mut payload: Value,
    ) {
        let (Ok(repository), Ok(issue), Ok(comment)) = (
            self.repository(at.repository),
            self.issue(at),
            self.comment(at, id),
        ) else {
            return;
        };
        payload["issue"] = self.issue_json(repository, issue);
        payload["comment"] = self.comment_json(repository, issue, comment);
        self.announce("issue_comment", action, actor, at.repository, payload);
    }
}
