//! What goes wrong around Rollcall, one fault after the other, through the whole line. `docs/reliability.md` lists them with their figures.

mod afterwards;
mod clock;
mod database;
mod github;
mod messages;
mod weather;
