//! No statement of the store reads a whole table, however long the history.

use std::fs;
use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::support::database::TestDatabase;

/// Every statement in a folder of sources that reads or changes existing rows.
fn statements(folder: &Path) -> Vec<String> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(statements(&path));
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source");
        let texts = source.split(": &str").skip(1);
        let texts = texts.filter_map(|rest| rest.trim_start().strip_prefix('='));
        let texts = texts.filter_map(|rest| rest.split('"').nth(1));
        let verbs = ["SELECT ", "UPDATE ", "DELETE "];
        let mine = texts.filter(|text| verbs.iter().any(|verb| text.starts_with(verb)));
        found.extend(mine.map(str::to_owned));
    }
    found
}

#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let mut connection = AnyConnection::connect(database.url())
        .await
        .expect("a connection");
    let statements = statements(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")));
    assert!(statements.len() > 25, "{} statements", statements.len());
    for statement in statements {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan = connection.fetch_all(explain).await;
        let plan = plan.unwrap_or_else(|error| panic!("{error} in\n{statement}"));
        for step in plan {
            let step: String = step.get("detail");
            let whole = step.starts_with("SCAN") && !step.contains(" INDEX ");
            // `streams` holds only what waits, and is read as a whole only when a worker stops.
            let allowed = step == "SCAN CONSTANT ROW" || statement.ends_with("WHERE worker = $1");
            assert!(!whole || allowed, "`{step}` in\n{statement}");
            assert!(!step.contains("TEMP B-TREE"), "`{step}` in\n{statement}");
        }
    }
    store.close().await;
}
