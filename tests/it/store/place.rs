//! A database that is not where the operator says.

use rollcall::store::{Store, StoreError, file_of};

use crate::support::{database::TestDatabase, postgres::Cluster};

/// Why a database cannot be opened, with its causes, and what to do.
async fn refused(url: &str) -> (String, &'static str) {
    let opened = Store::open(url).await;
    let error: StoreError = opened.err().expect("there is no such database");
    (rollcall::chain(&error), error.hint().unwrap_or_default())
}

#[tokio::test]
async fn a_server_without_this_database_is_told_from_no_server() {
    let there = TestDatabase::postgres().await;
    there.open().await.close().await;
    let (why, way) = refused(&Cluster::shared().url("nobody_made_this")).await;
    assert!(why.starts_with("PostgreSQL at `"), "{why}");
    assert!(
        why.contains("database \"nobody_made_this\" does not exist"),
        "{why}"
    );
    assert_eq!(
        way,
        "the server answers: are user, password and database right?"
    );

    let (why, way) = refused("postgres://rollcall:hunter2@127.0.0.1:1/rollcall").await;
    assert!(
        why.starts_with("PostgreSQL at `127.0.0.1:1` cannot be used: "),
        "{why}"
    );
    assert!(!why.contains("hunter2"), "{why}");
    assert_eq!(
        way,
        "is PostgreSQL running there, and can this machine reach it?"
    );
}

#[tokio::test]
async fn a_file_in_a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nowhere/rollcall.sqlite");
    let url = format!("sqlite:{}", file.display());
    let (why, way) = refused(&url).await;
    assert!(
        why.starts_with(&format!("`{}` cannot be made: ", file.display())),
        "{why}"
    );
    assert_eq!(way, "the folder must be there, and ours to write in");
    assert_eq!(file_of(&url).expect("a URL"), Some(file));
    assert_eq!(file_of("sqlite::memory:").expect("a URL"), None);
    assert_eq!(
        file_of("postgres://localhost/rollcall").expect("a URL"),
        None
    );
}
