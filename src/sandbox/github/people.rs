//! What people do in GitHub's web pages, with the rights that GitHub asks for.
//!
//! The author of an issue or comment, and people with write access, may edit it; the App writes the rollout's issue, so people who
//! can only read cannot tick its boxes. Text typed into GitHub's forms arrives with CRLF line ends.

use super::{
    Refused, World,
    change::NewIssue,
    state::{IssueAt, Role, State},
};

/// What a browser's text field sends.
fn typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

impl State {
    fn check_role(&self, repository: u64, login: &str, least: Role) -> Result<(), Refused> {
        if self.account(login).is_none() {
            return Err(Refused::new(401, "Bad credentials"));
        }
        match self.repository(repository)?.role(login) {
            None => Err(Refused::not_found()),
            Some(role) if role < least => Err(Refused::forbidden()),
            Some(_) => Ok(()),
        }
    }

    /// The author may, and whoever has this role.
    fn check_author_or(&self, at: IssueAt, login: &str, least: Role) -> Result<(), Refused> {
        self.check_role(at.repository, login, Role::Read)?;
        if self.issue(at)?.author.eq_ignore_ascii_case(login) {
            Ok(())
        } else {
            self.check_role(at.repository, login, least)
        }
    }

    fn check_own_comment(&self, at: IssueAt, id: u64, login: &str) -> Result<(), Refused> {
        self.check_role(at.repository, login, Role::Read)?;
        if self.comment(at, id)?.author.eq_ignore_ascii_case(login) {
            Ok(())
        } else {
            self.check_role(at.repository, login, Role::Write)
        }
    }
}

