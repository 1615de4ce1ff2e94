//! `rollcall serve` as a process.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::net::TcpStream;

/// A folder with a configuration and a store, in which the program lives and dies.
pub struct Program {
    folder: TempDir,
    child: Option<Child>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Program {
    /// A folder with this `rollcall.toml`; nothing runs yet.
    pub fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        let settings = format!(
            "listen = \"{address}\"\ndatabase_url = \"sqlite:rollcall.sqlite\"\n{settings}\n[log]\nlevel = \"warn\"\n"
        );
        fs::write(folder.path().join("rollcall.toml"), settings).expect("a file");
        Self {
            folder,
            child: None,
            address,
        }
    }

    /// Starts the process; it listens a little later.
    pub fn spawn(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).expect("a file");
        let child = Command::new(env!("CARGO_BIN_EXE_rollcall"))
            .arg("serve")
            .env_clear()
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program runs");
        self.child = Some(child);
    }

    /// Starts the process and waits until it listens.
    pub async fn start(&mut self) {
        self.spawn();
        let begun = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the program does not start:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A line of `/proc/PID/status` in kilobytes: `VmRSS` (memory now) or `VmHWM` (the most so far).
    pub fn memory(&self, line: &str) -> u64 {
        let child = self.child.as_ref().expect("a process");
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.expect("a process that lives");
        let found = status.lines().find_map(|text| text.strip_prefix(line));
        let kibibytes: u64 = found
            .and_then(|text| {
                text.trim_matches(|c: char| !c.is_ascii_digit())
                    .parse()
                    .ok()
            })
            .expect("a number");
        kibibytes * 1_024 / 1_000
    }

    /// The processor's time that it has taken so far.
    pub fn effort(&self) -> Duration {
        let child = self.child.as_ref().expect("a process");
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id()));
        let stat = stat.expect("a process that lives");
        // After the name in brackets: user and system time are the 12th and 13th, in hundredths of a second.
        let rest = stat.rsplit(')').next().expect("a line");
        let ticks = rest.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|n| n.parse::<u64>().expect("a number")).sum();
        Duration::from_millis(ticks * 10)
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a process to kill");
            child.wait().expect("its end");
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
