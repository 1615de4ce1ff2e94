//! What the workers are made of, from the operator's configuration.

use crate::{
    clock::Clock,
    config::{
        Config, Email as EmailSettings, Github as GithubSettings, Grant, Published,
        Telegram as TelegramSettings, Tls,
    },
    current::Current,
    deliver::Deliverer,
    domain::facts::App,
    github::{GithubApp, GithubConfig, GithubError},
    handle::Handler,
    notify::{Email, EmailConfig, EmailTls, Notifier, NotifyError, Telegram, TelegramConfig},
    store::Store,
};
use secrecy::ExposeSecret;
use std::{sync::Arc, time::Duration};

/// The longest time for one mail or message.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the workers are made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// GitHub.
    pub github: Arc<GithubApp>,
    /// Mail and Telegram.
    pub notifier: Current<Notifier>,
    /// The operator's audiences.
    pub audiences: Arc<[Grant]>,
    /// The time.
    pub clock: Clock,
    /// Name of this process in leases.
    pub worker: String,
    /// How long bodies of deliveries are kept after they were handled.
    pub keep_bodies: Duration,
    /// Where the networks go that GitHub sends webhooks from, when they matter.
    pub published: Option<Published>,
}

/// A part that cannot be made from the configuration.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The GitHub App.
    #[error("section `[github]` cannot be used")]
    Github(#[from] GithubError),
    /// Mail or Telegram.
    #[error("section `[email]` or `[telegram]` cannot be used")]
    Notify(#[from] NotifyError),
}

impl Parts {
    /// Makes the parts. `paced` keeps GitHub's pace, which stand-ins do not need.
    ///
    /// # Errors
    /// A key, address or certificate cannot be used.
    pub fn new(
        config: &Config,
        github: &GithubSettings,
        store: Store,
        clock: Clock,
        paced: bool,
    ) -> Result<Self, SetupError> {
        let worker = worker_name(config, &clock);
        Ok(Self {
            store,
            github: Arc::new(GithubApp::new(&github_config(github, paced))?),
            notifier: Current::new(notifier(config)?),
            audiences: config.audiences.clone().into(),
            clock,
            worker,
            keep_bodies: config.limits.keep_bodies,
            published: github.senders.as_ref().and_then(|from| from.github.clone()),
        })
    }

    pub(super) fn handler(&self, app: App) -> Handler {
        Handler {
            store: self.store.clone(),
            github: Arc::clone(&self.github),
            app,
            audiences: Arc::clone(&self.audiences),
            clock: self.clock.clone(),
            worker: self.worker.clone(),
        }
    }

    pub(super) fn deliverer(&self, app: &App) -> Deliverer {
        Deliverer {
            store: self.store.clone(),
            github: Arc::clone(&self.github),
            notifier: self.notifier.clone(),
            login: format!("{}[bot]", app.slug),
            clock: self.clock.clone(),
            worker: self.worker.clone(),
        }
    }
}

/// The ways to people.
pub(super) fn notifier(config: &Config) -> Result<Notifier, NotifyError> {
    let email = config
        .email
        .as_ref()
        .map(|email| Email::new(email_config(email)));
    let telegram = config
        .telegram
        .as_ref()
        .map(|bot| Telegram::new(&telegram_config(bot)));
    Ok(Notifier {
        email: email.transpose()?,
        telegram: telegram.transpose()?,
    })
}

/// A file belongs to one process: a new one takes over what the last one held. On a shared database each process has its own name.
fn worker_name(config: &Config, clock: &Clock) -> String {
    if config.database_url.expose_secret().starts_with("postgres") {
        format!("{}-{}", std::process::id(), clock.now().as_microsecond())
    } else {
        "this file's process".to_owned()
    }
}

fn github_config(settings: &GithubSettings, paced: bool) -> GithubConfig {
    GithubConfig {
        api_url: settings.api_url.to_string(),
        web_url: settings.web_url.as_str().trim_end_matches('/').to_owned(),
        app_id: settings.app_id,
        private_key: settings.private_key.clone(),
        slug: settings.slug.clone(),
        paced,
    }
}

fn email_config(settings: &EmailSettings) -> EmailConfig {
    EmailConfig {
        host: settings.host.clone(),
        port: settings.port,
        tls: match settings.tls {
            Tls::Starttls => EmailTls::Starttls,
            Tls::Tls => EmailTls::Tls,
            Tls::None => EmailTls::None,
        },
        login: settings.login.clone(),
        from: settings.from.clone(),
        ca_file: settings.ca_file.clone(),
        timeout: PATIENCE,
    }
}

fn telegram_config(settings: &TelegramSettings) -> TelegramConfig {
    TelegramConfig {
        token: settings.token.clone(),
        api_url: settings.api_url.to_string(),
        timeout: PATIENCE,
    }
}
