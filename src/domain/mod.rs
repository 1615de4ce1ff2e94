//! The functional core: what a rollout is, and what follows from what happens to it.
//!
//! Values in, values out: the same rollout, event and facts always give the same decision. No clock, network, file, environment or
//! random number.

pub mod announcement;
pub mod announcement_kind;
pub mod approval;
pub mod calendar;
pub mod checklist;
pub mod command;
pub mod decide;
pub mod effect;
pub mod event;
pub mod facts;
pub mod fields;
pub mod ids;
pub mod inert;
pub mod ledger;
pub mod ledger_export;
mod markdown;
pub mod person;
pub mod phase;
pub mod policy;
pub mod problem;
pub mod refusal;
pub mod render;
pub mod reply;
pub mod retry;
pub mod rollout;
pub mod schedule;
pub mod template;
pub mod text;
pub mod window;
pub mod yaml;
