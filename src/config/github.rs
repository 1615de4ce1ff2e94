//! The section `[github]`.

use super::{
    ConfigError, Github,
    check::{missing, required, wrong},
    file::GithubSection,
    layers::Layers,
    secret::{secret, secrets},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(super) fn check_github(
    layers: &Layers,
    section: GithubSection,
) -> Result<Option<Github>, ConfigError> {
    let key_file = section.private_key_file.as_deref();
    let key = secret(layers, "github.private_key", section.private_key, key_file)?;
    let hook_file = section.webhook_secret_file.as_deref();
    let hooks = secrets(
        layers,
        "github.webhook_secret",
        section.webhook_secret,
        hook_file,
    )?;
    let Some(app_id) = section.app_id else {
        return match (key, hooks.is_empty()) {
            (None, true) => Ok(None),
            (Some(_), _) => Err(without_app(layers, "github.private_key")),
            (None, false) => Err(without_app(layers, "github.webhook_secret")),
        };
    };
    let private_key = check_key(layers, key)?;
    if hooks.is_empty() {
        return Err(missing(layers, "github.webhook_secret").hint(
            "without it anybody could post webhooks; set the same secret on the App's settings page",
        ));
    }
    let web_url = required(layers, "github.base_url", section.base_url)?.0;
    let api_url = match section.api_url {
        Some(url) => url.0,
        None => api_of(&web_url)
            .ok_or_else(|| wrong(layers, "github.base_url", "is not an address of GitHub"))?,
    };
    Ok(Some(Github {
        app_id,
        private_key,
        webhook_secrets: hooks,
        slug: section.slug,
        web_url,
        api_url,
    }))
}

fn without_app(layers: &Layers, key: &str) -> ConfigError {
    wrong(layers, key, "is set, but `github.app_id` is missing")
        .hint("the App's settings page on GitHub shows its number")
}

fn check_key(layers: &Layers, key: Option<SecretString>) -> Result<SecretString, ConfigError> {
    let key = required(layers, "github.private_key", key).map_err(|error| {
        error.hint("set `github.private_key_file` to the PEM file that GitHub let you download")
    })?;
    if key.expose_secret().contains("-----BEGIN") {
        return Ok(key);
    }
    Err(wrong(layers, "github.private_key", "is not a PEM private key").hint(
        "it begins with `-----BEGIN RSA PRIVATE KEY-----`; a path belongs into `github.private_key_file`",
    ))
}

/// GitHub's own API has a host of its own; a GitHub Enterprise Server answers under `/api/v3`.
fn api_of(web: &Url) -> Option<Url> {
    if web.host_str() == Some("github.com") {
        return Url::parse("https://api.github.com").ok();
    }
    web.join("/api/v3").ok()
}
