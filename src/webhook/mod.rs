//! The ways in: webhooks and orders are checked, stored and acknowledged; later their bytes become
//! [`Event`](crate::domain::event::Event)s.

pub mod body;
pub mod order;
pub mod payload;
pub mod receive;
pub mod refusal;
pub mod signature;
pub mod whose;
