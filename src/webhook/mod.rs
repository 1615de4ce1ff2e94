//! The way in: webhooks are checked, stored and acknowledged; later their bytes become [`Event`](crate::domain::event::Event)s.

pub mod payload;
pub mod signature;
