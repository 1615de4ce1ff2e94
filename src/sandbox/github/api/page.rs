//! Lists in pages, with the `Link` header.

use super::call::Call;
use axum::{
    Json,
    http::{HeaderValue, header::LINK},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::fmt::Write;

impl Call {
    fn whole(&self, name: &str, default: usize) -> usize {
        self.query
            .get(name)
            .and_then(|v| v.parse().ok())
            .filter(|&n| n > 0)
            .unwrap_or(default)
    }

    /// The page that was asked for: 30 entries unless told, 100 at most.
    pub(super) fn page(&self, all: Vec<Value>) -> Response {
        let (size, page) = (self.whole("per_page", 30).min(100), self.whole("page", 1));
        let last = all.len().div_ceil(size).max(1);
        let entries: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
        let mut link = String::new();
        let turns = [
            ("prev", page - 1, page > 1),
            ("next", page + 1, page < last),
            ("last", last, page < last),
            ("first", 1, page > 1),
        ];
        for (rel, to, _) in turns.into_iter().filter(|t| t.2) {
            let comma = if link.is_empty() { "" } else { ", " };
            write!(link, "{comma}<{}>; rel=\"{rel}\"", self.address(to)).ok();
        }
        let mut response = Json(entries).into_response();
        if let Some(value) = HeaderValue::from_str(&link).ok().filter(|v| !v.is_empty()) {
            response.headers_mut().insert(LINK, value);
        }
        response
    }

    fn address(&self, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.query.iter().filter(|(name, _)| *name != "page") {
            query.append_pair(name, value);
        }
        query.append_pair("page", &page.to_string());
        format!(
            "{}{}?{}",
            self.world.state().settings.api_url,
            self.path,
            query.finish()
        )
    }
}
