//! Secrets are replaced while Rollcall runs.

use super::{SetupError, parts::notifier};
use crate::{
    config::Config,
    current::{Current, Secrets},
    github::GithubApp,
    notify::Notifier,
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Everything that holds a secret in a running process.
pub struct Rotation {
    /// What webhooks may be signed with.
    pub webhook: Secrets,
    /// What opens the API.
    pub api: Secrets,
    /// What signs as the App.
    pub github: Arc<GithubApp>,
    /// What logs in to the mail server and to Telegram.
    pub notifier: Current<Notifier>,
}

impl Rotation {
    /// Puts the secrets of `next` in force, all or none, and says which of those in `now` they replace.
    ///
    /// # Errors
    /// One of them cannot be used: then the old ones stay in force.
    pub async fn put(&self, now: &Config, next: &Config) -> Result<Vec<&'static str>, SetupError> {
        let mut replaced = Vec::new();
        // What may fail comes first.
        let messages = notifier(next)?;
        if let (Some(old), Some(new)) = (&now.github, &next.github) {
            if !is_same(&old.private_key, &new.private_key) {
                self.github.replace_key(&new.private_key).await?;
                replaced.push("github.private_key");
            }
            if !are_same(&old.webhook_secrets, &new.webhook_secrets) {
                self.webhook.replace(new.webhook_secrets.clone());
                replaced.push("github.webhook_secret");
            }
        }
        if !are_same(&now.api_tokens, &next.api_tokens) {
            self.api.replace(next.api_tokens.clone());
            replaced.push("api.tokens");
        }
        self.notifier.replace(messages);
        replaced.extend(channels(now, next));
        Ok(replaced)
    }
}

/// The channels whose login differs.
fn channels(now: &Config, next: &Config) -> Vec<&'static str> {
    let token = |config: &Config| config.telegram.as_ref().map(|bot| shown(&bot.token));
    let login = |config: &Config| {
        let login = config.email.as_ref()?.login.as_ref()?;
        Some((login.0.clone(), shown(&login.1)))
    };
    let mut differ = Vec::new();
    if login(now) != login(next) {
        differ.push("email.password");
    }
    if token(now) != token(next) {
        differ.push("telegram.token");
    }
    differ
}

fn shown(secret: &SecretString) -> String {
    secret.expose_secret().to_owned()
}

fn is_same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

fn are_same(one: &[SecretString], other: &[SecretString]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| is_same(one, other))
}
