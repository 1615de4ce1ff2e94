//! Secrets are read again when their files change, and when the process is told to (SIGHUP).

use crate::{
    config::{Config, Fingerprint, fingerprint},
    run::Rotation,
};
use anyhow::Context;
use std::{path::PathBuf, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, MissedTickBehavior, interval},
};
use tracing::{error, info, warn};

/// Between two looks at the files. What changed is taken when two looks in a row see the same, because a file may be half written.
const LOOK: Duration = Duration::from_secs(1);
/// What could not be used may be good later although no file has changed (GitHub did not answer): it is tried again after this.
const AGAIN: Duration = Duration::from_secs(30);

/// Looks at the files of one configuration.
pub(super) struct Reload {
    path: Option<PathBuf>,
    in_force: Config,
    rotation: Rotation,
    hangup: Signal,
    /// What the configuration in force was read from.
    taken: Fingerprint,
    /// What was tried last in vain.
    refused: Option<(Fingerprint, Instant)>,
}

impl Reload {
    /// Gets ready; from now on SIGHUP no longer ends the process. `taken` is how the files were when the configuration was read
    /// from them: what changes while the server starts is taken after it has.
    pub(super) fn new(
        path: Option<PathBuf>,
        in_force: Config,
        taken: Fingerprint,
        rotation: Rotation,
    ) -> anyhow::Result<Self> {
        let hangup = signal(SignalKind::hangup()).context("signals cannot be listened to")?;
        Ok(Self {
            path,
            in_force,
            rotation,
            hangup,
            taken,
            refused: None,
        })
    }

    /// Goes on for ever.
    pub(super) async fn watch(mut self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = self.taken;
        loop {
            let told = tokio::select! {
                _ = looks.tick() => false,
                _ = self.hangup.recv() => true,
            };
            let seen = fingerprint(&self.in_force.files);
            let settled = seen == last && seen != self.taken && self.is_due(seen);
            last = seen;
            if told || settled {
                self.reload(seen).await;
            }
        }
    }

    fn is_due(&self, seen: Fingerprint) -> bool {
        self.refused
            .is_none_or(|(refused, at)| refused != seen || at.elapsed() >= AGAIN)
    }

    async fn reload(&mut self, seen: Fingerprint) {
        match self.put().await {
            Ok(replaced) => {
                if replaced.is_empty() {
                    info!("the configuration was read again; no secret differs");
                } else {
                    info!(replaced = replaced.join(", "), "secrets were replaced");
                }
                self.refused = None;
            }
            Err(error) => {
                let known = self.refused.is_some_and(|(refused, _)| refused == seen);
                if !known {
                    let error = format!("{error:#}");
                    error!(
                        error,
                        "the new configuration cannot be used; what was in force stays in force"
                    );
                }
                self.refused = Some((seen, Instant::now()));
            }
        }
    }

    async fn put(&mut self) -> anyhow::Result<Vec<&'static str>> {
        // Its files may be others now. They are looked at before they are read, or what changes in between would never be taken.
        let taken = fingerprint(&Config::load(self.path.as_deref())?.files);
        let next = Config::load(self.path.as_deref())?;
        let replaced = self.rotation.put(&self.in_force, &next).await?;
        if next.differs_beside_secrets(&self.in_force) {
            warn!("other settings have changed too; they are in force after the next start");
        }
        self.in_force = next;
        self.taken = taken;
        Ok(replaced)
    }
}
