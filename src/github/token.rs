//! The tokens of an installation: one at a time, asked for by one caller while the others wait.

use super::{
    call::{Call, Reply, send},
    error::GithubError,
    pacing::Pace,
    rate, routes,
};
use crate::domain::ids::InstallationId;
use jiff::Timestamp;
use octocrab::Octocrab;
use serde_json::Value;
use std::{fmt, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

/// A token is left unused for its last minute, so that none runs out under way.
const SLACK: Duration = Duration::from_mins(1);
/// Life of a token whose answer does not say (GitHub gives an hour).
const LIFE: Duration = Duration::from_mins(55);
/// For so long GitHub's replicas may not know a new token yet.
const FRESH: Duration = Duration::from_secs(5);

/// An installation: its token and its pace.
pub(super) struct Installation {
    pub(super) id: InstallationId,
    pub(super) pace: Pace,
    token: Mutex<Option<Token>>,
}

/// A client that carries a token. The token itself is opaque, and only in there.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) octocrab: Arc<Octocrab>,
    minted: Instant,
    until: Instant,
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installation")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Token {
    /// Whether it was made so lately that a refusal may be GitHub's delay.
    pub(super) fn is_fresh(&self) -> bool {
        self.minted.elapsed() < FRESH
    }
}

impl Installation {
    pub(super) fn new(id: InstallationId) -> Self {
        Self {
            id,
            pace: Pace::default(),
            token: Mutex::new(None),
        }
    }

    /// A token that works for a while yet.
    pub(super) async fn token(&self, app: &Octocrab, api: &Url) -> Result<Token, GithubError> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.until) {
            return Ok(token.clone());
        }
        let call = Call::new(&routes::TOKEN, &[&self.id.0.to_string()]).body(serde_json::json!({}));
        let reply = send(app, api, &call).await?.checked()?;
        let token = read(app, &reply).ok_or_else(|| GithubError::Unreadable {
            call: call.name(),
            // What the answer holds is a secret, so no more is said of it.
            source: "no token in it".into(),
        })?;
        Ok(held.insert(token).clone())
    }

    /// Forgets a token that GitHub no longer takes, unless another caller has replaced it already.
    pub(super) async fn forget(&self, refused: &Token) {
        let mut held = self.token.lock().await;
        if held
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(&token.octocrab, &refused.octocrab))
        {
            *held = None;
        }
    }
}

fn read(app: &Octocrab, reply: &Reply) -> Option<Token> {
    let answer: Value = serde_json::from_slice(&reply.body).ok()?;
    let token = answer["token"].as_str().filter(|token| !token.is_empty())?;
    let octocrab = Arc::new(app.user_access_token(token.to_owned()).ok()?);
    let minted = Instant::now();
    Some(Token {
        octocrab,
        minted,
        until: minted + life(&answer, reply).unwrap_or(LIFE),
    })
}

/// Expiry and date are both by GitHub's clock; this machine's may be wrong.
fn life(answer: &Value, reply: &Reply) -> Option<Duration> {
    let expires: Timestamp = answer["expires_at"].as_str()?.parse().ok()?;
    let date = rate::date(reply.headers.get(http::header::DATE)?.to_str().ok()?)?;
    Some(
        Duration::try_from(expires.duration_since(date))
            .ok()?
            .saturating_sub(SLACK),
    )
}
