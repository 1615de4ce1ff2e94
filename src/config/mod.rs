//! `rollcall.toml` and the environment become one checked [`Config`].
//!
//! `rollcall.example.toml` is built in: it is the default, the reference and the example.

mod advice;
mod audience;
mod check;
mod email;
mod error;
mod explain;
mod file;
mod github;
mod layers;
mod network;
mod pattern;
mod secret;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_words;
mod values;
mod watched;

pub use advice::Advice;
pub use error::ConfigError;
pub use network::{Network, Published, Senders};
pub use pattern::Pattern;
pub use values::{LogFormat, Tls};
pub use watched::{Fingerprint, fingerprint};

use crate::domain::{announcement::Audience, ids::Place};
use layers::Layers;
use secrecy::SecretString;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};
use url::Url;

/// The commented default, as shipped.
pub const EXAMPLE: &str = include_str!("../../rollcall.example.toml");

/// The file that is read when none is named.
const USUAL_FILE: &str = "rollcall.toml";

/// Everything an operator can set, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address under which others reach Rollcall.
    pub public_url: Option<Url>,
    /// `sqlite:FILE` or `postgres://…`; a secret, because it may hold a password.
    pub database_url: SecretString,
    /// Logging.
    pub log: Log,
    /// The GitHub App; none when it is not set up, and then there is only the sandbox.
    pub github: Option<Github>,
    /// The mail server; none when no mail is sent.
    pub email: Option<Email>,
    /// The Telegram bot; none when nothing is sent there.
    pub telegram: Option<Telegram>,
    /// Who is told, and which repositories may tell them.
    pub audiences: Vec<Grant>,
    /// The tokens of operators; empty when the API is closed.
    pub api_tokens: Vec<SecretString>,
    /// Limits of the server.
    pub limits: Limits,
    /// The files that all this was read from; secrets that change there are taken without a restart.
    pub files: Vec<PathBuf>,
}

/// How log lines are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Text or JSON.
    pub format: LogFormat,
    /// A level or a filter in the words of `tracing`.
    pub level: String,
}

/// The GitHub App.
#[derive(Debug, Clone)]
pub struct Github {
    /// The App's number.
    pub app_id: u64,
    /// The App's private key, PEM.
    pub private_key: SecretString,
    /// Secrets that a webhook may be signed with; at least one.
    pub webhook_secrets: Vec<SecretString>,
    /// The App's slug when the operator said it.
    pub slug: Option<String>,
    /// Where webhooks may come from; anywhere when the operator did not limit it.
    pub senders: Option<Senders>,
    /// Where people read GitHub: `https://github.com`.
    pub web_url: Url,
    /// Where the API is: `https://api.github.com`, `https://HOST/api/v3`.
    pub api_url: Url,
}

/// The mail server.
#[derive(Debug, Clone)]
pub struct Email {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// User name and password, when it wants them.
    pub login: Option<(String, SecretString)>,
    /// The sender, as `Name <address>` or an address.
    pub from: String,
    /// An additional certificate authority, PEM.
    pub ca_file: Option<PathBuf>,
}

/// The Telegram bot.
#[derive(Debug, Clone)]
pub struct Telegram {
    /// Its token.
    pub token: SecretString,
    /// Where the Bot API is.
    pub api_url: Url,
}

/// An audience, and the repositories that may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The audience.
    pub audience: Audience,
    /// The repositories.
    pub repositories: Vec<Pattern>,
    /// GitHub's numbers of the installations that may use it; every one when empty. Names change hands, numbers do not.
    pub installations: Vec<u64>,
}

impl Grant {
    /// Whether this repository of this installation may use the audience.
    #[must_use]
    pub fn covers(&self, place: &Place) -> bool {
        let name = place.repository.to_string();
        let named = self.repositories.iter().any(|p| p.matches(&name));
        let pinned = self.installations.is_empty();
        named && (pinned || self.installations.contains(&place.installation.0))
    }
}

/// Limits of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest webhook in bytes.
    pub body_bytes: usize,
    /// Bytes of bodies in memory at the same time.
    pub room_bytes: usize,
    /// Requests worked on at the same time.
    pub concurrent_requests: usize,
    /// Time after which a request is given up.
    pub request_time: Duration,
    /// Time for which the body of a delivery is kept after it was handled.
    pub keep_bodies: Duration,
}

impl Config {
    /// Reads the file (`rollcall.toml` in the working directory when none is named and it exists) and the environment.
    ///
    /// # Errors
    /// The first mistake with its place, and those that do not follow from it.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let usual = Path::new(USUAL_FILE);
        let path = path.or_else(|| usual.exists().then_some(usual));
        Self::from_layers(path, environment()?)
    }

    /// What these variables make of the default, as if they were the environment and there were no file.
    ///
    /// # Errors
    /// The first mistake with its variable, and those that do not follow from it.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::from_layers(None, variables)
    }

    fn from_layers(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = Layers::default();
        layers.add_file("rollcall.example.toml", EXAMPLE)?;
        if let Some(path) = path {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| {
                ConfigError::new(&name, format!("cannot be read: {error}"))
                    .hint("`rollcall.example.toml` shows every key; copy it to `rollcall.toml`")
            })?;
            layers.add_file(&name, &text)?;
        }
        layers.add_environment(variables)?;
        let mut config = check::check(&layers)?;
        config.files.extend(path.map(Path::to_owned));
        Ok(config)
    }

    /// Whether something differs that is not a secret, and not one of the sections that are replaced as a whole.
    #[must_use]
    pub fn differs_beside_secrets(&self, other: &Self) -> bool {
        // Secrets do not show in this text, by which they are left out of the comparison.
        let rest = |config: &Self| {
            let mut rest = config.clone();
            (rest.email, rest.telegram) = (None, None);
            rest.files.clear();
            rest.api_tokens.clear();
            if let Some(github) = &mut rest.github {
                github.webhook_secrets.clear();
            }
            format!("{rest:?}")
        };
        rest(self) != rest(other)
    }
}

/// Whether a host of an address or a mail server is this very machine.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The one place where the environment is read. A variable of ours that is not UTF-8 is a mistake, foreign ones are not looked at.
fn environment() -> Result<Vec<(String, String)>, ConfigError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the configuration is the one reader of the environment"
    )]
    let variables = std::env::vars_os();
    let mut ours = Vec::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with("ROLLCALL_")) else {
            continue;
        };
        let value = value.into_string().map_err(|_| {
            ConfigError::new(format!("environment variable {name}"), "is not UTF-8 text")
        })?;
        ours.push((name.to_owned(), value));
    }
    Ok(ours)
}