impl World {
    /// Opens an issue in `owner/name`. Labels of people below triage are dropped, as GitHub does.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn open_issue(
        &self,
        login: &str,
        full_name: &str,
        title: &str,
        body: &str,
        labels: &[&str],
    ) -> Result<IssueAt, Refused> {
        let mut state = self.state();
        let repository = state.named(full_name)?.id;
        state.check_role(repository, login, Role::Read)?;
        let may_label = state.check_role(repository, login, Role::Triage).is_ok();
        let labels = if may_label {
            labels.iter().map(|&l| l.to_owned()).collect()
        } else {
            Vec::new()
        };
        let new = NewIssue {
            title: title.to_owned(),
            body: Some(typed(body)),
            labels,
            pull_request: false,
        };
        state.create_issue(repository, login, new)
    }

    /// Opens an issue from an issue form, whose labels are set whatever the person's role.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn submit_form(
        &self,
        login: &str,
        full_name: &str,
        title: &str,
        body: &str,
        labels: &[&str],
    ) -> Result<IssueAt, Refused> {
        let mut state = self.state();
        let repository = state.named(full_name)?.id;
        state.check_role(repository, login, Role::Read)?;
        let labels = labels.iter().map(|&l| l.to_owned()).collect();
        let new = NewIssue {
            title: title.to_owned(),
            body: Some(body.to_owned()),
            labels,
            pull_request: false,
        };
        state.create_issue(repository, login, new)
    }

    /// Opens a pull request, as far as its comments go: its `issue` carries `pull_request`.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn open_pull_request(
        &self,
        login: &str,
        full_name: &str,
        title: &str,
        body: &str,
    ) -> Result<IssueAt, Refused> {
        let mut state = self.state();
        let repository = state.named(full_name)?.id;
        state.check_role(repository, login, Role::Read)?;
        let new = NewIssue {
            title: title.to_owned(),
            body: Some(typed(body)),
            labels: Vec::new(),
            pull_request: true,
        };
        state.create_issue(repository, login, new)
    }

    /// Clicks a box: the item whose line has the hidden id `<!-- id: ITEM -->`, else the first whose text contains `item`.
    ///
    /// # Errors
    /// 403 without the right to edit the issue, 404 when no such item is there.
    pub fn tick(&self, login: &str, at: IssueAt, item: &str, on: bool) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        let body = state.issue(at)?.body.clone().unwrap_or_default();
        let place =
            box_of(&body, item).ok_or_else(|| Refused::new(404, "No such task list item"))?;
        state.flip(at, login, body, place, on)
    }

    /// Clicks the box whose `[` stands at this byte of the body.
    ///
    /// # Errors
    /// 403 without the right to edit the issue, 404 when there is no box at that place.
    pub fn tick_at(
        &self,
        login: &str,
        at: IssueAt,
        offset: usize,
        on: bool,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        let body = state.issue(at)?.body.clone().unwrap_or_default();
        let at_box = body
            .get(offset..offset + 3)
            .is_some_and(|b| matches!(b, "[ ]" | "[x]" | "[X]"));
        if !at_box {
            return Err(Refused::new(404, "No such task list item"));
        }
        state.flip(at, login, body, offset, on)
    }

    /// Saves the whole body from the editor.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn edit_body(&self, login: &str, at: IssueAt, body: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        state.edit_issue(at, login, None, Some(typed(body)))
    }

    /// Saves title and body from an editor that was opened on the body `was`. A body that differs in its line ends alone is not saved.
    ///
    /// # Errors
    /// 403 without the right to edit the issue, 422 without a title or when somebody has changed the body since.
    pub fn save(
        &self,
        login: &str,
        at: IssueAt,
        was: &str,
        title: &str,
        body: &str,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        if title.trim().is_empty() {
            return Err(Refused::new(422, "Title can't be blank"));
        }
        let body = Some(typed(body)).filter(|body| *body != typed(was));
        if body.is_some() && state.issue(at)?.body.as_deref().unwrap_or_default() != was {
            let message = "The issue has changed since you began to edit it. Copy what you typed, cancel, and edit again.";
            return Err(Refused::new(422, message));
        }
        state.edit_issue(at, login, Some(title.trim().to_owned()), body)
    }

    /// Removes the newest revisions of an issue's body from its edit history.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn forget_edits(&self, login: &str, at: IssueAt, newest: usize) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        for edit in state.issue_mut(at)?.edits.iter_mut().rev().take(newest) {
            edit.body = None;
        }
        Ok(())
    }

    /// Changes the title.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn edit_title(&self, login: &str, at: IssueAt, title: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Write)?;
        state.edit_issue(at, login, Some(title.to_owned()), None)
    }

    /// Comments; answers the comment's id.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn comment(&self, login: &str, at: IssueAt, body: &str) -> Result<u64, Refused> {
        let mut state = self.state();
        let least = if state.issue(at)?.locked {
            Role::Write
        } else {
            Role::Read
        };
        state.check_role(at.repository, login, least)?;
        state.create_comment(at, login, typed(body))
    }

    /// Edits a comment.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn edit_comment(
        &self,
        login: &str,
        at: IssueAt,
        comment: u64,
        body: &str,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_own_comment(at, comment, login)?;
        state.edit_comment(at, login, comment, typed(body))
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn delete_comment(&self, login: &str, at: IssueAt, comment: u64) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_own_comment(at, comment, login)?;
        state.delete_comment(at, login, comment)
    }

    /// Closes an issue, as `completed` or `not_planned`.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn close(&self, login: &str, at: IssueAt, reason: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Triage)?;
        state.set_open(at, login, false, Some(reason))
    }

    /// Reopens an issue.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn reopen(&self, login: &str, at: IssueAt) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_author_or(at, login, Role::Triage)?;
        state.set_open(at, login, true, None)
    }

    /// Puts a label on.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn label(&self, login: &str, at: IssueAt, name: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_role(at.repository, login, Role::Triage)?;
        state.add_labels(at, login, &[name.to_owned()])
    }

    /// Takes a label off.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn unlabel(&self, login: &str, at: IssueAt, name: &str) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_role(at.repository, login, Role::Triage)?;
        state.remove_label(at, login, name)
    }

    /// Deletes an issue; only an admin can.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn delete_issue(&self, login: &str, at: IssueAt) -> Result<(), Refused> {
        let mut state = self.state();
        state.check_role(at.repository, login, Role::Admin)?;
        state.delete_issue(at, login)
    }

    /// Moves an issue to another repository of the same owner; answers its new address.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn transfer(&self, login: &str, at: IssueAt, to: &str) -> Result<IssueAt, Refused> {
        let mut state = self.state();
        let target = state.named(to)?.id;
        state.check_role(at.repository, login, Role::Write)?;
        state.check_role(target, login, Role::Write)?;
        state.transfer_issue(at, target, login)
    }

    /// Renames a repository; the old name redirects from then on.
    ///
    /// # Errors
    /// GitHub's refusal.
    pub fn rename_repository(
        &self,
        login: &str,
        full_name: &str,
        name: &str,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        let repository = state.named(full_name)?.id;
        state.check_role(repository, login, Role::Admin)?;
        state.rename(repository, name, login)
    }
}

impl State {
    fn flip(
        &mut self,
        at: IssueAt,
        login: &str,
        mut body: String,
        offset: usize,
        on: bool,
    ) -> Result<(), Refused> {
        body.replace_range(offset + 1..offset + 2, if on { "x" } else { " " });
        self.edit_issue(at, login, None, Some(body))
    }
}

/// Byte of the `[` of an item's box.
fn box_of(body: &str, item: &str) -> Option<usize> {
    let hidden = format!("<!-- id: {item} -->");
    let find = |wanted: &str| {
        let mut start = 0;
        for line in body.split_inclusive('\n') {
            let mark = ["[ ] ", "[x] ", "[X] "]
                .iter()
                .filter_map(|b| line.find(b))
                .min();
            if let Some(mark) = mark.filter(|_| line.contains(wanted)) {
                return Some(start + mark);
            }
            start += line.len();
        }
        None
    };
    find(&hidden).or_else(|| find(item))
}
