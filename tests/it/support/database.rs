//! A database of one's own for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use rollcall::store::Store;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use super::postgres::Cluster;

/// An empty database; gone when dropped.
pub struct TestDatabase {
    url: String,
    place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "held to be removed with the database")] TempDir),
    Cluster(String),
    Own(
        Cluster,
        #[expect(dead_code, reason = "held to be removed with the server")] TempDir,
    ),
}

impl TestDatabase {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("rollcall.db").display());
        let place = Place::Folder(folder);
        Self { url, place }
    }

    /// A new database in the PostgreSQL that the tests share.
    pub async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = tokio::task::spawn_blocking(Cluster::shared);
        let cluster = cluster.await.expect("a PostgreSQL that runs");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(&cluster.url("postgres"))
            .await
            .expect("a PostgreSQL that answers");
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ] {
            let made = connection.execute(AssertSqlSafe(statement)).await;
            made.expect("a new database");
        }
        let url = cluster.url(&name);
        let place = Place::Cluster(name);
        Self { url, place }
    }

    /// A database in a PostgreSQL of its own, which can be stopped.
    pub async fn own_postgres() -> Self {
        let server = tokio::task::spawn_blocking(Cluster::own).await;
        let (cluster, folder) = server.expect("a PostgreSQL that runs");
        let url = cluster.url("postgres");
        let place = Place::Own(cluster, folder);
        Self { url, place }
    }

    /// The server of its own, to stop and to start it.
    pub fn server(&self) -> &Cluster {
        match &self.place {
            Place::Own(cluster, _) => cluster,
            _ => panic!("this database has no server of its own"),
        }
    }

    /// Keeps everybody else from writing until the connection is dropped. SQLite only.
    pub async fn lock(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let connection = AnyConnection::connect(&self.url).await;
        let mut connection = connection.expect("a connection");
        let locked = connection.execute("BEGIN IMMEDIATE").await;
        locked.expect("nobody else has the lock");
        connection
    }

    /// How to connect to it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes rows behind the store's back.
    pub async fn execute(&self, statement: &'static str) {
        change(&self.url, statement).await;
    }

    /// Changes the tables themselves.
    pub async fn alter(&self, statement: &'static str) {
        sqlx::any::install_default_drivers();
        let connection = AnyConnection::connect(&self.url).await;
        let mut connection = connection.expect("a connection");
        let altered = connection.execute(statement).await;
        altered.expect("a statement that works");
    }

    /// A store on it; each call is like one more process.
    pub async fn open(&self) -> Store {
        Store::open(&self.url).await.expect("a database that opens")
    }
}

/// Changes one row of a database.
pub async fn change(url: &str, statement: &'static str) {
    sqlx::any::install_default_drivers();
    let connection = AnyConnection::connect(url).await;
    let mut connection = connection.expect("a connection");
    let done = connection.execute(statement).await;
    assert_eq!(done.expect("a statement that works").rows_affected(), 1);
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Cluster(name) = &self.place {
            // Not waited for: it only saves disk until the cluster is removed.
            let mut dropdb = Cluster::shared().client("dropdb");
            drop(dropdb.args(["--force", "--if-exists", name]).spawn());
        }
    }
}
