//! Putting effects into the outbox; part of the transaction that decided on them.

use super::super::StoreError;
use super::super::database::Tx;
use super::super::row::{length, micros};
use super::super::streams::Touched;
use super::{EffectRow, PutMode};

/// Notes the streams that these effects join. They are the work of the installation of their rollout, or of whoever asked.
pub(in super::super) fn touch_effects(
    touched: &mut Touched,
    effects: &[EffectRow],
    installation: i64,
) {
    for effect in effects {
        if effect.mode != PutMode::Cancel {
            let due = micros(effect.due);
            touched.add(&effect.channel, &effect.stream, due, installation);
        }
    }
}

/// Puts, replaces or cancels each effect. Their streams were touched before.
pub(in super::super) async fn put_effects(
    tx: &mut Tx,
    effects: &[EffectRow],
) -> Result<(), StoreError> {
    for effect in effects {
        match effect.mode {
            PutMode::Once => put(tx, ONCE, effect, 0).await?,
            PutMode::Latest { quiet } => put(tx, LATEST, effect, length(quiet)).await?,
            PutMode::Cancel => cancel(tx, &effect.key).await?,
        }
    }
    Ok(())
}

const ONCE: &str = "INSERT INTO outbox
    (key, channel, stream, rollout, state, due, quiet, generation, attempts, payload)
    VALUES ($1, $2, $3, $4, 'queued', $5, $6, 1, 0, $7)
    ON CONFLICT (key) DO NOTHING";

// A row that failed keeps its back-off: a newer payload is no reason to press the other side. One that was performed
// waits for its quiet time, unless the clock was set back since. Otherwise the new time counts, so that a timer can be moved.
const LATEST: &str = "INSERT INTO outbox
    (key, channel, stream, rollout, state, due, quiet, generation, attempts, payload)
    VALUES ($1, $2, $3, $4, 'queued', $5, $6, 1, 0, $7)
    ON CONFLICT (key) DO UPDATE SET
        channel = excluded.channel,
        stream = excluded.stream,
        rollout = excluded.rollout,
        payload = excluded.payload,
        quiet = excluded.quiet,
        generation = outbox.generation + 1,
        due = CASE
            WHEN outbox.state = 'queued' AND outbox.reason IS NOT NULL AND outbox.due > excluded.due THEN outbox.due
            WHEN outbox.performed_at <= excluded.due AND outbox.performed_at + excluded.quiet > excluded.due
                THEN outbox.performed_at + excluded.quiet
            ELSE excluded.due END,
        attempts = CASE WHEN outbox.state = 'queued' THEN outbox.attempts ELSE 0 END,
        reason = CASE WHEN outbox.state = 'queued' THEN outbox.reason ELSE NULL END,
        state = 'queued'";

async fn put(
    tx: &mut Tx,
    statement: &'static str,
    effect: &EffectRow,
    quiet: i64,
) -> Result<(), StoreError> {
    sqlx::query(statement)
        .bind(effect.key.as_str())
        .bind(effect.channel.as_str())
        .bind(effect.stream.as_str())
        .bind(effect.rollout.as_str())
        .bind(micros(effect.due))
        .bind(quiet)
        .bind(effect.payload.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes what was never performed; what was performed before goes back to that, and its remote id is kept.
async fn cancel(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    const REMOVE: &str =
        "DELETE FROM outbox WHERE key = $1 AND state = 'queued' AND performed_at IS NULL";
    const UNDO: &str = "UPDATE outbox SET state = 'done', generation = generation + 1
        WHERE key = $1 AND state = 'queued'";
    for statement in [REMOVE, UNDO] {
        sqlx::query(statement).bind(key).execute(&mut **tx).await?;
    }
    Ok(())
}
