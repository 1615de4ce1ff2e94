//! Every route that Rollcall calls, with the App permission that GitHub asks for it.
//!
//! There is no other place for a route: a call can only be made from one of these, so the permissions that `app-manifest.yml` must ask
//! for follow from this table. Source of the permissions: GitHub's "Permissions required for GitHub Apps".

use http::Method;

/// How much of a permission is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// `read` in the manifest.
    Read,
    /// `write` in the manifest.
    Write,
}

impl Access {
    /// As GitHub writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What GitHub wants to see before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing at all.
    Nobody,
    /// The App's own key; no permission.
    AppKey,
    /// An installation with this permission, in the words of the manifest.
    Permission(&'static str, Access),
}

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Method.
    pub method: &'static Method,
    /// Path below the API's address, with `{}` where an argument goes.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Whether it makes something that people are told of; GitHub counts those apart (about 80 a minute).
    pub makes: bool,
}

const fn read(permission: &'static str) -> Needs {
    Needs::Permission(permission, Access::Read)
}

const fn write(permission: &'static str) -> Needs {
    Needs::Permission(permission, Access::Write)
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident = $method:ident $path:literal, $needs:expr, $makes:literal;)+) => {
        $($(#[$doc])* pub const $name: Route = Route { method: &Method::$method, path: $path, needs: $needs, makes: $makes };)+
        /// All of them.
        pub const ALL: &[Route] = &[$($name),+];
    };
}

routes! {
    /// The App itself.
    APP = GET "/app", Needs::AppKey, false;
    /// Where webhooks come from, among other things.
    META = GET "/meta", Needs::Nobody, false;
    /// A new installation token.
    TOKEN = POST "/app/installations/{}/access_tokens", Needs::AppKey, false;
    /// The installation that covers a repository.
    INSTALLATION = GET "/repos/{}/{}/installation", Needs::AppKey, false;
    /// Deliveries of the last days, newest first.
    DELIVERIES = GET "/app/hook/deliveries", Needs::AppKey, false;
    /// Asks for a delivery to be made again.
    REDELIVER = POST "/app/hook/deliveries/{}/attempts", Needs::AppKey, false;
    /// A repository.
    REPOSITORY = GET "/repos/{}/{}", read("metadata"), false;
    /// What a person may do in a repository.
    PERMISSION = GET "/repos/{}/{}/collaborators/{}/permission", read("metadata"), false;
    /// Whether a person is in a team.
    MEMBERSHIP = GET "/orgs/{}/teams/{}/memberships/{}", read("members"), false;
    /// The policy on the default branch.
    POLICY = GET "/repos/{}/{}/contents/.github/rollcall.yml", read("contents"), false;
    /// A calendar that the policy names.
    CALENDAR = GET "/repos/{}/{}/contents/{}", read("contents"), false;
    /// The repository's own templates.
    TEMPLATES = GET "/repos/{}/{}/contents/.github/rollout-templates", read("contents"), false;
    /// One of them.
    TEMPLATE = GET "/repos/{}/{}/contents/.github/rollout-templates/{}.md", read("contents"), false;
    /// An issue.
    ISSUE = GET "/repos/{}/{}/issues/{}", read("issues"), false;
    /// Issues.
    ISSUES = GET "/repos/{}/{}/issues", read("issues"), false;
    /// Opens an issue.
    CREATE_ISSUE = POST "/repos/{}/{}/issues", write("issues"), true;
    /// Changes an issue's body or state.
    UPDATE_ISSUE = PATCH "/repos/{}/{}/issues/{}", write("issues"), false;
    /// Comments of an issue, oldest first.
    COMMENTS = GET "/repos/{}/{}/issues/{}/comments", read("issues"), false;
    /// One comment.
    COMMENT = GET "/repos/{}/{}/issues/comments/{}", read("issues"), false;
    /// Writes a comment.
    CREATE_COMMENT = POST "/repos/{}/{}/issues/{}/comments", write("issues"), true;
    /// Changes a comment.
    UPDATE_COMMENT = PATCH "/repos/{}/{}/issues/comments/{}", write("issues"), false;
    /// Pins a comment to the top of its issue.
    PIN_COMMENT = PUT "/repos/{}/{}/issues/comments/{}/pin", write("issues"), false;
    /// Reacts to a comment.
    REACT = POST "/repos/{}/{}/issues/comments/{}/reactions", write("issues"), true;
    /// A label of the repository.
    LABEL = GET "/repos/{}/{}/labels/{}", read("issues"), false;
    /// Makes a label in the repository.
    CREATE_LABEL = POST "/repos/{}/{}/labels", write("issues"), true;
    /// Labels of an issue.
    ISSUE_LABELS = GET "/repos/{}/{}/issues/{}/labels", read("issues"), false;
    /// Adds labels to an issue.
    ADD_LABELS = POST "/repos/{}/{}/issues/{}/labels", write("issues"), false;
    /// Takes one label off an issue.
    REMOVE_LABEL = DELETE "/repos/{}/{}/issues/{}/labels/{}", write("issues"), false;
    /// The edit history of an issue, which REST does not tell. An Enterprise Server has it at `/api/graphql`.
    GRAPHQL = POST "/graphql", read("issues"), false;
}
