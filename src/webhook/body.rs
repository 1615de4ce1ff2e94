//! Reading a body that may be too large, or never end, into memory that others need as well.

use super::refusal::Refusal;
use axum::{
    body::{Body, HttpBody},
    http::StatusCode,
};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many bytes of bodies may be in memory at the same time. Clones share them.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// Takes room for what has come in, not for what was promised: nobody can reserve memory by words.
    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let permits = u32::try_from(bytes).map_err(|_| Refusal::busy())?;
        let room = Arc::clone(&self.0);
        room.try_acquire_many_owned(permits)
            .map_err(|_| Refusal::busy())
    }
}

/// A whole body, with the room that it takes. The room is given back with the value.
#[derive(Debug)]
pub struct Whole {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// Keep it as long as the bytes.
    pub room: Option<OwnedSemaphorePermit>,
}

/// The whole body, if it is at most `limit` bytes. What says beforehand that it is larger is not read at all.
///
/// # Errors
/// 413 for a body that is too large, 400 for one that broke off, 503 when there is no room for it now.
pub async fn read_body(mut body: Body, limit: usize, room: &Room) -> Result<Whole, Refusal> {
    let promised = body.size_hint().lower();
    if promised > limit as u64 {
        return Err(Refusal::too_large(limit));
    }
    let mut whole = Whole {
        bytes: Vec::new(),
        room: None,
    };
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            let message = "the body broke off";
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "body_incomplete",
                message,
            ));
        };
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        if whole.bytes.len() + piece.len() > limit {
            return Err(Refusal::too_large(limit));
        }
        whole.add(&piece, room.take(piece.len())?);
    }
    Ok(whole)
}

impl Whole {
    fn add(&mut self, piece: &[u8], room: OwnedSemaphorePermit) {
        self.bytes.extend_from_slice(piece);
        match &mut self.room {
            Some(all) => all.merge(room),
            None => self.room = Some(room),
        }
    }
}
