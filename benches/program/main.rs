//! The figures of the whole program: the real binary with its real store, GitHub in this process, and a stopwatch.
//!
//! `cargo bench --bench program` takes them all; `cargo bench --bench program -- tick start` only those named, and
//! `… -- acknowledge probot` Probot beside it. Each prints one row of a Markdown table. The store lies in a temporary folder (`TMPDIR` says on which disk).

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, and another process has none that could be moved"
)]

mod acknowledge;
mod burst;
mod idle;
mod knock;
mod noise;
mod pile;
mod probot;
mod program;
mod scene;
mod tick;

use std::{fs, io::Write as _, time::Duration};

/// A figure as measured, and as it must be.
struct Figure {
    what: String,
    measured: String,
    must: &'static str,
}

#[tokio::main]
async fn main() {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .expect("the first provider");
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    say(&format!("load of this machine: {}", load()));
    say("| what | measured | must be |\n|---|---|---|");
    if is_wanted("start") {
        show(&idle::start().await);
    }
    if is_wanted("memory") {
        show(&idle::memory().await);
    }
    if is_wanted("tick") {
        show(&tick::first_call().await);
    }
    if is_wanted("burst") {
        show(&burst::writes().await);
    }
    if is_wanted("acknowledge") {
        show(&acknowledge::in_a_second(300, "above 9,982, and twice Probot's").await);
        show(&acknowledge::in_a_second(25_000, "–").await);
    }
    // Needs `npm ci` in benches/probot, and so is only measured when it is asked for.
    if wanted.iter().any(|name| name == "probot") {
        show(&probot::in_a_second(300).await);
        show(&probot::in_a_second(25_000).await);
    }
    if is_wanted("noise") {
        show(&noise::another_tick().await);
    }
    if is_wanted("pile") {
        show(&pile::memory().await);
    }
    say(&format!("load of this machine: {}", load()));
}

fn show(figure: &Figure) {
    say(&format!(
        "| {} | {} | {} |",
        figure.what, figure.measured, figure.must
    ));
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("somebody reads this");
}

/// How many wanted a processor in the last one, five and fifteen minutes: figures of a busy machine say little.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// The value below which this part (0 to 1) of all lies.
fn part(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few thousand, times a part of one"
    )]
    let index = ((times.len() - 1) as f64 * part).round() as usize;
    times[index]
}

/// Milliseconds with one digit after the point.
fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

/// Megabytes with one digit after the point.
fn megabytes(kilobytes: u64) -> String {
    format!("{}.{} MB", kilobytes / 1_000, kilobytes % 1_000 / 100)
}
