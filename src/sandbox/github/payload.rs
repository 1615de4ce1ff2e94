//! GitHub's JSON of accounts, repositories, issues, comments and labels, as the REST API answers it and webhooks carry it.

use super::state::{Account, Comment, Issue, IssueAt, Kind, Label, Reaction, Repository, State};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// GitHub's times have whole seconds.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn node(kind: &str, id: u64) -> String {
    format!(
        "{kind}_{}",
        STANDARD.encode(id.to_be_bytes()).trim_end_matches('=')
    )
}

impl State {
    /// A user, bot or organization in full; `null` when the account is unknown.
    pub(crate) fn user(&self, login: &str) -> Value {
        self.account(login)
            .map_or(Value::Null, |account| self.user_of(account))
    }

    fn user_of(&self, account: &Account) -> Value {
        let (api, web) = (&self.settings.api_url, &self.settings.web_url);
        let login = &account.login;
        let (kind, page) = match account.kind {
            Kind::User => ("User", format!("{web}/{login}")),
            Kind::Bot => (
                "Bot",
                format!("{web}/apps/{}", login.trim_end_matches("[bot]")),
            ),
            Kind::Organization => ("Organization", format!("{web}/{login}")),
        };
        let url = format!(
            "{api}/users/{}",
            login.replace('[', "%5B").replace(']', "%5D")
        );
        json!({
            "login": login, "id": account.id, "node_id": node("U", account.id),
            "avatar_url": format!("{web}/avatars/u/{}", account.id), "gravatar_id": "", "url": url, "html_url": page,
            "followers_url": format!("{url}/followers"), "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"), "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{url}/subscriptions"), "organizations_url": format!("{url}/orgs"),
            "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events{{/privacy}}"),
            "received_events_url": format!("{url}/received_events"), "type": kind, "user_view_type": "public",
            "site_admin": false,
        })
    }

    pub(crate) fn organization(&self, login: &str) -> Value {
        let Some(account) = self.account(login).filter(|a| a.kind == Kind::Organization) else {
            return Value::Null;
        };
        let url = format!("{}/orgs/{}", self.settings.api_url, account.login);
        json!({
            "login": account.login, "id": account.id, "node_id": node("O", account.id), "url": url,
            "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events"), "hooks_url": format!("{url}/hooks"),
            "issues_url": format!("{url}/issues"), "members_url": format!("{url}/members{{/member}}"),
            "public_members_url": format!("{url}/public_members{{/member}}"),
            "avatar_url": format!("{}/avatars/u/{}", self.settings.web_url, account.id), "description": null,
        })
    }

    pub(crate) fn repository_json(&self, repository: &Repository) -> Value {
        let (api, web) = (&self.settings.api_url, &self.settings.web_url);
        let full_name = repository.full_name();
        let url = format!("{api}/repos/{full_name}");
        let page = format!("{web}/{full_name}");
        let open = repository
            .issues
            .values()
            .filter(|i| i.open && i.whereabouts == super::state::Whereabouts::Here)
            .count();
        let since = time(repository.created_at);
        let mut json = json!({
            "id": repository.id, "node_id": node("R", repository.id), "name": repository.name, "full_name": full_name,
            "private": repository.private, "visibility": if repository.private { "private" } else { "public" },
            "owner": self.user(&repository.owner), "html_url": page, "url": url, "svn_url": page,
            "git_url": format!("git://github.com/{full_name}.git"), "ssh_url": format!("git@github.com:{full_name}.git"),
            "clone_url": format!("{page}.git"), "has_issues": repository.has_issues, "open_issues_count": open,
            "open_issues": open, "created_at": since, "updated_at": since, "pushed_at": since,
        });
        if let Some(object) = json.as_object_mut() {
            add_urls(object, &url);
            add_constants(object);
        }
        json
    }

    pub(crate) fn label_json(&self, repository: &Repository, label: &Label) -> Value {
        json!({
            "id": label.id, "node_id": node("LA", label.id),
            "url": format!("{}/repos/{}/labels/{}", self.settings.api_url, repository.full_name(), label.name.replace(' ', "%20")),
            "name": label.name, "color": label.color, "default": false, "description": label.description,
        })
    }

    pub(crate) fn issue_labels(&self, at: IssueAt) -> Value {
        let (Ok(repository), Ok(issue)) = (self.repository(at.repository), self.issue(at)) else {
            return json!([]);
        };
        let labels = issue
            .labels
            .iter()
            .filter_map(|name| repository.label(name));
        labels
            .map(|label| self.label_json(repository, label))
            .collect()
    }

    pub(crate) fn issue_json(&self, repository: &Repository, issue: &Issue) -> Value {
        let url = format!(
            "{}/repos/{}/issues/{}",
            self.settings.api_url,
            repository.full_name(),
            issue.number
        );
        let kind = if issue.pull_request { "pull" } else { "issues" };
        let page = format!(
            "{}/{}/{kind}/{}",
            self.settings.web_url,
            repository.full_name(),
            issue.number
        );
        let labels: Vec<Value> = issue
            .labels
            .iter()
            .filter_map(|name| repository.label(name))
            .map(|l| self.label_json(repository, l))
            .collect();
        let mut json = json!({
            "url": url, "repository_url": format!("{}/repos/{}", self.settings.api_url, repository.full_name()),
            "labels_url": format!("{url}/labels{{/name}}"), "comments_url": format!("{url}/comments"),
            "events_url": format!("{url}/events"), "timeline_url": format!("{url}/timeline"), "html_url": page,
            "id": issue.id, "node_id": node("I", issue.id), "number": issue.number, "title": issue.title,
            "user": self.user(&issue.author), "labels": labels, "state": if issue.open { "open" } else { "closed" },
            "state_reason": issue.state_reason, "locked": issue.locked, "assignee": null, "assignees": [], "milestone": null,
            "comments": issue.comments.len(), "created_at": time(issue.created_at), "updated_at": time(issue.updated_at),
            "closed_at": issue.closed_at.map(time), "author_association": "NONE", "active_lock_reason": null,
            "body": issue.body, "reactions": reactions_json(&issue.reactions, &url),
            "performed_via_github_app": self.app_if(&issue.author),
            "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        });
        if issue.pull_request {
            json["pull_request"] = json!({"url": url.replace("/issues/", "/pulls/"), "html_url": page, "diff_url": format!("{page}.diff"),
                "patch_url": format!("{page}.patch"), "merged_at": null});
        }
        json
    }

    /// `author_association` reads `NONE` for everybody: GitHub's is wrong for concealed members, so nothing may rest on it.
    pub(crate) fn comment_json(
        &self,
        repository: &Repository,
        issue: &Issue,
        comment: &Comment,
    ) -> Value {
        let issues = format!(
            "{}/repos/{}/issues",
            self.settings.api_url,
            repository.full_name()
        );
        let url = format!("{issues}/comments/{}", comment.id);
        let page = format!(
            "{}/{}/issues/{}#issuecomment-{}",
            self.settings.web_url,
            repository.full_name(),
            issue.number,
            comment.id
        );
        json!({
            "url": url, "html_url": page, "issue_url": format!("{issues}/{}", issue.number), "id": comment.id,
            "node_id": node("IC", comment.id), "user": self.user(&comment.author), "created_at": time(comment.created_at),
            "updated_at": time(comment.updated_at), "author_association": "NONE", "body": comment.body,
            "reactions": reactions_json(&comment.reactions, &url), "performed_via_github_app": self.app_if(&comment.author),
        })
    }

    fn app_if(&self, author: &str) -> Value {
        if author == self.bot() {
            self.app_json()
        } else {
            Value::Null
        }
    }

    /// The App as `GET /app` and `performed_via_github_app` show it.
    pub(crate) fn app_json(&self) -> Value {
        let settings = &self.settings;
        let since = time(self.installation.created_at);
        json!({
            "id": settings.app_id, "slug": settings.app_slug, "client_id": format!("Iv23li{:014}", settings.app_id),
            "node_id": node("A", settings.app_id), "owner": self.user(&self.installation.account), "name": "Rollcall",
            "description": "", "external_url": settings.web_url, "html_url": format!("{}/apps/{}", settings.web_url, settings.app_slug),
            "created_at": since, "updated_at": since, "permissions": settings.permissions, "events": settings.events,
        })
    }

    pub(crate) fn reaction_json(&self, reaction: &Reaction) -> Value {
        json!({"id": reaction.id, "node_id": node("REA", reaction.id), "user": self.user(&reaction.login),
            "content": reaction.content, "created_at": time(reaction.created_at)})
    }
}

fn reactions_json(reactions: &[Reaction], url: &str) -> Value {
    let mut json = json!({"url": format!("{url}/reactions"), "total_count": reactions.len()});
    for content in super::REACTIONS {
        json[content] = json!(reactions.iter().filter(|r| r.content == content).count());
    }
    json
}

/// The addresses that hang below a repository's own.
fn add_urls(object: &mut Map<String, Value>, url: &str) {
    for (name, tail) in [
        ("archive_url", "/{archive_format}{/ref}"),
        ("assignees_url", "/assignees{/user}"),
        ("blobs_url", "/git/blobs{/sha}"),
        ("branches_url", "/branches{/branch}"),
        ("collaborators_url", "/collaborators{/collaborator}"),
        ("comments_url", "/comments{/number}"),
        ("commits_url", "/commits{/sha}"),
        ("compare_url", "/compare/{base}...{head}"),
        ("contents_url", "/contents/{+path}"),
        ("contributors_url", "/contributors"),
        ("deployments_url", "/deployments"),
        ("downloads_url", "/downloads"),
        ("events_url", "/events"),
        ("forks_url", "/forks"),
        ("git_commits_url", "/git/commits{/sha}"),
        ("git_refs_url", "/git/refs{/sha}"),
        ("git_tags_url", "/git/tags{/sha}"),
        ("hooks_url", "/hooks"),
        ("issue_comment_url", "/issues/comments{/number}"),
        ("issue_events_url", "/issues/events{/number}"),
        ("issues_url", "/issues{/number}"),
        ("keys_url", "/keys{/key_id}"),
        ("labels_url", "/labels{/name}"),
        ("languages_url", "/languages"),
        ("merges_url", "/merges"),
        ("milestones_url", "/milestones{/number}"),
        (
            "notifications_url",
            "/notifications{?since,all,participating}",
        ),
        ("pulls_url", "/pulls{/number}"),
        ("releases_url", "/releases{/id}"),
        ("stargazers_url", "/stargazers"),
        ("statuses_url", "/statuses/{sha}"),
        ("subscribers_url", "/subscribers"),
        ("subscription_url", "/subscription"),
        ("tags_url", "/tags"),
        ("teams_url", "/teams"),
        ("trees_url", "/git/trees{/sha}"),
    ] {
        object.insert(name.to_owned(), json!(format!("{url}{tail}")));
    }
}

/// What is the same for every repository of this world.
fn add_constants(object: &mut Map<String, Value>) {
    for name in [
        "description",
        "homepage",
        "language",
        "mirror_url",
        "license",
    ] {
        object.insert(name.to_owned(), Value::Null);
    }
    for name in [
        "fork",
        "has_pages",
        "has_discussions",
        "archived",
        "disabled",
        "is_template",
        "web_commit_signoff_required",
    ] {
        object.insert(name.to_owned(), json!(false));
    }
    for name in ["has_projects", "has_downloads", "has_wiki", "allow_forking"] {
        object.insert(name.to_owned(), json!(true));
    }
    for name in [
        "size",
        "stargazers_count",
        "watchers_count",
        "watchers",
        "forks_count",
        "forks",
    ] {
        object.insert(name.to_owned(), json!(0));
    }
    object.insert("topics".to_owned(), json!([]));
    object.insert("custom_properties".to_owned(), json!({}));
    object.insert("default_branch".to_owned(), json!("main"));
}
