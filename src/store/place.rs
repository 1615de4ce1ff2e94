//! Where a database is, and that it is there, before anything is opened.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::timeout;

use super::StoreError;
use super::dialect::Dialect;

/// Read and written by the owner: the record of who did what is nobody else's.
const OWNER_ALONE: u32 = 0o600;
/// A server that has not answered by then is said not to.
const PATIENCE: Duration = Duration::from_secs(8);

/// The file of a SQLite database; none for PostgreSQL, and for a database in memory.
///
/// # Errors
/// A URL that cannot be read.
pub fn file_of(database_url: &str) -> Result<Option<PathBuf>, StoreError> {
    let is_file =
        Dialect::of(database_url) == Some(Dialect::Sqlite) && !database_url.contains(":memory:");
    if !is_file {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(database_url)?;
    Ok(Some(options.get_filename().to_owned()))
}

/// Opens a file to read and write it; one that is not there is made, for its owner alone.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.mode(OWNER_ALONE).open(path)
}

/// Makes the file of a SQLite database that is not there yet. What SQLite puts beside it gets the same mode.
pub(super) fn make_file(database_url: &str) -> Result<(), StoreError> {
    // With words of his own behind the `?` the operator says whether the file may be made.
    let Some(path) = file_of(database_url)?.filter(|_| !database_url.contains('?')) else {
        return Ok(());
    };
    if path.exists() {
        return Ok(());
    }
    open_private(&path).map(drop).map_err(|source| {
        let file = path.display().to_string();
        StoreError::Make { file, source }
    })
}

/// Connects to a PostgreSQL server once, because the pool does not say why it could not.
pub(super) async fn knock(database_url: &str) -> Result<(), StoreError> {
    let options = PgConnectOptions::from_str(database_url)?;
    let server = server(&options);
    let connected = timeout(PATIENCE, options.connect()).await;
    let late = |_| sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no answer"));
    match connected.map_err(late).and_then(|connected| connected) {
        Ok(connection) => Ok(connection.close().await?),
        Err(source) => Err(StoreError::Unreachable { server, source }),
    }
}

/// The server without user and password: `db.example.com:5432`.
fn server(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}
