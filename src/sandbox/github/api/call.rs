//! One call about a repository: who asks, what for, with what.

use super::super::{
    Refused, World,
    state::{IssueAt, Whereabouts},
};
use super::token::bearer;
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request},
    http::{HeaderMap, Method},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// GitHub's largest request body is not documented; this is more than any body it accepts.
const LARGEST: usize = 1 << 20;

/// A call with a valid installation token, on a repository that the installation reaches with the permission the call needs.
pub(super) struct Call {
    pub world: World,
    pub repository: u64,
    pub params: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub headers: HeaderMap,
    pub path: String,
    body: Value,
    read: bool,
}

impl FromRequest<World> for Call {
    type Rejection = Refused;

    async fn from_request(request: Request, world: &World) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let raw = RawPathParams::from_request_parts(&mut parts, world)
            .await
            .map_err(|_| Refused::not_found())?;
        let params: BTreeMap<_, _> = raw
            .iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        let Query(query) =
            Query::try_from_uri(&parts.uri).map_err(|_| Refused::new(400, "Bad Request"))?;
        let read = parts.method == Method::GET;
        let token = bearer(&parts.headers)?;
        let repository = world.reach(&token, &params, parts.uri.path(), read)?;
        let bytes = to_bytes(body, LARGEST)
            .await
            .map_err(|_| Refused::new(413, "Payload Too Large"))?;
        let body = if bytes.is_empty() {
            Ok(Value::Null)
        } else {
            serde_json::from_slice(&bytes)
        };
        let body = body.map_err(|_| Refused::new(400, "Problems parsing JSON"))?;
        let path = parts.uri.path().to_owned();
        Ok(Self {
            world: world.clone(),
            repository,
            params,
            query,
            headers: parts.headers,
            path,
            body,
            read,
        })
    }
}

impl World {
    /// The repository of the call. Private ones that the installation does not have are 404, public ones can be read.
    fn reach(
        &self,
        token: &str,
        params: &BTreeMap<String, String>,
        path: &str,
        read: bool,
    ) -> Result<u64, Refused> {
        let mut state = self.state();
        state.check_token(token)?;
        let name = |key| params.get(key).map_or("", String::as_str);
        let repository = state.named(&format!("{}/{}", name("owner"), name("repo")))?;
        let (id, private) = (repository.id, repository.private);
        let selected = repository.selected && state.reaches(token, id);
        if !selected && private {
            return Err(Refused::not_found());
        }
        let tail = path.splitn(5, '/').nth(4).unwrap_or("");
        let area = match tail.split('/').next().unwrap_or("") {
            "issues" | "labels" => "issues",
            "contents" | "commits" => "contents",
            _ => "metadata",
        };
        if !selected && !read {
            return Err(Refused::not_accessible(&format!("{area}=write")));
        }
        let level = if read { "read" } else { "write" };
        if selected && !state.permits(token, area, level) {
            return Err(Refused::not_accessible(&format!("{area}={level}")));
        }
        if selected {
            state.need(area, level)?;
        }
        Ok(id)
    }
}

impl Call {
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, Refused> {
        self.param(name).parse().map_err(|_| Refused::not_found())
    }

    /// The issue of the path; a redirect when it was moved to another repository.
    pub(super) fn at(&self) -> Result<IssueAt, Refused> {
        let at = IssueAt {
            repository: self.repository,
            number: self.number("number")?,
        };
        let state = self.world.state();
        let issue = state.repository(at.repository)?.issues.get(&at.number);
        if let Some(Whereabouts::Moved(to)) = issue.map(|i| i.whereabouts) {
            let name = state.repository(to.repository)?.full_name();
            let to = format!(
                "{}/repos/{name}/issues/{}",
                state.settings.api_url, to.number
            );
            return Err(Refused::moved(self.read, to));
        }
        Ok(at)
    }

    /// A text of the body; 422 when it is something else.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>, Refused> {
        match &self.body[field] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            other => Err(Refused::new(
                422,
                &format!("Invalid request.\n\nFor 'properties/{field}', {other} is not a string."),
            )),
        }
    }

    /// A list of label names: texts, or objects with a `name`; the body itself may be the list.
    pub(super) fn labels(&self) -> Result<Option<Vec<String>>, Refused> {
        let list = if self.body.is_array() {
            &self.body
        } else {
            &self.body["labels"]
        };
        let Some(list) = list.as_array() else {
            return Ok(None);
        };
        let names = list
            .iter()
            .map(|l| l.as_str().or_else(|| l["name"].as_str()).map(str::to_owned));
        let names: Option<Vec<_>> = names.collect();
        names
            .map(Some)
            .ok_or_else(|| Refused::invalid("Label", "name", "invalid", None))
    }
}
