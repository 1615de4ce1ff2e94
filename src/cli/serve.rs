//! Commands that run the server or stand on its database.

use super::{Hinted, Terminal, logs, print, reload::Reload};
use crate::{
    clock::Clock,
    config::{Config, fingerprint},
    run::{self, Parts, Rotation, Workers},
    server::{self, Patience, Server},
    store::{Replayed, Sole, Store, StoreError, file_of},
};
use anyhow::Context;
use secrecy::ExposeSecret;
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Requests that are under way when the process is told to stop may take this long.
const GRACE: Duration = Duration::from_secs(8);

/// Makes the process ready for asynchronous work and TLS.
pub(super) fn begin_async() -> anyhow::Result<Runtime> {
    // Fails only when a provider is there already, and there is no other.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .enable_all()
        .build()
        .context("no threads can be started")
}

/// Runs the server until the process is told to stop.
pub(super) fn serve(path: Option<&Path>, config: &Config, clock: Clock) -> anyhow::Result<()> {
    logs::begin(&config.log)?;
    let taken = fingerprint(&config.files);
    begin_async()?.block_on(async {
        let stop = stop_signal()?;
        for advice in config.advice() {
            warn!(hint = advice.hint, "{}", advice.message);
        }
        let mut running = Running::start(config, clock, true).await?;
        let reloading = running
            .rotation
            .take()
            .map(|rotation| Reload::new(path.map(Path::to_owned), config.clone(), taken, rotation));
        let reloading = reloading
            .transpose()?
            .map(|reload| tokio::spawn(reload.watch()));
        stop.await;
        info!("stopping");
        if let Some(reloading) = reloading {
            reloading.abort();
        }
        running.stop().await;
        Ok(())
    })
}

/// A server and its workers.
pub(super) struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    sole: Sole,
    store: Store,
    /// What holds secrets; none where there is no GitHub App.
    pub rotation: Option<Rotation>,
    workers: Option<Workers>,
    serving: JoinHandle<()>,
    shutdown: CancellationToken,
}

impl Running {
    /// Starts a server. `paced` keeps GitHub's pace, which stand-ins do not need.
    pub async fn start(config: &Config, clock: Clock, paced: bool) -> anyhow::Result<Self> {
        let sole = claim(config)?;
        let store = open(config).await?;
        let listener = TcpListener::bind(config.listen).await;
        let listener = listener.map_err(|error| {
            let message = format!("`listen`: nothing can listen at {}: {error}", config.listen);
            Hinted::error(
                message,
                "something else may listen there; `listen` in the configuration names another port",
            )
        })?;
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let parts = config
            .github
            .as_ref()
            .map(|github| Parts::new(config, github, store.clone(), clock.clone(), paced));
        let parts = parts.transpose()?;
        let server = Server::new(config, store.clone(), clock);
        let rotation = parts.as_ref().zip(server.webhook.as_ref());
        let rotation = rotation.map(|(parts, (_, webhook))| Rotation {
            webhook: webhook.clone(),
            api: server.api_tokens.clone(),
            github: Arc::clone(&parts.github),
            notifier: parts.notifier.clone(),
        });
        let workers = parts.map(run::start);
        let router = server.router();
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(server::serve(
            listener,
            router,
            Patience::default(),
            shutdown.clone(),
        ));
        info!(%address, "listening");
        Ok(Self {
            address,
            sole,
            store,
            rotation,
            workers,
            serving,
            shutdown,
        })
    }

    /// Takes nothing more, and finishes or gives back what it holds.
    pub async fn stop(self) {
        self.shutdown.cancel();
        let workers = async {
            if let Some(workers) = self.workers {
                workers.stop().await;
            }
        };
        let (serving, ()) = tokio::join!(timeout(GRACE, self.serving), workers);
        if serving.is_err() {
            warn!("some requests were under way for too long; their senders come again");
        }
        self.store.close().await;
        drop(self.sole);
    }
}

fn claim(config: &Config) -> anyhow::Result<Sole> {
    Sole::claim(config.database_url.expose_secret()).map_err(unusable)
}

/// Opens the database, which is made when it is not there.
pub(super) async fn open(config: &Config) -> anyhow::Result<Store> {
    let opened = Store::open(config.database_url.expose_secret()).await;
    opened.map_err(unusable)
}

fn unusable(error: StoreError) -> anyhow::Error {
    match error.hint() {
        Some(hint) => Hinted::error(format!("`database_url`: {}", crate::chain(&error)), hint),
        None => anyhow::Error::new(error).context("`database_url`: the database cannot be opened"),
    }
}

/// Opens the database of a server, which must be there: a command that only looks into it makes none.
pub(super) async fn open_existing(config: &Config) -> anyhow::Result<Store> {
    let file = file_of(config.database_url.expose_secret());
    let file = file.context("`database_url`: the database cannot be opened")?;
    if let Some(file) = file.filter(|file| !file.exists()) {
        let file = std::path::absolute(&file).unwrap_or(file);
        return Err(Hinted::error(
            format!("there is no database at `{}`", file.display()),
            "go to the folder in which the server runs, or name its configuration: `--config FILE`",
        ));
    }
    open(config).await
}

/// Ends with the first SIGTERM or SIGINT from now on.
pub(super) fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let listen = |kind| signal(kind).context("signals cannot be listened to");
    let (mut terminate, mut interrupt): (Signal, Signal) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Prints what is doubtful about the configuration; what is wrong with it has ended the program before.
pub(super) fn check(config: &Config, terminal: &mut Terminal<'_>) -> anyhow::Result<u8> {
    let advice = config.advice();
    for advice in &advice {
        print(terminal, &format!("{advice}\n"))?;
    }
    let told = match advice.len() {
        0 => "the configuration is sound".to_owned(),
        1 => "the configuration can be used; 1 warning".to_owned(),
        number => format!("the configuration can be used; {number} warnings"),
    };
    writeln!(terminal.err, "{told}").context("cannot write")?;
    Ok(0)
}

/// Queues a stored delivery again; the running server handles it, or the next one to start.
pub(super) fn replay(
    config: &Config,
    delivery: &str,
    clock: &Clock,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<u8> {
    let replayed = begin_async()?.block_on(async {
        let store = open_existing(config).await?;
        let replayed = store.replay(delivery, clock.now()).await;
        store.close().await;
        replayed.context("the delivery cannot be queued")
    })?;
    match replayed {
        Replayed::Yes => {
            writeln!(terminal.err, "`{delivery}` is queued again")?;
            Ok(0)
        }
        Replayed::Gone => Err(Hinted::error(
            format!("the body of delivery `{delivery}` is no longer kept: it was handled long ago"),
            "`limits.keep_bodies_days` says for how long bodies are kept; `/refresh` on the issue reads it from GitHub again",
        )),
        Replayed::Unknown => Err(Hinted::error(
            format!("there is no delivery `{delivery}`"),
            "the App's settings page on GitHub lists recent deliveries under Advanced",
        )),
    }
}
