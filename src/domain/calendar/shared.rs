//! Events that copies share, written down as a plain list.

use super::Event;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

pub(super) fn serialize<S: Serializer>(events: &Arc<[Event]>, to: S) -> Result<S::Ok, S::Error> {
    events.as_ref().serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<[Event]>, D::Error> {
    Vec::deserialize(from).map(Arc::from)
}
