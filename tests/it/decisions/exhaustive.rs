//! The model, searched as deep as a test may take.

use super::model::{search::search, starts::starts};
use std::{num::NonZero, thread};

#[test]
#[expect(
    clippy::print_stdout,
    reason = "what the search visited is for whoever runs it"
)]
fn every_state_near_the_stations_of_a_rollout_obeys_the_laws() {
    let starts = starts().unwrap_or_else(|broken| panic!("{broken}"));
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let seen = search(starts, 1, threads, |_, _| {}).unwrap_or_else(|broken| panic!("{broken}"));
    // Shown with `--no-capture` or `--success-output final`.
    println!(
        "{} states ({} deploying, {} ends), {} steps, one act deep",
        seen.states, seen.deploying, seen.ends, seen.steps
    );
    assert!(
        seen.states > 100 && seen.deploying > 10 && seen.ends > 3,
        "{seen:?}"
    );
}
