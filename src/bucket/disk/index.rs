//! The bucket's index in SQLite: which objects there are. A row is an object; a file without a row is nothing.

use std::{collections::HashSet, path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use super::{
    columns::{bytes, json, key, version},
    schema, uploads,
};
use crate::bucket::{
    error::BucketError,
    objects::{attributes::Attributes, conditions::Version},
};

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
    /// The name of its file, see [`super::folder::Folder::path`]; of an object in parts, the name of the whole.
    pub(crate) file: String,
    /// The size of every part but the last; 0 if it is all in one file.
    pub(crate) part_size: u64,
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
    pub(crate) storage_class: String,
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
        match schema::version(&mut writer).await.map_err(failed)? {
            schema::VERSION => {}
            older @ 0..schema::VERSION => schema::upgrade(&mut writer, older).await.map_err(failed)?,
            version => {
                return Err(BucketError::Newer { path: path.to_owned(), version });
            }
        }
        if let Err(error) = uploads::forget_at_start(&mut writer).await {
            tracing::warn!(%error, "old uploads of the embedded bucket stay: its index could not be written");
        }
        let pool = SqlitePoolOptions::new().max_connections(READERS);
        let readers = pool.connect_with(options.clone().read_only(true)).await.map_err(failed)?;
        writer.close().await.map_err(failed)?;
        Ok((Self { readers }, WriterOptions(options.busy_timeout(WRITE_PATIENCE))))
    }

    /// The object with a key, if there is one.
    pub(crate) async fn find(&self, key: &[u8]) -> sqlx::Result<Option<StoredObject>> {
        let sql = "SELECT file, part_size, size, etag, modified_at, attributes FROM object WHERE key = ?";
        let row = sqlx::query(sql).bind(key).fetch_optional(&self.readers).await?;
        row.as_ref().map(stored_object).transpose()
    }

    /// Objects with keys in `from..below`, in the order of their bytes.
    pub(crate) async fn list(&self, from: &[u8], below: &[u8], limit: usize) -> sqlx::Result<Vec<ListedObject>> {
        let sql = "SELECT key, size, etag, modified_at,
            coalesce(attributes ->> '$.storage_class', 'STANDARD') AS storage_class
            FROM object WHERE key >= ? AND key < ? ORDER BY key LIMIT ?";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql).bind(from).bind(below).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(listed_object).collect()
    }

    /// The names of all files that hold objects, or parts of them or of uploads.
    pub(crate) async fn files(&self) -> sqlx::Result<HashSet<String>> {
        let sql = "SELECT file FROM object WHERE part_size = 0 UNION ALL SELECT file FROM part";
        let files = sqlx::query_scalar(sql).fetch_all(&self.readers).await?;
        Ok(files.into_iter().collect())
    }

    /// A setting that was kept with [`Change::Setting`](super::changes::Change::Setting).
    pub(crate) async fn setting(&self, name: &str) -> sqlx::Result<Option<String>> {
        let sql = "SELECT value FROM setting WHERE name = ?";
        sqlx::query_scalar(sql).bind(name).fetch_optional(&self.readers).await
    }

    /// Connections that may read.
    pub(super) fn readers(&self) -> &SqlitePool {
        &self.readers
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

fn stored_object(row: &SqliteRow) -> sqlx::Result<StoredObject> {
    Ok(StoredObject {
        file: row.try_get("file")?,
        part_size: bytes(row, "part_size")?,
        size: bytes(row, "size")?,
        version: version(row)?,
        attributes: json(row, "attributes")?,
    })
}

fn listed_object(row: &SqliteRow) -> sqlx::Result<ListedObject> {
    let storage_class = row.try_get("storage_class")?;
    Ok(ListedObject { key: key(row)?, size: bytes(row, "size")?, version: version(row)?, storage_class })
}
