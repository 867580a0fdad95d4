//! The bucket's index in SQLite: which objects there are. A row is an object; a file without a row is nothing.

use std::{collections::HashSet, path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use crate::bucket::{
    error::BucketError,
    objects::{attributes::Attributes, conditions::Version},
};

/// `user_version` of the schema. A higher number on the disk belongs to a newer version of this program.
const SCHEMA_VERSION: i64 = 1;

/// Keys are blobs, so that SQLite orders them by their bytes, as S3 lists them.
const SCHEMA: &str = "
    CREATE TABLE object (
        key BLOB PRIMARY KEY NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size >= 0),
        etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL,
        attributes TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    PRAGMA user_version = 1;
";

const READERS: u32 = 4;

/// How long a read waits for another process that has locked the index, such as a backup.
const READ_PATIENCE: Duration = Duration::from_secs(10);

/// How long a write waits for another process that has locked the index, so that a client hears of it in less than two
/// seconds.
const WRITE_PATIENCE: Duration = Duration::from_secs(1);

/// Reads of the index. Every write goes through the one connection of the `writer`.
#[derive(Clone)]
pub(crate) struct Index {
    readers: SqlitePool,
}

/// Opens connections that may write, one at a time.
pub(crate) struct WriterOptions(SqliteConnectOptions);

/// An object as a read needs it.
#[derive(Clone, Debug)]
pub(crate) struct StoredObject {
    /// The name of its file, see [`super::folder::Folder::path`].
    pub(crate) file: String,
    pub(crate) size: u64,
    pub(crate) version: Version,
    pub(crate) attributes: Attributes,
}

/// An object as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedObject {
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) version: Version,
}

impl Index {
    /// Opens the index, or makes it. The options are for the `writer` alone.
    pub(crate) async fn open(path: &Path) -> Result<(Self, WriterOptions), BucketError> {
        let failed = |source| BucketError::Index { path: path.to_owned(), source };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(READ_PATIENCE)
            .disable_statement_logging();
        let mut writer = options.clone().create_if_missing(true).connect().await.map_err(failed)?;
        let version = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut writer).await.map_err(failed)?;
        match version {
            0 => create(&mut writer).await.map_err(failed)?,
            SCHEMA_VERSION => {}
            version => {
                return Err(BucketError::Newer { path: path.to_owned(), version });
            }
        }
        let pool = SqlitePoolOptions::new().max_connections(READERS);
        let readers = pool.connect_with(options.clone().read_only(true)).await.map_err(failed)?;
        writer.close().await.map_err(failed)?;
        Ok((Self { readers }, WriterOptions(options.busy_timeout(WRITE_PATIENCE))))
    }

    /// The object with a key, if there is one.
    pub(crate) async fn find(&self, key: &[u8]) -> sqlx::Result<Option<StoredObject>> {
        let sql = "SELECT file, size, etag, modified_at, attributes FROM object WHERE key = ?";
        let row = sqlx::query(sql).bind(key).fetch_optional(&self.readers).await?;
        row.as_ref().map(stored_object).transpose()
    }

    /// Objects with keys in `from..below`, in the order of their bytes.
    pub(crate) async fn list(&self, from: &[u8], below: &[u8], limit: usize) -> sqlx::Result<Vec<ListedObject>> {
        let sql = "SELECT key, size, etag, modified_at FROM object WHERE key >= ? AND key < ? ORDER BY key LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql).bind(from).bind(below).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(listed_object).collect()
    }

    /// The names of all files that are objects.
    pub(crate) async fn files(&self) -> sqlx::Result<HashSet<String>> {
        let files = sqlx::query_scalar("SELECT file FROM object").fetch_all(&self.readers).await?;
        Ok(files.into_iter().collect())
    }

    /// A setting that was kept with [`Change::Setting`](super::changes::Change::Setting).
    pub(crate) async fn setting(&self, name: &str) -> sqlx::Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE name = ?";
        sqlx::query_scalar(sql).bind(name).fetch_optional(&self.readers).await
    }

    /// Closes the readers' connections once they are idle.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
    }
}

impl WriterOptions {
    pub(crate) async fn connect(&self) -> sqlx::Result<SqliteConnection> {
        self.0.connect().await
    }
}

async fn create(writer: &mut SqliteConnection) -> sqlx::Result<()> {
    let mut transaction = writer.begin().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    transaction.commit().await
}

fn stored_object(row: &SqliteRow) -> sqlx::Result<StoredObject> {
    let attributes: String = row.try_get("attributes")?;
    let attributes = serde_json::from_str(&attributes).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(StoredObject { file: row.try_get("file")?, size: size(row)?, version: version(row)?, attributes })
}

fn listed_object(row: &SqliteRow) -> sqlx::Result<ListedObject> {
    let key = String::from_utf8(row.try_get("key")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(ListedObject { key, size: size(row)?, version: version(row)? })
}

fn size(row: &SqliteRow) -> sqlx::Result<u64> {
    let size: i64 = row.try_get("size")?;
    u64::try_from(size).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The version in a row that has the columns `etag` and `modified_at`.
pub(crate) fn version(row: &SqliteRow) -> sqlx::Result<Version> {
    Ok(Version { etag: row.try_get("etag")?, modified_at: row.try_get("modified_at")? })
}
