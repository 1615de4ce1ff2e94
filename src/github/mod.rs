//! GitHub, spoken to as an App: all reads, all writes, and the deliveries that never arrived.
//!
//! Read `routes` for what is called, `call` for how, `app` for whose token it carries; then `facts` (reads) and `effects` (writes).

mod app;
mod cache;
mod call;
mod client;
pub mod effects;
mod error;
pub mod facts;
mod meta;
mod missed;
mod pacing;
mod pages;
pub mod permissions;
mod rate;
mod redirect;
pub mod routes;
mod token;
mod wire;

pub use app::{GithubApp, GithubConfig};
pub use error::{GithubError, Refusal};
pub use facts::{Memory, Whereabouts};
pub use missed::Missed;
