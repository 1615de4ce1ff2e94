//! The program `rollcall`.

use rollcall::cli::{Terminal, run};
use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let mut terminal = Terminal {
        input: &mut io::stdin(),
        out: &mut io::stdout(),
        err: &mut io::stderr(),
    };
    ExitCode::from(run(std::env::args_os(), &mut terminal))
}
