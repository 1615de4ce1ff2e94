//! What can go wrong between Rollcall and GitHub, and the record of what was asked.

use http::Method;
use jiff::Timestamp;

/// How a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Nothing is done; this status and these headers are the answer.
    Answer(u16, Vec<(String, String)>),
    /// The request is carried out, but the answer is this status: the outcome looks unknown to the caller.
    CarryOutThenAnswer(u16),
    /// Nothing is done and no answer ever comes.
    Hang,
}

/// The next `times` requests of this method, whose path contains `path`, fail like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The method; any when none.
    pub method: Option<Method>,
    /// A part of the path; the empty text fits all.
    pub path: String,
    /// How many requests still fail.
    pub times: u32,
    /// How they fail.
    pub how: How,
}

impl Fault {
    pub(crate) fn fits(&self, method: &Method, path: &str) -> bool {
        self.times > 0
            && self.method.as_ref().is_none_or(|m| m == method)
            && path.contains(&self.path)
    }
}

/// A request that the fake received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// Method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Status answered; 0 while it hangs.
    pub status: u16,
}

impl Request {
    /// Whether it made something that people are notified of: an issue or a comment.
    ///
    /// GitHub allows about 80 of these a minute and 500 an hour (docs: secondary rate limits).
    #[must_use]
    pub fn creates_content(&self) -> bool {
        let path = self.path.trim_end_matches('/');
        self.method == Method::POST && (path.ends_with("/issues") || path.ends_with("/comments"))
    }

    /// Whether it changed anything.
    #[must_use]
    pub fn writes(&self) -> bool {
        let asks = self.path.contains("/access_tokens") || self.path.ends_with("/graphql");
        self.method != Method::GET && !asks
    }
}
