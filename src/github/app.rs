//! The App on one GitHub: whose token a call carries, and what happens when GitHub does not take it.

use super::{
    cache::Cache,
    call::{Call, Reply, escape, send},
    client,
    error::GithubError,
    pacing::pause,
    routes,
    token::{Installation, Token},
    wire,
};
use crate::{
    current::Current,
    domain::{
        facts::PolicyFact,
        ids::{InstallationId, Place, RepositoryId},
    },
};
use http::StatusCode;
use octocrab::Octocrab;
use secrecy::SecretString;
use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::OnceCell, sync::Semaphore, time::Instant};
use url::Url;

/// Calls under way at once; GitHub allows 100 to an App's installation.
const AT_ONCE: usize = 50;

/// How to reach GitHub, and as whom.
#[derive(Debug, Clone)]
pub struct GithubConfig {
    /// `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server.
    pub api_url: String,
    /// Where people read: `https://github.com`.
    pub web_url: String,
    /// The App's number.
    pub app_id: u64,
    /// The App's RSA key as PEM, PKCS#1 or PKCS#8.
    pub private_key: SecretString,
    /// The App's slug, when it is known; else GitHub is asked once.
    pub slug: Option<String>,
    /// Whether calls keep GitHub's pace. Off against a stand-in.
    pub paced: bool,
}

/// The App on one GitHub.
pub struct GithubApp {
    pub(super) api: Url,
    web_url: String,
    app_id: u64,
    octocrab: Current<Octocrab>,
    paced: bool,
    slug: OnceCell<String>,
    installations: Mutex<HashMap<InstallationId, Arc<Installation>>>,
    under_way: Semaphore,
    pub(super) policies: Cache<(InstallationId, RepositoryId), PolicyFact>,
    pub(super) rights: Cache<super::facts::RightsKey, super::facts::Rights>,
}

impl fmt::Debug for GithubApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubApp")
            .field("api", &self.api.as_str())
            .finish_non_exhaustive()
    }
}

impl GithubApp {
    /// The App by its configuration; nothing is called yet. Must be made inside a Tokio runtime.
    ///
    /// # Errors
    /// When the address is not one, the key is not a key, or no HTTP client can be made.
    pub fn new(config: &GithubConfig) -> Result<Self, GithubError> {
        let api = Url::parse(&format!("{}/", config.api_url.trim_end_matches('/')));
        let api = api
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let api = api.ok_or_else(|| GithubError::Address(config.api_url.clone()))?;
        let octocrab = client::connect(&api, config.app_id, &config.private_key)?;
        Ok(Self {
            api,
            web_url: config.web_url.trim_end_matches('/').to_owned(),
            app_id: config.app_id,
            octocrab: Current::new(octocrab),
            paced: config.paced,
            slug: OnceCell::new_with(config.slug.clone()),
            installations: Mutex::default(),
            under_way: Semaphore::new(AT_ONCE),
            policies: Cache::new(Duration::from_secs(30), 1_000),
            rights: Cache::new(Duration::from_mins(1), 10_000),
        })
    }

    /// Signs with another key from now on, once GitHub has taken it. The tokens that the old key asked for are forgotten with it.
    ///
    /// # Errors
    /// It is not a key, GitHub does not take it, or does not answer: then the old one stays in force.
    pub async fn replace_key(&self, key: &SecretString) -> Result<(), GithubError> {
        let next = client::connect(&self.api, self.app_id, key)?;
        send(&next, &self.api, &Call::new(&routes::APP, &[]))
            .await?
            .checked()?;
        self.octocrab.replace(next);
        self.installations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }

    /// Where people read issues: `https://github.com`.
    #[must_use]
    pub fn web_url(&self) -> &str {
        &self.web_url
    }

    /// The App's slug, asked for once; its bot user is `SLUG[bot]`.
    ///
    /// # Errors
    /// When GitHub does not answer or does not know the App.
    pub async fn slug(&self) -> Result<&str, GithubError> {
        let read = || async {
            Ok(self
                .call_as_app(&Call::new(&routes::APP, &[]))
                .await?
                .json::<wire::App>()?
                .slug)
        };
        self.slug.get_or_try_init(read).await.map(String::as_str)
    }

    /// A call signed with the App's key.
    pub(super) async fn call_as_app(&self, call: &Call) -> Result<Reply, GithubError> {
        let _permit = self.under_way.acquire().await;
        send(&self.octocrab.read(), &self.api, call)
            .await?
            .checked()
    }

    /// Whether GitHub's pace lets something be begun in this installation.
    ///
    /// # Errors
    /// It is too early.
    pub(super) fn keep_pace(&self, installation: InstallationId) -> Result<(), GithubError> {
        if !self.paced {
            return Ok(());
        }
        let begun = self.installation(installation).pace.begin(Instant::now());
        begun.map_err(|wait| GithubError::Paced { wait })
    }

