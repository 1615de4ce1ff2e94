//! All that Rollcall reads from GitHub for its decisions.

mod place;
mod standing;

pub(super) use standing::{Rights, RightsKey};
