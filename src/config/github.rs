//! The section `[github]`.

use super::{
    ConfigError, Github, Published, Senders,
    advice::is_in_the_clear,
    check::{missing, required, wrong},
    error::Mistakes,
    file::GithubSection,
    layers::Layers,
    secret::{secret, secrets},
    values::{WebUrl, Words},
};
use http::HeaderName;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(super) fn check_github(
    layers: &Layers,
    section: GithubSection,
) -> Result<Option<Github>, ConfigError> {
    let mut mistakes = Mistakes::default();
    let key_file = section.private_key_file.as_deref();
    let key = secret(layers, "github.private_key", section.private_key, key_file);
    let key = mistakes.take(key);
    let hook_file = section.webhook_secret_file.as_deref();
    let hooks = secrets(
        layers,
        "github.webhook_secret",
        section.webhook_secret,
        hook_file,
    );
    let hooks = mistakes.take(hooks);
    let Some(app_id) = section.app_id else {
        let set = key.as_ref().zip(hooks.as_ref());
        let set = set.map(|(key, hooks)| without_app(layers, key.is_some(), !hooks.is_empty()));
        let unset = set.and_then(|set| mistakes.take(set));
        return mistakes.or(unset.map(|()| None));
    };
    let private_key = key.and_then(|key| mistakes.take(check_key(layers, key)));
    let webhook_secrets = hooks.and_then(|hooks| mistakes.take(check_hooks(layers, hooks)));
    let header = section.client_address_header;
    let senders = mistakes.take(check_senders(layers, section.webhook_from, header));
    let addresses = mistakes.take(check_addresses(layers, section.base_url, section.api_url));
    let made = || {
        let (web_url, api_url) = addresses?;
        Some(Github {
            app_id,
            private_key: private_key?,
            webhook_secrets: webhook_secrets?,
            slug: section.slug,
            senders: senders?,
            web_url,
            api_url,
        })
    };
    mistakes.or(made()).map(Some)
}

fn check_hooks(
    layers: &Layers,
    hooks: Vec<SecretString>,
) -> Result<Vec<SecretString>, ConfigError> {
    if hooks.is_empty() {
        return Err(missing(layers, "github.webhook_secret").hint(
            "without it anybody could post webhooks; set the same secret on the App's settings page",
        ));
    }
    Ok(hooks)
}

/// Where people read GitHub, and where its API is.
fn check_addresses(
    layers: &Layers,
    web: Option<WebUrl>,
    api: Option<WebUrl>,
) -> Result<(Url, Url), ConfigError> {
    let web_url = required(layers, "github.base_url", web)?.0;
    let api_url = match api {
        Some(url) => url.0,
        None => api_of(&web_url)
            .ok_or_else(|| wrong(layers, "github.base_url", "is not an address of GitHub"))?,
    };
    check_protected(layers, "github.base_url", &web_url)?;
    check_protected(layers, "github.api_url", &api_url)?;
    Ok((web_url, api_url))
}

/// `github` stands for what GitHub publishes; everything else is a network.
fn check_senders(
    layers: &Layers,
    from: Option<Words>,
    header: Option<String>,
) -> Result<Option<Senders>, ConfigError> {
    let key = "github.client_address_header";
    let Some(Words(from)) = from else {
        return match header {
            Some(_) => Err(wrong(
                layers,
                key,
                "is set, but `github.webhook_from` is not",
            )),
            None => Ok(None),
        };
    };
    if header
        .as_ref()
        .is_some_and(|name| HeaderName::from_bytes(name.as_bytes()).is_err())
    {
        return Err(wrong(layers, key, "is not the name of a header"));
    }
    let mut senders = Senders {
        header,
        ..Senders::default()
    };
    for text in from {
        if text == "github" {
            senders.github = Some(Published::default());
            continue;
        }
        let network = text.parse().map_err(|message: String| {
            wrong(
                layers,
                "github.webhook_from",
                &format!("is wrong: {message}"),
            )
            .hint("`github` stands for the networks that GitHub publishes")
        })?;
        senders.networks.push(network);
    }
    Ok(Some(senders))
}

/// The App's tokens go to the API, and what people read decides what they approve.
fn check_protected(layers: &Layers, key: &str, url: &Url) -> Result<(), ConfigError> {
    if !is_in_the_clear(url) {
        return Ok(());
    }
    let message = format!("is `{url}`: the App's tokens would be readable on the way");
    Err(wrong(layers, key, &message).hint("use `https://`"))
}

/// Without the App's number nothing else of it may be set.
fn without_app(layers: &Layers, key: bool, hooks: bool) -> Result<(), ConfigError> {
    let key = match (key, hooks) {
        (false, false) => return Ok(()),
        (true, _) => "github.private_key",
        (false, true) => "github.webhook_secret",
    };
    let message = "is set, but `github.app_id` is missing";
    Err(wrong(layers, key, message).hint("the App's settings page on GitHub shows its number"))
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
