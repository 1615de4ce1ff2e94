//! One private PostgreSQL for all test processes of this user, from the installed binaries.
//!
//! The first process that needs it makes it; every process that uses it holds a lock, which the kernel takes back
//! however the process ends. A keeper (this test binary once more) stops and removes it when nobody held that lock for
//! a while. Three locks: `start` for whoever starts or stops it, `users` shared by those who use it, `keeper` for the one
//! keeper.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

/// Tells this binary that it runs as the keeper: the folder, `:`, and the milliseconds without a user.
const KEEPER: &str = "ROLLCALL_POSTGRES_KEEPER";

/// A running PostgreSQL, at least until this is dropped.
pub struct Cluster {
    folder: PathBuf,
    _user: File,
    keeper: Option<Child>,
}

impl Cluster {
    /// The one that all tests share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            let folder = std::env::temp_dir().join(format!("rollcall-postgres-{}", own_uid()));
            Self::join(&folder, Duration::from_secs(10))
        })
    }

    /// The one in this folder, started if it does not run, and removed when it had no user for as long as `idle`.
    fn join(folder: &Path, idle: Duration) -> Self {
        fs::create_dir_all(folder).expect("a folder for PostgreSQL");
        let start = lock_file(folder, "start");
        start.lock().expect("the lock to start PostgreSQL");
        let user = lock_file(folder, "users");
        user.lock_shared().expect("the lock to use PostgreSQL");
        if UnixStream::connect(socket(folder)).is_err() {
            run_cluster(folder);
        }
        let keeper = (!is_kept(folder)).then(|| spawn_keeper(folder, idle));
        while !is_kept(folder) {
            rest(Duration::from_millis(5));
        }
        Self {
            folder: folder.to_owned(),
            _user: user,
            keeper,
        }
    }

    /// One for a single test, which may stop it and start it again.
    pub fn own() -> (Self, TempDir) {
        let mut folder = tempfile::Builder::new();
        let folder = folder.permissions(open_to_all()).tempdir();
        let folder = folder.expect("a temporary folder");
        let cluster = Self::join(folder.path(), Duration::from_millis(300));
        (cluster, folder)
    }

    /// Ends it as a crash would.
    pub fn stop(&self) {
        crash(&self.folder.join("cluster"));
    }

    /// Starts it after [`Cluster::stop`].
    pub fn start(&self) {
        start(&self.folder.join("cluster"));
    }

    /// How to connect to one of its databases.
    pub fn url(&self, database: &str) -> String {
        let host = self.folder.join("cluster").display().to_string();
        let host = host.replace('/', "%2F");
        format!("postgres://rollcall@localhost/{database}?host={host}")
    }

    /// A command of PostgreSQL's that connects to it.
    pub fn client(&self, name: &str) -> Command {
        let mut command = Command::new(binaries().join(name));
        command.arg("--host").arg(self.folder.join("cluster"));
        command.arg("--username").arg("rollcall");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        command
    }
}

fn lock_file(folder: &Path, name: &str) -> File {
    let path = folder.join(format!("{name}.lock"));
    let options = File::options().create(true).append(true).open(&path);
    options.unwrap_or_else(|error| panic!("cannot open `{}`: {error}", path.display()))
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("cluster/.s.PGSQL.5432")
}

fn run_cluster(folder: &Path) {
    let cluster = folder.join("cluster");
    remove(&cluster);
    fs::create_dir(&cluster).expect("a folder for the cluster");
    if let Some((uid, gid)) = server_user() {
        chown(&cluster, Some(uid), Some(gid)).expect("a folder of the server's user");
    }
    let data = cluster.join("data");
    let init = "--auth=trust --username=rollcall --encoding=UTF8 --locale=C --no-sync";
    run(server("initdb").arg(&data).args(init.split(' ')));
    start(&cluster);
}

fn start(cluster: &Path) {
    let data = cluster.join("data");
    let settings = format!(
        "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off -c full_page_writes=off \
         -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300 -c shared_buffers=64MB",
        cluster.display()
    );
    run(server("pg_ctl").arg("--pgdata").arg(&data).args([
        "start",
        "--wait",
        "--log",
        &cluster.join("log").display().to_string(),
        "--options",
        &settings,
    ]));
}

fn stop_cluster(folder: &Path) {
    let cluster = folder.join("cluster");
    crash(&cluster);
    remove(&cluster);
}

