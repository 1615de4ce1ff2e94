//! The command line, as a person at a terminal sees it.

mod files;
mod make;
mod manifest;
mod order;
mod policy;
mod program;

use rollcall::cli::{Terminal, run};
use std::ffi::OsString;

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: u8,
    out: String,
    err: String,
}

fn rollcall_with(arguments: &[&str], input: &str) -> Ended {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut terminal = Terminal {
        input: &mut input.as_bytes(),
        out: &mut out,
        err: &mut err,
    };
    let arguments = ["rollcall"].iter().chain(arguments).map(OsString::from);
    let code = run(arguments, &mut terminal);
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    Ended {
        code,
        out: text(out),
        err: text(err),
    }
}

fn rollcall(arguments: &[&str]) -> Ended {
    rollcall_with(arguments, "")
}
