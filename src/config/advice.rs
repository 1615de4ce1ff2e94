//! What an operator may have meant otherwise: nothing that stops Rollcall, but what a careful person would ask about.

use super::{Config, is_loopback};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, os::unix::fs::PermissionsExt as _, path::Path};
use url::Url;

/// A webhook secret of fewer characters can be guessed by trying.
const LONG_ENOUGH: usize = 20;
/// Everybody on the machine.
const OTHERS_READ: u32 = 0o004;

/// One piece of advice. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is doubtful: lowercase, literals in backticks.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhint: {}", self.message, self.hint)
    }
}

impl Config {
    /// What is doubtful about this configuration and the files it came from, most dangerous first.
    #[must_use]
    pub fn advice(&self) -> Vec<Advice> {
        let mut advice = Vec::new();
        advice.extend(secrets(self));
        advice.extend(files(self));
        advice.extend(addresses(self));
        advice.extend(audiences(self));
        if ["debug", "trace"]
            .iter()
            .any(|level| self.log.level.contains(level))
        {
            advice.push(Advice {
                message: format!("`log.level` is `{}`", self.log.level),
                hint: "such a log grows quickly and says who did what; `info` is meant for every day",
            });
        }
        advice
    }
}

fn secrets(config: &Config) -> Vec<Advice> {
    let hooks: &[SecretString] = config
        .github
        .as_ref()
        .map_or(&[], |github| &github.webhook_secrets);
    let mut advice = Vec::new();
    if hooks
        .iter()
        .any(|secret| secret.expose_secret().len() < LONG_ENOUGH)
    {
        advice.push(Advice {
            message: format!("`github.webhook_secret` has fewer than {LONG_ENOUGH} characters"),
            hint: "who guesses it can post webhooks as GitHub; `openssl rand -hex 32` makes a good one",
        });
    }
    if hooks.len() > 2 {
        advice.push(Advice {
            message: format!("`github.webhook_secret` holds {} secrets", hooks.len()),
            hint: "a change needs two, the new one and the old one; take out what is no longer used",
        });
    }
    let others = config
        .api_tokens
        .iter()
        .chain(config.telegram.as_ref().map(|bot| &bot.token));
    let others: Vec<&str> = others.map(ExposeSecret::expose_secret).collect();
    if hooks
        .iter()
        .any(|secret| others.contains(&secret.expose_secret()))
    {
        advice.push(Advice {
            message: "`github.webhook_secret` is used as another secret too".to_owned(),
            hint: "give each its own, so that one that leaks opens one door",
        });
    }
    advice
}

fn files(config: &Config) -> Vec<Advice> {
    let database = config
        .database_url
        .expose_secret()
        .strip_prefix("sqlite:")
        .map(Path::new);
    let files = config
        .files
        .iter()
        .map(std::path::PathBuf::as_path)
        .chain(database);
    let open = files.filter(|file| {
        let mode = std::fs::metadata(file).map(|it| it.permissions().mode());
        mode.is_ok_and(|mode| mode & OTHERS_READ != 0)
    });
    open.map(|file| Advice {
        message: format!("everybody on this machine can read `{}`", file.display()),
        hint: "`chmod o= FILE`; for a mounted secret, its mode is set where it is mounted",
    })
    .collect()
}

fn addresses(config: &Config) -> Vec<Advice> {
    let telegram = config
        .telegram
        .as_ref()
        .map(|bot| ("telegram.api_url", &bot.api_url));
    let public = config.public_url.as_ref().map(|url| ("public_url", url));
    let named = [telegram, public].into_iter().flatten();
    named
        .filter(|(_, url)| is_in_the_clear(url))
        .map(|(key, url)| Advice {
            message: format!(
                "`{key}` is `{url}`: what goes there can be read and changed on the way"
            ),
            hint: "use `https://`, or let a proxy on the same machine do so",
        })
        .collect()
}

fn audiences(config: &Config) -> Vec<Advice> {
    let mut advice = Vec::new();
    for grant in &config.audiences {
        let name = &grant.audience.name;
        let everybody = grant
            .repositories
            .iter()
            .find(|it| it.to_string().starts_with('*'));
        if let Some(pattern) = everybody.filter(|_| grant.installations.is_empty()) {
            advice.push(Advice {
                message: format!("audience `{name}` is granted to `{pattern}`: to every organisation that installs the App"),
                hint: "name the owner, `acme/*`, or the installations",
            });
        }
        let chats = !grant.audience.chats.is_empty() && config.telegram.is_none();
        let mails = !grant.audience.emails.is_empty() && config.email.is_none();
        for (missing, kind, section) in [
            (chats, "chats", "[telegram]"),
            (mails, "mail addresses", "[email]"),
        ] {
            if missing {
                advice.push(Advice {
                    message: format!("audience `{name}` has {kind}, but `{section}` is not set up: nobody is told there"),
                    hint: "set it up, or take them out of the audience",
                });
            }
        }
    }
    advice
}

/// Whether what is sent to this address leaves the machine unencrypted.
pub(super) fn is_in_the_clear(url: &Url) -> bool {
    url.scheme() == "http" && !url.host_str().is_some_and(is_loopback)
}