fn crash(cluster: &Path) {
    let data = cluster.join("data");
    run(server("pg_ctl")
        .arg("--pgdata")
        .arg(data)
        .args(["stop", "--mode=immediate"]));
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            panic!("cannot remove `{}`: {error}", folder.display())
        }
        _ => {}
    }
}

/// A command of PostgreSQL's that must not run as root.
fn server(name: &str) -> Command {
    let mut command = Command::new(binaries().join(name));
    command.current_dir("/");
    if let Some((uid, gid)) = server_user() {
        command.uid(uid).gid(gid);
    }
    command
}

fn run(command: &mut Command) {
    // A file and no pipe: the server inherits it and would keep a pipe open.
    let output = tempfile::tempfile().expect("a file for output");
    let errors = output.try_clone().expect("a second handle");
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    assert!(status.success(), "{command:?} ended with {status}");
}

fn own_uid() -> u32 {
    let probe = tempfile::tempfile().and_then(|file| file.metadata());
    probe.expect("a file of one's own").uid()
}

/// Whom the server runs as when the tests run as root: `postgres`, else `nobody`.
fn server_user() -> Option<(u32, u32)> {
    if own_uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("`/etc/passwd`");
    let ids = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let user = ids("postgres").or_else(|| ids("nobody"));
    Some(user.expect("a user `postgres` or `nobody`: PostgreSQL does not run as root"))
}

fn binaries() -> &'static Path {
    static BINARIES: OnceLock<PathBuf> = OnceLock::new();
    BINARIES.get_or_init(|| {
        let told = Command::new("pg_config").arg("--bindir").output();
        let told = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let mut places: Vec<PathBuf> = told.into_iter().map(PathBuf::from).collect();
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        versions.sort();
        places.extend(versions.into_iter().rev());
        let found = places
            .into_iter()
            .find(|place| place.join("initdb").exists());
        found.expect(
            "PostgreSQL is not installed: `initdb` is neither in `pg_config --bindir` nor in \
             `/usr/lib/postgresql/*/bin` (on Debian: `apt-get install postgresql`)",
        )
    })
}

fn is_kept(folder: &Path) -> bool {
    lock_file(folder, "keeper").try_lock().is_err()
}

fn spawn_keeper(folder: &Path, idle: Duration) -> Child {
    let binary = std::env::current_exe().expect("the path of this test binary");
    Command::new(binary)
        .args([
            "--exact",
            "support::postgres::a_cluster_goes_after_its_last_user",
        ])
        .env(KEEPER, format!("{}:{}", idle.as_millis(), folder.display()))
        .current_dir("/")
        // A group of its own: what ends the tests must not end the one that cleans up after them.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a keeper for PostgreSQL")
}

/// Returns when the cluster is gone.
fn keep(folder: &Path, idle: Duration) {
    const LOOK: Duration = Duration::from_millis(100);
    let keeper = lock_file(folder, "keeper");
    keeper.lock().expect("the lock of the one keeper");
    let (start, users) = (lock_file(folder, "start"), lock_file(folder, "users"));
    let mut alone = Duration::ZERO;
    loop {
        rest(LOOK);
        start.lock().expect("the lock to stop PostgreSQL");
        if users.try_lock().is_ok() {
            alone += LOOK;
            if alone >= idle {
                return stop_cluster(folder);
            }
            users.unlock().expect("a lock that opens");
        } else {
            alone = Duration::ZERO;
        }
        start.unlock().expect("a lock that opens");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process cannot wake this one"
)]
fn rest(length: Duration) {
    std::thread::sleep(length);
}

#[test]
fn a_cluster_goes_after_its_last_user() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test starts itself as the keeper"
    )]
    let order = std::env::var(KEEPER);
    if let Ok(order) = order {
        let (idle, folder) = order.split_once(':').expect("milliseconds and a folder");
        let idle = Duration::from_millis(idle.parse().expect("milliseconds"));
        return keep(Path::new(folder), idle);
    }
    let mut folder = tempfile::Builder::new();
    let folder = folder.permissions(open_to_all()).tempdir();
    let folder = folder.expect("a temporary folder");
    let mut first = Cluster::join(folder.path(), Duration::from_millis(300));
    let second = Cluster::join(folder.path(), Duration::from_millis(300));
    assert!(UnixStream::connect(socket(folder.path())).is_ok());

    let mut keeper = first.keeper.take().expect("the keeper of a new cluster");
    drop(first);
    assert!(UnixStream::connect(socket(folder.path())).is_ok());
    drop(second);
    assert!(keeper.wait().expect("a keeper that ends").success());
    assert!(!folder.path().join("cluster").exists());
}

fn open_to_all() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
