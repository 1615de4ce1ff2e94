//! Whole rollouts through the real server, a real database and the sandbox's GitHub; the test says what time it is.

mod bad_input;
mod brakes;
mod counterparts;
mod creating;
mod emergency;
mod examples;
#[path = "../faults/mod.rs"]
mod faults;
mod harness;
mod lifecycle;
mod missed;
mod moves;
mod neighbours;
mod parked;
mod people;
mod rights;
mod story;
mod unheard;
mod waiting;
mod ways;
