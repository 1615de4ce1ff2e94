//! The program itself, as a process.

use rollcall::webhook::signature::sign;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Lines, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    process::{Child, ChildStderr, Command, Stdio},
};
use tempfile::TempDir;

const KEY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/throwaway-test-key-pkcs8.pem"
);

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The program with an App whose GitHub is not there, in a folder of its own.
fn serve(folder: &TempDir) -> Command {
    let mut command = program();
    command.current_dir(folder.path()).arg("serve").envs([
        ("ROLLCALL_LISTEN", "127.0.0.1:0"),
        ("ROLLCALL_LOG__FORMAT", "json"),
        ("ROLLCALL_GITHUB__APP_ID", "4711"),
        ("ROLLCALL_GITHUB__SLUG", "rollcall"),
        ("ROLLCALL_GITHUB__PRIVATE_KEY_FILE", KEY),
        ("ROLLCALL_GITHUB__WEBHOOK_SECRET", "s3cr3t"),
        ("ROLLCALL_GITHUB__API_URL", "http://127.0.0.1:9"),
    ]);
    command
}

struct Running {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    address: String,
}

impl Running {
    fn start(folder: &TempDir) -> Self {
        let mut child = serve(folder).spawn().expect("the program runs");
        let mut log = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let address = loop {
            let line = log
                .next()
                .expect("the program goes on")
                .expect("the log is text");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            if line["message"] == "listening" {
                break line["address"].as_str().expect("an address").to_owned();
            }
        };
        Self {
            child,
            log,
            address,
        }
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("a connection");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Asks the process to stop; the exit code and the rest of the log.
    fn stop(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("`kill` is there").success());
        let rest: Vec<_> = self.log.map_while(Result::ok).collect();
        (self.child.wait().expect("an end").code(), rest.join("\n"))
    }
}

#[test]
fn a_mistake_in_the_environment_ends_the_program_with_2() {
    let ended = program()
        .arg("serve")
        .env("ROLLCALL_LITSEN", "x")
        .output()
        .expect("the program runs");
    assert_eq!(ended.status.code(), Some(2));
    let told = String::from_utf8(ended.stderr).expect("text");
    assert_eq!(
        told,
        "error: environment variable ROLLCALL_LITSEN: unknown key `litsen`\nhint: did you mean `listen`?\n"
    );
}

#[test]
fn a_second_server_on_the_same_file_is_refused_until_the_first_is_dead() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = Running::start(&folder);
    let second = serve(&folder).output().expect("the program runs");
    assert_eq!(second.status.code(), Some(1));
    let told = String::from_utf8(second.stderr).expect("text");
    let process = first.child.id();
    let expected = format!(
        "error: `database_url`: `rollcall.sqlite` is in use by another Rollcall, process {process}\nhint: "
    );
    assert!(told.contains(&expected), "{told}");
    first.child.kill().expect("a process to kill");
    first.child.wait().expect("its end");
    let (code, log) = Running::start(&folder).stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn the_server_starts_takes_a_webhook_and_stops_when_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::start(&folder);
    let ready = running.ask("GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(
        ready.starts_with("HTTP/1.1 200") && ready.contains("\"ready\":true"),
        "{ready}"
    );
    let body = r#"{"zen":"Keep it logically awesome."}"#;
    let signature = sign(body.as_bytes(), &"s3cr3t".into());
    let taken = running.ask(&format!(
        "POST /webhook HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nx-github-event: ping\r\nx-github-delivery: d-1\r\n\
         x-github-hook-installation-target-id: 4711\r\nx-hub-signature-256: {signature}\r\n\r\n{body}",
        body.len()
    ));
    assert!(taken.starts_with("HTTP/1.1 202"), "{taken}");
    let (code, log) = running.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("s3cr3t"), "{log}");
    let replay = |delivery: &str| {
        let mut command = program();
        command
            .current_dir(folder.path())
            .args(["replay", delivery]);
        command.output().expect("the program runs")
    };
    assert_eq!(replay("d-1").status.code(), Some(0));
    let unknown = replay("d-2");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        unknown
            .stderr
            .starts_with(b"error: there is no delivery `d-2`\nhint: ")
    );
}

/// What the database and its lock may be read by, once a server has run here.
#[test]
fn nobody_else_on_the_machine_can_read_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let running = Running::start(&folder);
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        seen.push(entry.file_name().into_string().expect("a name"));
    }
    seen.sort();
    let expected = ["", "-lock", "-shm", "-wal"].map(|end| format!("rollcall.sqlite{end}"));
    assert_eq!(seen, expected);
    let (code, log) = running.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("can read"), "{log}");
}

#[test]
fn a_command_that_looks_into_the_database_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [
        ["ledger", "export", "--rollout", "ro-1"].as_slice(),
        &["replay", "d-1"],
    ] {
        let ended = program().current_dir(folder.path()).args(words).output();
        let ended = ended.expect("the program runs");
        assert_eq!(ended.status.code(), Some(1));
        let told = String::from_utf8(ended.stderr).expect("text");
        let expected = format!(
            "error: there is no database at `{}/rollcall.sqlite`\nhint: ",
            folder.path().display()
        );
        assert!(
            told.starts_with(&expected) && told.contains("--config"),
            "{told}"
        );
        let left = fs::read_dir(folder.path()).expect("the folder").count();
        assert_eq!(left, 0, "nothing was made");
    }
}

#[test]
fn a_postgresql_that_is_not_there_is_named_without_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = serve(&folder)
        .env(
            "ROLLCALL_DATABASE_URL",
            "postgres://rollcall:hunter2@127.0.0.1:1/rollcall",
        )
        .output()
        .expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8(ended.stderr).expect("text");
    assert!(
        told.contains("error: `database_url`: PostgreSQL at `127.0.0.1:1` cannot be used: "),
        "{told}"
    );
    assert_eq!(told.matches("Connection refused").count(), 1, "{told}");
    assert!(
        told.contains("\nhint: is PostgreSQL running there"),
        "{told}"
    );
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_folder_for_the_database_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = serve(&folder)
        .env("ROLLCALL_DATABASE_URL", "sqlite:nowhere/rollcall.sqlite")
        .output()
        .expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8(ended.stderr).expect("text");
    assert!(
        told.contains(
            "error: `database_url`: `nowhere/rollcall.sqlite-lock` cannot be locked: No such file"
        ),
        "{told}"
    );
    assert!(told.contains("\nhint: the folder must be there"), "{told}");
}

#[test]
fn results_that_are_no_longer_read_end_the_program_quietly() {
    for words in [
        ["policy", "schema"].as_slice(),
        &["manifest"],
        &["template", "show", "standard"],
    ] {
        let mut child = program().args(words).spawn().expect("the program runs");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("an end");
        let told = String::from_utf8(ended.stderr).expect("text");
        assert_eq!((ended.status.code(), told.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_second_sandbox_is_told_how_to_get_another_port() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ended = program().args(["sandbox", "--port", &port]).output();
    let ended = ended.expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8(ended.stderr).expect("text");
    assert!(
        told.starts_with(&format!(
            "error: the sandbox cannot listen at port {port}: "
        )),
        "{told}"
    );
    assert!(
        told.contains(
            "\nhint: perhaps another sandbox runs there; `rollcall sandbox --port 9000` "
        ),
        "{told}"
    );
}

#[test]
fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let ended = serve(&folder)
        .env("ROLLCALL_LISTEN", &address)
        .output()
        .expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8(ended.stderr).expect("text");
    assert!(
        told.contains(&format!(
            "error: `listen`: nothing can listen at {address}: "
        )),
        "{told}"
    );
}
