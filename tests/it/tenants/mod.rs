//! Two organisations that do not know each other share one Rollcall, and one of them is hostile.

mod noise;
mod shared;
mod stories;
