//! The edit history of an issue's body: who edited it, when, and what it was then. Only GraphQL tells.

use crate::{
    domain::{facts::Revision, ids::Person, ids::Place, ids::UserId},
    github::{
        app::GithubApp,
        call::Call,
        error::{GithubError, Refusal},
        routes, wire,
    },
};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;

const QUERY: &str = include_str!("history.graphql");
/// Each revision holds a whole body, so a page of these stays below a few megabytes.
const PER_PAGE: usize = 25;
/// More edits than this within the asked-for time are not followed.
const MOST_PAGES: usize = 40;

impl GithubApp {
    /// The revisions of the issue's body since a time, and the one before them, oldest first. Empty when it was never edited, or is gone.
    ///
    /// # Errors
    /// When GitHub does not answer, or will not tell.
    pub async fn read_history(
        &self,
        place: &Place,
        since: Timestamp,
    ) -> Result<Vec<Revision>, GithubError> {
        let is_before = |revision: &Revision| revision.at < since && revision.body.is_some();
        let mut revisions = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let Some(page) = self.read_page(place, after).await? else {
                break;
            };
            revisions.extend(page.nodes.into_iter().flatten().map(revision));
            after = page.page_info.end_cursor;
            if revisions.iter().any(is_before) || !page.page_info.has_next_page || after.is_none() {
                break;
            }
        }
        // Of those older than `since` one is enough: what the first of the others changed.
        let before = revisions.iter().position(is_before);
        revisions.truncate(before.map_or(revisions.len(), |index| index + 1));
        revisions.reverse();
        Ok(revisions)
    }

    async fn read_page(
        &self,
        place: &Place,
        after: Option<String>,
    ) -> Result<Option<wire::Edits>, GithubError> {
        let (owner, name) = (&place.repository.owner, &place.repository.name);
        let variables = json!({
            "owner": owner, "name": name, "number": place.issue, "first": PER_PAGE, "after": after,
        });
        let call = Call::new(&routes::GRAPHQL, &[])
            .body(json!({ "query": QUERY, "variables": variables }));
        let answer: wire::History = self.call(place, &call).await?.json()?;
        if let Some(error) = answer.errors.first() {
            let refused = refused(&call, error);
            if let Err(GithubError::Limited { wait, .. }) = &refused {
                self.rest(place.installation, *wait);
            }
            return refused;
        }
        let issue = answer.data.and_then(|data| data.repository?.issue);
        Ok(issue.and_then(|issue| issue.user_content_edits))
    }
}

/// GraphQL says in a 200 what REST says by a status.
fn refused(call: &Call, error: &wire::GraphqlError) -> Result<Option<wire::Edits>, GithubError> {
    let name = call.name();
    let status = match error.kind.as_deref() {
        Some("NOT_FOUND") => return Ok(None),
        Some("RATE_LIMITED") => {
            let wait = Duration::from_mins(1);
            return Err(GithubError::Limited { call: name, wait });
        }
        Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => StatusCode::FORBIDDEN,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Err(GithubError::Refused(Box::new(Refusal {
        call: name,
        status,
        message: error.message.chars().take(500).collect(),
        accepted_permissions: None,
    })))
}

fn revision(edit: wire::Edit) -> Revision {
    Revision {
        editor: edit.editor.and_then(person),
        at: edit.edited_at,
        body: edit.diff,
    }
}

/// A person or an App; GraphQL leaves off the `[bot]` of an App's login.
fn person(actor: wire::Actor) -> Option<Person> {
    let bot = actor.kind == "Bot";
    let login = if bot && !actor.login.ends_with("[bot]") {
        format!("{}[bot]", actor.login)
    } else {
        actor.login
    };
    Some(Person {
        id: UserId(actor.database_id?),
        login,
        bot,
    })
}
