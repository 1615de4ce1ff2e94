//! The tokens of an installation, each good for one repository and for no more than Rollcall's routes need. One is asked for at a time,
//! by one caller while the others wait.

use super::{
    call::{Call, Reply, send},
    error::GithubError,
    pacing::Pace,
    permissions, rate, routes,
};
use crate::domain::ids::{InstallationId, Place, RepositoryId};
use jiff::Timestamp;
use octocrab::Octocrab;
use serde_json::{Value, json};
use std::{collections::HashMap, fmt, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

/// A token is left unused for its last minute, so that none runs out under way.
const SLACK: Duration = Duration::from_mins(1);
/// The longest that a token is used. GitHub gives an hour; but the answer that brings a token also says what its repository is called
/// now, and that is to be heard more often.
const LIFE: Duration = Duration::from_mins(10);
/// For so long GitHub's replicas may not know a new token yet.
const FRESH: Duration = Duration::from_secs(5);

/// What one token reaches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reach {
    /// The repository with this number, whatever it is called.
    Number(RepositoryId),
    /// The repository of this name that belongs to the installation, in lower case.
    Name(String),
}

impl Reach {
    fn of(place: &Place) -> Self {
        match place.repository.id {
            RepositoryId(0) => Self::Name(place.repository.name.to_lowercase()),
            number => Self::Number(number),
        }
    }

    /// What GitHub is asked for.
    fn narrowed(&self, with_permissions: bool) -> Value {
        let mut body = match self {
            Self::Number(number) => json!({ "repository_ids": [number.0] }),
            Self::Name(name) => json!({ "repositories": [name] }),
        };
        if with_permissions {
            let needed = permissions::needed().into_iter();
            let needed = needed.map(|(name, access)| (name, access.name()));
            body["permissions"] = needed.collect();
        }
        body
    }
}

/// An installation: its tokens and its pace.
pub(super) struct Installation {
    pub(super) id: InstallationId,
    pub(super) pace: Pace,
    tokens: Mutex<HashMap<Reach, Token>>,
}

/// A client that carries a token. The token itself is opaque, and only in there.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) octocrab: Arc<Octocrab>,
    /// `owner/name` of the repository that it reaches, as it is called now; none when GitHub did not say.
    pub(super) called: Option<String>,
    /// What it was thought to be called when the token was asked for.
    asked_as: String,
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

    /// Whether a name is news: somebody knows of another one than GitHub gave, and it was not asked about yet.
    fn is_outdated_by(&self, name: &str) -> bool {
        let told = |known: &str| known.eq_ignore_ascii_case(name);
        !told(&self.asked_as) && self.called.as_deref().is_some_and(|called| !told(called))
    }
}

impl Installation {
    pub(super) fn new(id: InstallationId) -> Self {
        Self {
            id,
            pace: Pace::default(),
            tokens: Mutex::default(),
        }
    }

    /// A token for the place's repository that works for a while yet.
    pub(super) async fn token(
        &self,
        app: &Octocrab,
        api: &Url,
        place: &Place,
    ) -> Result<Token, GithubError> {
        let reach = Reach::of(place);
        let name = place.repository.to_string();
        let mut held = self.tokens.lock().await;
        let now = Instant::now();
        if let Some(token) = held
            .get(&reach)
            .filter(|token| now < token.until && !token.is_outdated_by(&name))
        {
            return Ok(token.clone());
        }
        held.retain(|_, token| now < token.until);
        let token = Token {
            asked_as: name,
            ..self.ask(app, api, &reach).await?
        };
        held.insert(reach, token.clone());
        Ok(token)
    }

    async fn ask(&self, app: &Octocrab, api: &Url, reach: &Reach) -> Result<Token, GithubError> {
        let call = Call::new(&routes::TOKEN, &[&self.id.0.to_string()]);
        let asked = |narrow| send_checked(app, api, call.clone().body(reach.narrowed(narrow)));
        let reply = match asked(true).await {
            // The installation's owner has not granted everything yet that this version of Rollcall asks for: it gets what there is.
            Err(error) if lacks_permission(&error) => {
                let error = error.to_string();
                tracing::warn!(
                    installation = self.id.0,
                    error,
                    "a token with all permissions is refused; asking for what is granted"
                );
                asked(false).await?
            }
            asked => asked?,
        };
        read(app, &reply).ok_or_else(|| GithubError::Unreadable {
            call: call.name(),
            // What the answer holds is a secret, so no more is said of it.
            source: "no token in it".into(),
        })
    }

    /// Forgets a token that GitHub no longer takes, unless another caller has replaced it already.
    pub(super) async fn forget(&self, refused: &Token) {
        let mut held = self.tokens.lock().await;
        held.retain(|_, token| !Arc::ptr_eq(&token.octocrab, &refused.octocrab));
    }
}

async fn send_checked(app: &Octocrab, api: &Url, call: Call) -> Result<Reply, GithubError> {
    send(app, api, &call).await?.checked()
}

fn lacks_permission(error: &GithubError) -> bool {
    let GithubError::Refused(refusal) = error else {
        return false;
    };
    refusal.status == http::StatusCode::UNPROCESSABLE_ENTITY
        && refusal.message.to_lowercase().contains("permission")
}

fn read(app: &Octocrab, reply: &Reply) -> Option<Token> {
    let answer: Value = serde_json::from_slice(&reply.body).ok()?;
    let token = answer["token"].as_str().filter(|token| !token.is_empty())?;
    let octocrab = Arc::new(app.user_access_token(token.to_owned()).ok()?);
    let called = answer["repositories"][0]["full_name"].as_str();
    let minted = Instant::now();
    Some(Token {
        octocrab,
        called: called.map(str::to_owned),
        asked_as: String::new(),
        minted,
        until: minted + life(&answer, reply).unwrap_or(LIFE).min(LIFE),
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
