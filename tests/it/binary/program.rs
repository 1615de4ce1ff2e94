//! `rollcall serve` as a process that can be killed and started again on the same file.

use crate::support::database::change;
use rollcall::store::Store;
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};

/// Where the program listens at present; none while it does not run.
pub(super) type Address = watch::Receiver<Option<String>>;

/// The program, its folder and its database.
pub(super) struct Program {
    folder: TempDir,
    settings: String,
    child: Option<Child>,
    address: watch::Sender<Option<String>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// A folder with this `rollcall.toml`. Nothing runs yet; port 0 is another one in each life.
    pub(super) fn new(port: u16, settings: &str) -> Self {
        Self::talking("info", port, settings)
    }

    /// As [`Self::new`], with a log of this level.
    pub(super) fn talking(level: &str, port: u16, settings: &str) -> Self {
        Self::with(format!(
            "listen = \"127.0.0.1:{port}\"\ndatabase_url = \"sqlite:rollcall.sqlite\"\n{settings}\n[log]\nformat = \"json\"\nlevel = \"{level}\"\n"
        ))
    }

    /// One more program with the same settings, on this database.
    pub(super) fn on(&self, database_url: &str) -> Self {
        let own = "sqlite:rollcall.sqlite";
        Self::with(self.settings.replacen(own, database_url, 1))
    }

    fn with(settings: String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("rollcall.toml"), &settings).expect("a file");
        Self {
            folder,
            settings,
            child: None,
            address: watch::Sender::new(None),
            log: Arc::default(),
        }
    }

    pub(super) fn address(&self) -> Address {
        self.address.subscribe()
    }

    /// Its database, as one more reader.
    pub(super) async fn store(&self) -> Store {
        let file = self.folder.path().join("rollcall.sqlite");
        let store = Store::open(&format!("sqlite:{}", file.display())).await;
        store.expect("a database that opens")
    }

    /// Changes a row of its database behind its back.
    pub(super) async fn execute(&self, statement: &'static str) {
        let file = self.folder.path().join("rollcall.sqlite");
        change(&format!("sqlite:{}", file.display()), statement).await;
    }

    /// Writes a file into its folder.
    pub(super) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// Its folder.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The bytes of every file in its folder, by name.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let files = entries.map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), std::fs::read(&path).expect("a file"))
        });
        files.collect()
    }

    /// SIGHUP.
    pub(super) fn hang_up(&self) {
        let child = self.child.as_ref().expect("a running program");
        let sent = Command::new("kill")
            .args(["-HUP", &child.id().to_string()])
            .status();
        assert!(sent.expect("`kill` runs").success());
    }

    /// Starts it, and waits until it listens.
    pub(super) async fn start(&mut self) {
        // A file that may not grow shall be an error, as a full disk is, and not the end of the program.
        let mut child = Command::new("/bin/sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" serve"])
            .arg(env!("CARGO_BIN_EXE_rollcall"))
            .env_clear()
            .env("RUST_BACKTRACE", "full")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let (said, listening) = oneshot::channel();
        let (log, mut said) = (Arc::clone(&self.log), Some(said));
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let json: Value = serde_json::from_str(&line).unwrap_or_default();
                if json["message"] == "listening"
                    && let (Some(said), Some(address)) = (said.take(), json["address"].as_str())
                {
                    said.send(address.to_owned()).ok();
                }
                log.lock().expect("a log").push(line);
            }
        });
        self.child = Some(child);
        let Ok(address) = listening.await else {
            panic!("the program ended:\n{}", self.log());
        };
        self.address.send_replace(Some(address));
    }

    /// SIGKILL: nothing in the program runs after this.
    pub(super) fn kill(&mut self) {
        self.address.send_replace(None);
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a process to kill");
            child.wait().expect("its end");
        }
    }

    /// Whether its files may grow. If not, the disk is full as far as it can tell.
    pub(super) fn files_may_grow(&self, may: bool) {
        let child = self.child.as_ref().expect("a process");
        let most = if may { "unlimited" } else { "1" };
        let limit = Command::new("prlimit")
            .arg(format!("--pid={}", child.id()))
            .arg(format!("--fsize={most}:unlimited"))
            .status();
        assert!(limit.expect("`prlimit` of util-linux").success());
    }

    /// What all its lives said.
    pub(super) fn log(&self) -> String {
        self.log.lock().expect("a log").join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let from = log.len().saturating_sub(8_000);
            eprintln!("{}", log.get(from..).unwrap_or(&log));
        }
    }
}
