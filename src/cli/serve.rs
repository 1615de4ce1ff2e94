//! Commands that run the server or stand on its database.

use super::{Hinted, Terminal, logs};
use crate::{
    clock::Clock,
    config::Config,
    run::{self, Parts, Workers},
    server::{self, Patience, Server},
    store::{Replayed, Sole, Store, StoreError},
};
use anyhow::Context;
use secrecy::ExposeSecret;
use std::{net::SocketAddr, time::Duration};
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
pub(super) fn serve(config: &Config, clock: Clock) -> anyhow::Result<()> {
    logs::begin(&config.log)?;
    begin_async()?.block_on(async {
        let stop = stop_signal()?;
        let running = Running::start(config, clock, true).await?;
        stop.await;
        info!("stopping");
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
        let nothing = || format!("`listen`: nothing can listen at {}", config.listen);
        let listener = listener.with_context(nothing)?;
        let address = listener
            .local_addr()
            .context("the listener has no address")?;
        let parts = config
            .github
            .as_ref()
            .map(|github| Parts::new(config, github, store.clone(), clock.clone(), paced));
        let workers = parts.transpose()?.map(run::start);
        let router = Server::new(config, store.clone(), clock).router();
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
    Sole::claim(config.database_url.expose_secret()).map_err(|error| match error {
        StoreError::InUse { .. } => Hinted::error(
            format!("`database_url`: {error}"),
            "a SQLite file serves one process; stop the other one, or use PostgreSQL, which several may share",
        ),
        error => anyhow::Error::new(error).context("`database_url`: the database cannot be used"),
    })
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    let opened = Store::open(config.database_url.expose_secret()).await;
    opened.context("`database_url`: the database cannot be opened")
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

/// Queues a stored delivery again; the running server handles it, or the next one to start.
pub(super) fn replay(
    config: &Config,
    delivery: &str,
    clock: &Clock,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<u8> {
    let replayed = begin_async()?.block_on(async {
        let store = open(config).await?;
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
