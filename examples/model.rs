//! Searches the model of the core as deep as asked: `cargo run --release --example model -- DEPTH`.
//!
//! The model and its laws are those of the tests (`tests/it/decisions/model/`).

#[path = "../tests/it/decisions/model/mod.rs"]
mod model;

use std::{io::Write, num::NonZero, process::ExitCode, thread};

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let depth = std::env::args().nth(1).and_then(|depth| depth.parse().ok());
    let Some(depth) = depth else {
        let _ = writeln!(
            out,
            "model DEPTH: how many acts from the stations of a rollout, such as 3"
        );
        return ExitCode::from(2);
    };
    let told = model::starts::starts().and_then(|starts| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        model::search::search(starts, depth, threads, |level, seen| {
            let _ = writeln!(
                std::io::stdout(),
                "depth {level}: {} states ({} deploying, {} ends), {} steps",
                seen.states,
                seen.deploying,
                seen.ends,
                seen.steps
            );
        })
    });
    match told {
        Ok(seen) if seen.whole => {
            let _ = writeln!(out, "no law is broken, and there are no further states");
            ExitCode::SUCCESS
        }
        Ok(_) => {
            let _ = writeln!(out, "no law is broken");
            ExitCode::SUCCESS
        }
        Err(broken) => {
            let _ = writeln!(out, "{broken}");
            ExitCode::FAILURE
        }
    }
}
