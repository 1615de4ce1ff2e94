//! The shape of `rollcall.toml`, before values are weighed against each other.

use super::values::{ChatEntry, Listen, LogFormat, Secrets, Tls, WebUrl, Words};
use secrecy::SecretString;
use serde::Deserialize;
use std::path::PathBuf;

/// The whole file. Every key is optional here, because a file says only what it changes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub listen: Option<Listen>,
    pub public_url: Option<WebUrl>,
    pub database_url: Option<SecretString>,
    pub database_url_file: Option<PathBuf>,
    pub log: LogSection,
    pub github: GithubSection,
    pub email: EmailSection,
    pub telegram: TelegramSection,
    pub api: ApiSection,
    pub limits: LimitsSection,
    pub audience: Vec<AudienceSection>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LogSection {
    pub format: Option<LogFormat>,
    pub level: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GithubSection {
    pub app_id: Option<u64>,
    pub private_key: Option<SecretString>,
    pub private_key_file: Option<PathBuf>,
    pub webhook_secret: Option<Secrets>,
    pub webhook_secret_file: Option<PathBuf>,
    pub slug: Option<String>,
    pub webhook_from: Option<Words>,
    pub client_address_header: Option<String>,
    pub base_url: Option<WebUrl>,
    pub api_url: Option<WebUrl>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmailSection {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub tls: Option<Tls>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub password_file: Option<PathBuf>,
    pub from: Option<String>,
    pub ca_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TelegramSection {
    pub token: Option<SecretString>,
    pub token_file: Option<PathBuf>,
    pub api_url: Option<WebUrl>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ApiSection {
    pub tokens: Option<Secrets>,
    pub tokens_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LimitsSection {
    pub body_bytes: Option<usize>,
    pub room_bytes: Option<usize>,
    pub concurrent_requests: Option<usize>,
    pub request_seconds: Option<u64>,
    pub keep_bodies_days: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AudienceSection {
    pub name: String,
    pub repositories: Vec<String>,
    pub telegram: Vec<ChatEntry>,
    pub email: Vec<String>,
    pub zone: Option<String>,
    pub installations: Vec<u64>,
}
