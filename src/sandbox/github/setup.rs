//! How a world begins: the App, the people, the repositories.

use super::{
    Clock, Delivery, Pulse, Refused, World,
    key::AppKey,
    state::{Account, Installation, Kind, Repository, Role, State},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The App and its installation.
#[derive(Clone)]
pub struct Settings {
    /// The App's id.
    pub app_id: u64,
    /// The App's slug; its account is `SLUG[bot]`.
    pub app_slug: String,
    /// Secret that signs webhooks.
    pub webhook_secret: String,
    /// Number of the App's webhook.
    pub hook_id: u64,
    /// Number of the one installation.
    pub installation_id: u64,
    /// The organization that installed the App.
    pub account: String,
    /// Permissions granted to the App.
    pub permissions: BTreeMap<String, String>,
    /// Events the App subscribes to.
    pub events: Vec<String>,
    /// Address of the REST API in payloads.
    pub api_url: String,
    /// Address where people read issues, in payloads.
    pub web_url: String,
    /// Makes the GUIDs and ids of this world differ from another's.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let permissions = [
            ("issues", "write"),
            ("metadata", "read"),
            ("contents", "read"),
            ("members", "read"),
        ];
        let events = [
            "issues",
            "issue_comment",
            "repository",
            "label",
            "membership",
            "team",
        ];
        Self {
            app_id: 12_345,
            app_slug: "rollcall".to_owned(),
            webhook_secret: "sandbox-secret".to_owned(),
            hook_id: 4_242,
            installation_id: 777,
            account: "acme".to_owned(),
            permissions: permissions
                .map(|(name, level)| (name.to_owned(), level.to_owned()))
                .into(),
            events: events.map(str::to_owned).into(),
            api_url: "https://api.github.com".to_owned(),
            web_url: "https://github.com".to_owned(),
            seed: 0,
        }
    }
}

impl World {
    /// A world that holds nothing but the App, the organization that installed it, and the channel of webhooks to come.
    #[must_use]
    pub fn new(settings: Settings, clock: Clock) -> (Self, UnboundedReceiver<Delivery>) {
        let (sink, deliveries) = unbounded_channel();
        let installation = Installation {
            id: settings.installation_id,
            account: settings.account.clone(),
            created_at: clock.now(),
            suspended: None,
            deleted: false,
        };
        let (bot, account) = (
            format!("{}[bot]", settings.app_slug),
            settings.account.clone(),
        );
        let seed = settings.seed;
        let mut state = State {
            settings,
            keys: vec![AppKey::generate()],
            clock,
            pulse: Pulse::new(),
            sink,
            last_id: 1_000 + seed * 1_000_000,
            accounts: BTreeMap::new(),
            teams: BTreeMap::new(),
            repositories: Vec::new(),
            installation,
            tokens: BTreeMap::new(),
            sent: Vec::new(),
            requests: Vec::new(),
            faults: Vec::new(),
            permissions_used: BTreeMap::new(),
        };
        state.add_account(&bot, Kind::Bot);
        state.add_account(&account, Kind::Organization);
        (
            Self {
                state: Arc::new(Mutex::new(state)),
            },
            deliveries,
        )
    }

    /// Knows the App of another world by that world's keys: two organisations, one App.
    pub fn share_keys_of(&self, other: &Self) {
        let keys = other.state().keys.clone();
        self.state().keys = keys;
    }

    /// Tells the world where it is served, once the ports are known.
    pub fn set_addresses(&self, api_url: &str, web_url: &str) {
        let mut state = self.state();
        api_url.clone_into(&mut state.settings.api_url);
        web_url.clone_into(&mut state.settings.web_url);
    }

    /// Adds a person; one who is there already stays the same.
    pub fn add_person(&self, login: &str) {
        self.state().add_account(login, Kind::User);
    }

    /// Adds another App's account, such as `dependabot[bot]`.
    pub fn add_bot(&self, login: &str) {
        self.state().add_account(login, Kind::Bot);
    }

    /// Adds `owner/name`, which the App is installed on. Its owner becomes an organization if unknown.
    pub fn add_repository(&self, full_name: &str, private: bool) {
        let mut state = self.state();
        let (owner, name) = full_name.split_once('/').unwrap_or((full_name, full_name));
        state.add_account(owner, Kind::Organization);
        let (id, created_at) = (state.next_id(), state.now());
        state.repositories.push(Repository {
            id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            former: Vec::new(),
            private,
            has_issues: true,
            selected: true,
            created_at,
            last_number: 0,
            issues: BTreeMap::new(),
            labels: Vec::new(),
            files: BTreeMap::new(),
            roles: BTreeMap::new(),
        });
    }

    /// Gives a person a role in a repository; adds the person if unknown.
    ///
    /// # Errors
    /// 404 when there is no such repository.
    pub fn grant(&self, full_name: &str, login: &str, role: Role) -> Result<(), Refused> {
        let mut state = self.state();
        state.add_account(login, Kind::User);
        let id = state.named(full_name)?.id;
        state
            .repository_mut(id)?
            .roles
            .insert(login.to_lowercase(), role);
        Ok(())
    }

    /// Makes `org/slug` a team of exactly these people.
    pub fn set_team(&self, team: &str, members: &[&str]) {
        let mut state = self.state();
        for login in members {
            state.add_account(login, Kind::User);
        }
        state.teams.insert(
            team.to_lowercase(),
            members.iter().map(|m| m.to_lowercase()).collect(),
        );
    }

    /// Commits a file to the default branch; `None` removes it.
    ///
    /// # Errors
    /// 404 when there is no such repository.
    pub fn put_file(&self, full_name: &str, path: &str, text: Option<&str>) -> Result<(), Refused> {
        let mut state = self.state();
        let id = state.named(full_name)?.id;
        let files = &mut state.repository_mut(id)?.files;
        match text {
            Some(text) => files.insert(path.to_owned(), text.to_owned()),
            None => files.remove(path),
        };
        Ok(())
    }

    /// Turns the issues of a repository on or off.
    ///
    /// # Errors
    /// 404 when there is no such repository.
    pub fn set_issues_enabled(&self, full_name: &str, enabled: bool) -> Result<(), Refused> {
        let mut state = self.state();
        let id = state.named(full_name)?.id;
        state.repository_mut(id)?.has_issues = enabled;
        Ok(())
    }
}

impl State {
    fn add_account(&mut self, login: &str, kind: Kind) {
        if self.account(login).is_some() {
            return;
        }
        let id = self.next_id();
        let account = Account {
            id,
            login: login.to_owned(),
            kind,
        };
        self.accounts.insert(login.to_lowercase(), account);
    }
}