    /// A call with a token of the installation that reaches the place's repository and no other.
    pub(super) async fn call(&self, place: &Place, call: &Call) -> Result<Reply, GithubError> {
        let installation = self.installation(place.installation);
        let _permit = self.under_way.acquire().await;
        if self.paced {
            if let Some(wait) = installation.pace.resting(Instant::now()) {
                let call = call.name();
                return Err(GithubError::Limited { call, wait });
            }
            if call.makes {
                installation.pace.book(Instant::now());
            }
        }
        let answer = self.attempt(&installation, place, call).await;
        if let Err(GithubError::Limited { wait, .. }) = &answer {
            self.rest(place.installation, *wait);
        }
        answer
    }

    /// GitHub asked to be left alone in this installation.
    pub(super) fn rest(&self, installation: InstallationId, wait: Duration) {
        let installation = self.installation(installation);
        installation.pace.rest(Instant::now(), wait);
    }

    /// A refusal may be about the token: it is so new that not all of GitHub knows it (then a moment helps), or it is no longer good (then
    /// a new one does). Each is tried once.
    async fn attempt(
        &self,
        installation: &Installation,
        place: &Place,
        call: &Call,
    ) -> Result<Reply, GithubError> {
        let mut token = self.token(installation, place).await?;
        let (mut waited, mut renewed) = (false, false);
        loop {
            let call = called_now(call, place, token.called.as_deref());
            let reply = send(&token.octocrab, &self.api, &call).await?;
            let status = reply.status;
            let checked = reply.checked();
            if !matches!(checked, Err(GithubError::Refused(_))) {
                return checked;
            }
            match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if token.is_fresh() && !waited => {
                    waited = true;
                    self.moment().await;
                }
                StatusCode::UNAUTHORIZED if !renewed => {
                    renewed = true;
                    installation.forget(&token).await;
                    token = self.token(installation, place).await?;
                }
                _ => return checked,
            }
        }
    }

    /// As [`GithubApp::call`], for what is known to be there: a 404 is asked about once more, because GitHub may say so for a moment.
    pub(super) async fn call_twice(
        &self,
        place: &Place,
        call: &Call,
    ) -> Result<Reply, GithubError> {
        let answer = self.call(place, call).await;
        let is_missing =
            matches!(&answer, Err(error) if error.status() == Some(StatusCode::NOT_FOUND));
        if !is_missing {
            return answer;
        }
        self.moment().await;
        self.call(place, call).await
    }

    /// So long GitHub's replicas may differ.
    pub(super) async fn moment(&self) {
        pause(if self.paced {
            Duration::from_millis(500)
        } else {
            Duration::ZERO
        })
        .await;
    }

    async fn token(
        &self,
        installation: &Installation,
        place: &Place,
    ) -> Result<Token, GithubError> {
        let app = self.octocrab.read();
        installation.token(&app, &self.api, place).await
    }

    fn installation(&self, id: InstallationId) -> Arc<Installation> {
        let mut known = self
            .installations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            known
                .entry(id)
                .or_insert_with(|| Arc::new(Installation::new(id))),
        )
    }
}

/// The call, addressed to the repository by the name that it has now. Names pass to others: what once was ours may be a stranger's
/// repository today, and its policy a stranger's.
fn called_now<'a>(call: &'a Call, place: &Place, called: Option<&str>) -> Cow<'a, Call> {
    let Some((owner, name)) = called.and_then(|called| called.split_once('/')) else {
        return Cow::Borrowed(call);
    };
    let known = &place.repository;
    if known.owner.eq_ignore_ascii_case(owner) && known.name.eq_ignore_ascii_case(name) {
        return Cow::Borrowed(call);
    }
    let moved = [
        (
            Call::new(&routes::REPOSITORY, &[&known.owner, &known.name]).path,
            Call::new(&routes::REPOSITORY, &[owner, name]).path,
        ),
        // What else belongs to the same owner: the repository `.github`, teams.
        (
            format!("/repos/{}", escape(&known.owner)),
            format!("/repos/{}", escape(owner)),
        ),
        (
            format!("/orgs/{}", escape(&known.owner)),
            format!("/orgs/{}", escape(owner)),
        ),
    ];
    let path = moved.iter().find_map(|(from, to)| {
        let rest = call.path.strip_prefix(from.as_str())?;
        (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| format!("{to}{rest}"))
    });
    path.map_or(Cow::Borrowed(call), |path| {
        Cow::Owned(Call {
            path,
            ..call.clone()
        })
    })
}
