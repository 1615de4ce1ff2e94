//! All that Rollcall reads from GitHub for its decisions.

mod comments;
mod file;
mod history;
mod newest;
mod place;
mod policy;
mod standing;
mod template;

pub use newest::Whereabouts;
pub use standing::Memory;
pub(super) use standing::{Rights, RightsKey};
