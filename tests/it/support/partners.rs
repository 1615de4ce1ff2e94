//! The real counterparts as child processes; `tests/partners/README.md` tells what they are.

use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running partner. It stops when this is dropped, because its standard input ends.
pub struct Partner {
    /// What it said of itself when it was ready: ports, addresses, passwords.
    pub line: Value,
    child: Child,
    _output: BufReader<ChildStdout>,
}

impl Partner {
    /// One of the texts it said of itself.
    pub fn text(&self, key: &str) -> &str {
        self.line[key]
            .as_str()
            .unwrap_or_else(|| panic!("the partner says no `{key}`: {}", self.line))
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        let port = self.line["port"].as_u64();
        port.and_then(|port| port.try_into().ok())
            .unwrap_or_else(|| panic!("the partner says no port: {}", self.line))
    }
}

/// Starts a script of `tests/partners` with the interpreter of its kind, and waits until it is ready.
pub fn spawn(script: &str, args: &[&str]) -> Partner {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners");
    let interpreter = match script.rsplit('.').next() {
        Some("py") => folder.join(".venv/bin/python"),
        Some("mjs") => "node".into(),
        _ => "bash".into(),
    };
    let mut child = Command::new(&interpreter)
        .arg(script)
        .args(args)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; {INSTALL}", interpreter.display()));
    let mut output = BufReader::new(child.stdout.take().expect("a piped output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line of text");
    let line = serde_json::from_str(&line)
        .unwrap_or_else(|_| panic!("`{script}` did not start, and said `{line}`; {INSTALL}"));
    Partner {
        line,
        child,
        _output: output,
    }
}

const INSTALL: &str = "`tests/partners/install.sh` installs what is missing";

impl Drop for Partner {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let ended = self.child.wait();
        assert!(
            ended.is_ok() || std::thread::panicking(),
            "the partner did not stop: {ended:?}"
        );
    }
}

/// A client for the switches of partners. Like the rest of the program it needs the one crypto provider to be set, even where
/// nothing is encrypted.
pub fn client() -> reqwest::Client {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a plain client")
}
