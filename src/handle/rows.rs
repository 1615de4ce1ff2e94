//! Between the core's values and the store's rows.

use super::HandleError;
use crate::{
    domain::{
        decide::Decision,
        effect::{Effect, Mode},
        event::Event,
        ledger::Entry,
        rollout::Rollout,
    },
    store::{Arrival, Commit, EffectRow, LedgerRow, PutMode, RolloutRow, Source},
};
use jiff::Timestamp;
use std::time::Duration;

/// GitHub's numbers fit: they are signed 64-bit on its side.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn rollout_of(row: &RolloutRow) -> Result<Rollout, HandleError> {
    serde_json::from_str(&row.state).map_err(|source| HandleError::Rollout {
        id: row.id.clone(),
        source,
    })
}

/// An event as a row of the inbox.
///
/// # Panics
/// Never: an event holds nothing that JSON cannot.
#[must_use]
pub fn arrival_of(event: &Event, source: Source, now: Timestamp) -> Arrival {
    Arrival {
        source,
        key: event.key.clone(),
        kind: "event".to_owned(),
        body: serde_json::to_vec(event).expect("an event holds nothing that JSON cannot"),
        received_at: now,
        installation_target: None,
        installation: Some(signed(event.place.installation.0)),
        stream: Some(event.stream()),
    }
}

pub(super) fn commit(arrival: i64, version: i64, decision: Decision, now: Timestamp) -> Commit {
    Commit {
        arrival,
        rollout: decision
            .rollout
            .map(|rollout| rollout_row(&rollout, version)),
        ledger: decision.ledger.into_iter().map(ledger_row).collect(),
        effects: decision
            .effects
            .into_iter()
            .map(|effect| effect_row(&effect, now))
            .collect(),
        arrivals: Vec::new(),
    }
}

fn rollout_row(rollout: &Rollout, version: i64) -> RolloutRow {
    RolloutRow {
        id: rollout.id.0.clone(),
        version,
        installation: signed(rollout.place.installation.0),
        repository: signed(rollout.place.repository.id.0),
        issue: rollout.place.issue.map(signed),
        request_key: rollout.request.clone(),
        open: !rollout.is_finished(),
        target: rollout.occupies().map(str::to_owned),
        state: serde_json::to_string(rollout).expect("a rollout holds nothing that JSON cannot"),
    }
}

fn ledger_row((entry, hash): (Entry, String)) -> LedgerRow {
    LedgerRow {
        rollout: entry.rollout.0.clone(),
        seq: signed(entry.seq),
        at: entry.at,
        entry: entry.to_json(),
        hash,
    }
}

fn effect_row(effect: &Effect, now: Timestamp) -> EffectRow {
    let mode = match effect.mode {
        Mode::Once => PutMode::Once,
        Mode::Latest { quiet } => PutMode::Latest {
            quiet: Duration::try_from(quiet).unwrap_or_default(),
        },
        Mode::Cancel => PutMode::Cancel,
    };
    EffectRow {
        key: effect.key.clone(),
        channel: effect.action.channel().to_owned(),
        stream: effect.action.stream(),
        rollout: effect.rollout.0.clone(),
        payload: serde_json::to_string(&effect.action)
            .expect("an action holds nothing that JSON cannot"),
        due: effect.due.unwrap_or(now),
        mode,
    }
}
