//! Values weighed against each other: what belongs together, what is missing, what is not safe.

use super::{
    Config, ConfigError, Limits, Log, Telegram,
    audience::check_audiences,
    email::check_email,
    error::Mistakes,
    file::{ApiSection, LimitsSection, LogSection, TelegramSection},
    github::check_github,
    layers::Layers,
    secret::{secret, secrets},
    watched::secret_files,
};
use secrecy::{ExposeSecret, SecretString};
use std::{path::Path, time::Duration};

/// Least length of a token that opens the API.
const TOKEN_LENGTH: usize = 16;

pub(super) fn check(layers: &Layers) -> Result<Config, ConfigError> {
    let file = layers.file()?;
    let files = secret_files(&file);
    let mut mistakes = Mistakes::default();
    let url = (file.database_url, file.database_url_file.as_deref());
    let database_url = mistakes.take(check_database_url(layers, url));
    let listen = mistakes.take(required(layers, "listen", file.listen));
    let log = mistakes.take(check_log(layers, file.log));
    let github = mistakes.take(check_github(layers, file.github));
    let email = mistakes.take(check_email(layers, file.email));
    let telegram = mistakes.take(check_telegram(layers, file.telegram));
    let api_tokens = mistakes.take(check_tokens(layers, file.api));
    let limits = mistakes.take(check_limits(layers, &file.limits));
    let audiences = mistakes.take(check_audiences(layers, file.audience));
    let made = || {
        Some(Config {
            listen: listen?.0,
            public_url: file.public_url.map(|url| url.0),
            database_url: database_url?,
            log: log?,
            github: github?,
            email: email?,
            telegram: telegram?,
            audiences: audiences?,
            api_tokens: api_tokens?,
            limits: limits?,
            files,
        })
    };
    mistakes.or(made())
}

pub(super) fn required<T>(layers: &Layers, key: &str, value: Option<T>) -> Result<T, ConfigError> {
    value.ok_or_else(|| missing(layers, key))
}

pub(super) fn missing(layers: &Layers, key: &str) -> ConfigError {
    wrong(layers, key, "is missing")
}

pub(super) fn wrong(layers: &Layers, key: &str, message: &str) -> ConfigError {
    ConfigError::new(layers.place(key), format!("`{key}` {message}"))
}

fn check_database_url(
    layers: &Layers,
    (url, file): (Option<SecretString>, Option<&Path>),
) -> Result<SecretString, ConfigError> {
    let url = secret(layers, "database_url", url, file)?;
    let url = required(layers, "database_url", url)?;
    let known = ["sqlite:", "postgres:", "postgresql:"];
    if known
        .iter()
        .any(|scheme| url.expose_secret().starts_with(scheme))
    {
        return Ok(url);
    }
    Err(wrong(
        layers,
        "database_url",
        "is neither a SQLite file nor a PostgreSQL server",
    )
    .hint("write `sqlite:rollcall.sqlite` or `postgres://user:password@host/database`"))
}

fn check_log(layers: &Layers, section: LogSection) -> Result<Log, ConfigError> {
    Ok(Log {
        format: required(layers, "log.format", section.format)?,
        level: required(layers, "log.level", section.level)?,
    })
}

fn check_tokens(layers: &Layers, section: ApiSection) -> Result<Vec<SecretString>, ConfigError> {
    let file = section.tokens_file.as_deref();
    let tokens = secrets(layers, "api.tokens", section.tokens, file)?;
    if tokens
        .iter()
        .all(|token| token.expose_secret().len() >= TOKEN_LENGTH)
    {
        return Ok(tokens);
    }
    Err(wrong(
        layers,
        "api.tokens",
        &format!("holds a token of fewer than {TOKEN_LENGTH} characters"),
    )
    .hint("`openssl rand -hex 32` makes a good one"))
}

fn check_telegram(
    layers: &Layers,
    section: TelegramSection,
) -> Result<Option<Telegram>, ConfigError> {
    let Some(token) = secret(
        layers,
        "telegram.token",
        section.token,
        section.token_file.as_deref(),
    )?
    else {
        return Ok(None);
    };
    let api_url = required(layers, "telegram.api_url", section.api_url)?.0;
    Ok(Some(Telegram { token, api_url }))
}

fn check_limits(layers: &Layers, section: &LimitsSection) -> Result<Limits, ConfigError> {
    let limits = Limits {
        body_bytes: required(layers, "limits.body_bytes", section.body_bytes)?,
        room_bytes: required(layers, "limits.room_bytes", section.room_bytes)?,
        concurrent_requests: required(
            layers,
            "limits.concurrent_requests",
            section.concurrent_requests,
        )?,
        request_time: Duration::from_secs(required(
            layers,
            "limits.request_seconds",
            section.request_seconds,
        )?),
        keep_bodies: Duration::from_hours(24)
            * required(layers, "limits.keep_bodies_days", section.keep_bodies_days)?,
    };
    for (key, zero) in [
        ("limits.body_bytes", limits.body_bytes == 0),
        (
            "limits.concurrent_requests",
            limits.concurrent_requests == 0,
        ),
        ("limits.request_seconds", limits.request_time.is_zero()),
        ("limits.keep_bodies_days", limits.keep_bodies.is_zero()),
    ] {
        if zero {
            return Err(wrong(layers, key, "must be greater than zero"));
        }
    }
    if limits.room_bytes < limits.body_bytes {
        let message = "must be at least `limits.body_bytes`, or the largest webhook never fits";
        return Err(wrong(layers, "limits.room_bytes", message));
    }
    Ok(limits)
}
