//! The rare events of a rollout's life: its issue is deleted or moved, its repository renamed, the App suspended or removed.

use super::{
    Refused, World,
    payload::{node, time},
    state::{Issue, IssueAt, State, Whereabouts},
};
use serde_json::{Value, json};

impl State {
    pub(crate) fn delete_issue(&mut self, at: IssueAt, actor: &str) -> Result<(), Refused> {
        self.issue(at)?;
        self.announce_issue("deleted", actor, at, json!({}));
        self.issue_mut(at)?.whereabouts = Whereabouts::Deleted;
        Ok(())
    }

    /// GitHub gives the moved issue a new id and number, keeps its comments, and drops labels that the target does not have.
    pub(crate) fn transfer_issue(
        &mut self,
        at: IssueAt,
        target: u64,
        actor: &str,
    ) -> Result<IssueAt, Refused> {
        if self.repository(at.repository)?.owner != self.repository(target)?.owner {
            return Err(Refused::invalid("Issue", "repository", "invalid", None));
        }
        let old = self.issue(at)?.clone();
        let id = self.next_id();
        let home = self.repository_mut(target)?;
        home.last_number += 1;
        let to = IssueAt {
            repository: target,
            number: home.last_number,
        };
        let labels = old
            .labels
            .iter()
            .filter(|l| home.label(l).is_some())
            .cloned()
            .collect();
        home.issues.insert(
            to.number,
            Issue {
                id,
                number: to.number,
                labels,
                ..old.clone()
            },
        );

        let (from, into) = (self.repository(at.repository)?, self.repository(target)?);
        let gone = json!({"changes": {
            "new_issue": self.issue_json(into, self.issue(to)?), "new_repository": self.repository_json(into)}});
        let came = json!({"changes": {"old_issue": self.issue_json(from, &old), "old_repository": self.repository_json(from)}});
        self.announce_issue("transferred", actor, at, gone);
        self.announce_issue("opened", actor, to, came);
        self.issue_mut(at)?.whereabouts = Whereabouts::Moved(to);
        Ok(to)
    }

    pub(crate) fn rename(
        &mut self,
        repository: u64,
        name: &str,
        actor: &str,
    ) -> Result<(), Refused> {
        let home = self.repository_mut(repository)?;
        home.former.push(home.full_name());
        let from = std::mem::replace(&mut home.name, name.to_owned());
        self.announce(
            "repository",
            "renamed",
            actor,
            repository,
            json!({"changes": {"repository": {"name": {"from": from}}}}),
        );
        Ok(())
    }

    /// The installation in full, as `GET /app/installations/{id}` and the `installation` events show it.
    pub(crate) fn installation_json(&self) -> Value {
        let (installation, settings) = (&self.installation, &self.settings);
        let all = self.repositories.iter().all(|r| r.selected);
        let suspended = installation.suspended.as_ref();
        json!({
            "id": installation.id, "node_id": node("MDIz", installation.id), "client_id": format!("Iv23li{:014}", settings.app_id),
            "account": self.user(&installation.account), "repository_selection": if all { "all" } else { "selected" },
            "access_tokens_url": format!("{}/app/installations/{}/access_tokens", settings.api_url, installation.id),
            "repositories_url": format!("{}/installation/repositories", settings.api_url),
            "html_url": format!("{}/organizations/{}/settings/installations/{}", settings.web_url, installation.account, installation.id),
            "app_id": settings.app_id, "app_slug": settings.app_slug,
            "target_id": self.account(&installation.account).map_or(0, |a| a.id), "target_type": "Organization",
            "permissions": settings.permissions, "events": settings.events,
            "created_at": time(installation.created_at), "updated_at": time(installation.created_at),
            "single_file_name": null, "has_multiple_single_files": false, "single_file_paths": [],
            "suspended_by": suspended.map(|(who, _)| self.user(who)), "suspended_at": suspended.map(|(_, at)| time(*at)),
        })
    }

    fn repositories_short(&self, keep: impl Fn(u64) -> bool) -> Value {
        let kept = self.repositories.iter().filter(|r| keep(r.id));
        kept.map(|r| json!({"id": r.id, "node_id": node("R", r.id), "name": r.name, "full_name": r.full_name(), "private": r.private}))
            .collect()
    }
}

impl World {
    /// The webhook that GitHub sends when the App is installed.
    pub fn announce_install(&self, login: &str) {
        let mut state = self.state();
        let repositories = state.repositories_short(|_| true);
        state.announce_installation(
            "installation",
            "created",
            login,
            json!({"repositories": repositories, "requester": null}),
        );
    }

    /// An owner suspends the installation: tokens and webhooks stop.
    pub fn suspend(&self, login: &str) {
        let mut state = self.state();
        let now = state.now();
        state.installation.suspended = Some((login.to_owned(), now));
        state.tokens.clear();
        state.announce_installation("installation", "suspend", login, json!({}));
    }

    /// The suspension ends.
    pub fn unsuspend(&self, login: &str) {
        let mut state = self.state();
        state.installation.suspended = None;
        state.announce_installation("installation", "unsuspend", login, json!({}));
    }

    /// The App is removed from the organization.
    pub fn uninstall(&self, login: &str) {
        let mut state = self.state();
        let repositories = state.repositories_short(|_| true);
        state.announce_installation(
            "installation",
            "deleted",
            login,
            json!({"repositories": repositories, "requester": null}),
        );
        state.installation.deleted = true;
        state.tokens.clear();
    }

    /// Adds a repository to the installation, or takes it out.
    ///
    /// # Errors
    /// 404 when there is no such repository.
    pub fn select_repository(
        &self,
        login: &str,
        full_name: &str,
        selected: bool,
    ) -> Result<(), Refused> {
        let mut state = self.state();
        let id = state.named(full_name)?.id;
        state.repository_mut(id)?.selected = selected;
        let (this, none) = (state.repositories_short(|r| r == id), json!([]));
        let (added, removed) = if selected { (this, none) } else { (none, this) };
        let payload = json!({"repository_selection": "selected", "repositories_added": added, "repositories_removed": removed,
            "requester": null});
        let action = if selected { "added" } else { "removed" };
        state.announce_installation("installation_repositories", action, login, payload);
        Ok(())
    }
}
