//! The rollouts. Their state is a text that only the core understands; the columns beside it are for finding them.

use sqlx::any::AnyRow;

use super::database::Tx;
use super::row::Fields;
use super::{Store, StoreError};

/// A rollout as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutRow {
    /// Its id.
    pub id: String,
    /// Loaded: the version in the database. Saved: the version that was loaded, 0 for a new rollout.
    pub version: i64,
    /// GitHub's id of the installation.
    pub installation: i64,
    /// GitHub's id of the repository; it survives renaming.
    pub repository: i64,
    /// The number of its issue, once there is one.
    pub issue: Option<i64>,
    /// Unique: the request it was created for, so that a second creation finds the first.
    pub request_key: String,
    /// Whether it still runs.
    pub open: bool,
    /// What it deploys to at present. A target is taken by one rollout at a time.
    pub target: Option<String>,
    /// JSON.
    pub state: String,
}

/// Which rollouts to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those of an installation, by GitHub's id.
    Installation(i64),
    /// Those of a repository, by GitHub's id.
    Repository(i64),
}

impl TryFrom<&AnyRow> for RolloutRow {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let row = Fields::of("rollouts", row);
        let open: i64 = row.take("open")?;
        Ok(Self {
            id: row.take("id")?,
            version: row.take("version")?,
            installation: row.take("installation")?,
            repository: row.take("repository")?,
            issue: row.take("issue")?,
            request_key: row.take("request_key")?,
            open: open != 0,
            target: row.take("target")?,
            state: row.take("state")?,
        })
    }
}

impl Store {
    /// The rollout with this id.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_rollout(&self, id: &str) -> Result<Option<RolloutRow>, StoreError> {
        const BY_ID: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE id = $1";
        self.one_rollout(sqlx::query(BY_ID).bind(id)).await
    }

    /// The rollout that was created for this request.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_rollout_by_request(
        &self,
        request_key: &str,
    ) -> Result<Option<RolloutRow>, StoreError> {
        const BY_REQUEST: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE request_key = $1";
        self.one_rollout(sqlx::query(BY_REQUEST).bind(request_key))
            .await
    }

    /// The rollout whose issue this is.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_rollout_by_issue(
        &self,
        repository: i64,
        issue: i64,
    ) -> Result<Option<RolloutRow>, StoreError> {
        const BY_ISSUE: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE repository = $1 AND issue = $2";
        self.one_rollout(sqlx::query(BY_ISSUE).bind(repository).bind(issue))
            .await
    }

    /// The rollout that is deploying to this target.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_rollout_by_target(
        &self,
        target: &str,
    ) -> Result<Option<RolloutRow>, StoreError> {
        const BY_TARGET: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE target = $1";
        self.one_rollout(sqlx::query(BY_TARGET).bind(target)).await
    }

    /// The rollout with the newest issue of a repository.
    ///
    /// # Errors
    /// The database failed, or the row cannot be read.
    pub async fn load_newest_rollout(
        &self,
        repository: i64,
    ) -> Result<Option<RolloutRow>, StoreError> {
        const NEWEST: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE repository = $1 AND issue IS NOT NULL ORDER BY issue DESC LIMIT 1";
        let newest = sqlx::query(NEWEST).bind(repository);
        self.one_rollout(newest).await
    }

    /// At most `limit` open rollouts with an id above `after`, by id. The first page is after `""`.
    ///
    /// # Errors
    /// The database failed, or a row cannot be read.
    pub async fn list_open(
        &self,
        scope: Scope,
        after: &str,
        limit: u32,
    ) -> Result<Vec<RolloutRow>, StoreError> {
        const ALL: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE open = 1 AND id > $1 ORDER BY id LIMIT $2";
        const INSTALLATION: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE open = 1 AND installation = $3 AND id > $1 ORDER BY id LIMIT $2";
        const REPOSITORY: &str =
            "SELECT id, version, installation, repository, issue, request_key, open, target, state
            FROM rollouts WHERE open = 1 AND repository = $3 AND id > $1 ORDER BY id LIMIT $2";
        let (statement, of) = match scope {
            Scope::All => (ALL, None),
            Scope::Installation(id) => (INSTALLATION, Some(id)),
            Scope::Repository(id) => (REPOSITORY, Some(id)),
        };
        let mut page = sqlx::query(statement).bind(after).bind(i64::from(limit));
        if let Some(id) = of {
            page = page.bind(id);
        }
        let rows = page.fetch_all(self.database.reader()).await?;
        rows.iter().map(RolloutRow::try_from).collect()
    }

    async fn one_rollout(
        &self,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<Option<RolloutRow>, StoreError> {
        let row = query.fetch_optional(self.database.reader()).await?;
        row.as_ref().map(RolloutRow::try_from).transpose()
    }
}

/// Saves a rollout if nobody saved a newer version. False: somebody did, or created it first, or took its target.
pub(super) async fn save_rollout(tx: &mut Tx, rollout: &RolloutRow) -> Result<bool, StoreError> {
    const CREATE: &str = "INSERT INTO rollouts
        (id, version, installation, repository, issue, request_key, open, target, state)
        VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING";
    const SAVE: &str =
        "UPDATE rollouts SET version = version + 1, installation = $3, repository = $4, issue = $5,
        request_key = $6, open = $7, target = $8, state = $9
        WHERE id = $1 AND version = $2";
    let statement = if rollout.version == 0 { CREATE } else { SAVE };
    let saved = sqlx::query(statement)
        .bind(rollout.id.as_str())
        .bind(rollout.version)
        .bind(rollout.installation)
        .bind(rollout.repository)
        .bind(rollout.issue)
        .bind(rollout.request_key.as_str())
        .bind(i64::from(rollout.open))
        .bind(rollout.target.as_deref())
        .bind(rollout.state.as_str())
        .execute(&mut **tx)
        .await;
    match saved {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        saved => Ok(saved?.rows_affected() == 1),
    }
}
