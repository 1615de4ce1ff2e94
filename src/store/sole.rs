//! A SQLite file serves one process: a second one would take over the leases of the first.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;
use super::place;

/// The right to serve from a database. It ends with this value, and with the process, however that dies.
#[derive(Debug)]
pub struct Sole(Option<File>);

impl Sole {
    /// Takes the right to serve from a database. Everybody has it for PostgreSQL, and for a database in memory.
    ///
    /// The lock lies beside the database, in a file of its own: SQLite loses its locks on a file that somebody else in
    /// the same process closes.
    ///
    /// # Errors
    /// Another process has it, or the file beside the database cannot be written.
    pub fn claim(database_url: &str) -> Result<Self, StoreError> {
        let Some(database) = place::file_of(database_url)? else {
            return Ok(Self(None));
        };
        let path = beside(&database);
        let unusable = |source| StoreError::Lock {
            file: path.display().to_string(),
            source,
        };
        let mut file = place::open_private(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                file.read_to_string(&mut process).map_err(unusable)?;
                return Err(StoreError::InUse {
                    file: database.display().to_string(),
                    process: process.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        file.set_len(0).map_err(unusable)?;
        file.rewind().map_err(unusable)?;
        writeln!(file, "{}", std::process::id()).map_err(unusable)?;
        Ok(Self(Some(file)))
    }

    /// Whether there was anything to take.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.is_some()
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-lock");
    PathBuf::from(name)
}
