//! A database of one's own for each test.

use rollcall::store::Store;
use tempfile::TempDir;

/// An empty database; gone when dropped.
pub struct TestDatabase {
    url: String,
    _folder: TempDir,
}

impl TestDatabase {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("rollcall.db").display());
        Self {
            url,
            _folder: folder,
        }
    }

    /// How to connect to it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A store on it; each call is like one more process.
    pub async fn open(&self) -> Store {
        Store::open(&self.url).await.expect("a database that opens")
    }
}
