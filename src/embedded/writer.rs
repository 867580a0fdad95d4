//! The only writer of the index: changes that arrive together become visible in one transaction, synced once.

use std::{collections::HashSet, fs::File, sync::Arc};

use s3s::{S3Error, S3Result, s3_error};
use sqlx::{Connection, Row, SqliteConnection};
use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
};

use super::{
    attributes::Attributes,
    conditions::{Conditions, Version},
    error::{failure, fault},
    folder::{self, Folder, UnlistedFile},
    index::version,
    key::Key,
};

/// A change, and who waits for it.
type Queued = (Change, oneshot::Sender<S3Result<()>>);

/// Changes in one transaction at most. More only makes the first of them wait.
const MAX_BATCH: usize = 256;

/// Where changes are sent. The task ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    changes: mpsc::Sender<Queued>,
}

/// An object whose bytes are on the disk and that nobody sees yet.
pub(super) struct NewObject {
    pub(super) key: Key,
    pub(super) file: UnlistedFile,
    pub(super) size: u64,
    pub(super) version: Version,
    pub(super) attributes: Attributes,
}

/// What can be changed.
pub(super) enum Change {
    Put { object: Box<NewObject>, conditions: Conditions },
    Delete { keys: Vec<Key> },
    Setting { name: &'static str, value: String },
}

/// What became of a change inside a transaction.
#[derive(Default)]
struct Outcome {
    refused: bool,
    /// Files that no object names once the transaction is committed.
    orphans: Vec<String>,
}

struct Task {
    connection: SqliteConnection,
    folder: Arc<Folder>,
    /// Removals of old files, which nobody waits for until the end.
    removals: JoinSet<()>,
    /// Held until the last change is done: nobody else may open the folder before.
    _lock: File,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection, folder: Arc<Folder>, lock: File) -> (Self, JoinHandle<()>) {
        let (changes, queue) = mpsc::channel(MAX_BATCH);
        let task = tokio::spawn(Task { connection, folder, removals: JoinSet::new(), _lock: lock }.run(queue));
        (Self { changes }, task)
    }

    /// Returns once the change would survive a power cut. It is done even if the caller stops waiting.
    pub(super) async fn apply(&self, change: Change) -> S3Result<()> {
        let stopping = || s3_error!(ServiceUnavailable, "The bucket is stopping. Try again when it is back.");
        let (reply, outcome) = oneshot::channel();
        self.changes.send((change, reply)).await.map_err(|_| stopping())?;
        outcome.await.map_err(|_| stopping())?
    }
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Queued>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while queue.recv_many(&mut batch, MAX_BATCH).await > 0 {
            let (changes, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
            let outcomes = self.commit(&changes).await;
            self.settle(changes, replies, outcomes);
            while self.removals.try_join_next().is_some() {}
        }
        self.removals.join_all().await;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the embedded bucket's index was not closed cleanly; nothing is lost");
        }
    }

    async fn commit(&mut self, changes: &[Change]) -> S3Result<Vec<Outcome>> {
        sync_leaves(changes).await?;
        self.transact(changes).await.map_err(fault)
    }

    async fn transact(&mut self, changes: &[Change]) -> sqlx::Result<Vec<Outcome>> {
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            outcomes.push(match change {
                Change::Put { object, conditions } => put(&mut transaction, object, conditions).await?,
                Change::Delete { keys } => delete(&mut transaction, keys).await?,
                Change::Setting { name, value } => set(&mut transaction, name, value).await?,
            });
        }
        transaction.commit().await?;
        Ok(outcomes)
    }

    /// Old files go only now, when no object names them; a file of a refused object goes as it is dropped.
    fn settle(
        &mut self,
        changes: Vec<Change>,
        replies: Vec<oneshot::Sender<S3Result<()>>>,
        outcomes: S3Result<Vec<Outcome>>,
    ) {
        let Ok(outcomes) = outcomes else {
            // A commit that failed may still have reached the disk: a file too many is waste, one too few is a loss.
            changes.into_iter().for_each(keep_file);
            for reply in replies {
                let _ = reply.send(Err(failure()));
            }
            return;
        };
        let mut orphans = Vec::new();
        for ((change, reply), outcome) in changes.into_iter().zip(replies).zip(outcomes) {
            if outcome.refused {
                drop(change);
                let _ = reply.send(Err(precondition_failed()));
            } else {
                keep_file(change);
                let _ = reply.send(Ok(()));
            }
            orphans.extend(outcome.orphans);
        }
        let folder = Arc::clone(&self.folder);
        if !orphans.is_empty() {
            self.removals.spawn_blocking(move || orphans.iter().for_each(|name| folder.remove(name)));
        }
    }
}

pub(super) fn precondition_failed() -> S3Error {
    s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold.")
}

fn keep_file(change: Change) {
    match change {
        Change::Put { object, .. } => object.file.keep(),
        Change::Delete { .. } | Change::Setting { .. } => {}
    }
}

/// One sync for each folder that got new files.
async fn sync_leaves(changes: &[Change]) -> S3Result<()> {
    let mut leaves = HashSet::new();
    for change in changes {
        match change {
            Change::Put { object, .. } => leaves.insert(object.file.leaf()),
            Change::Delete { .. } | Change::Setting { .. } => false,
        };
    }
    if leaves.is_empty() {
        return Ok(());
    }
    let synced = tokio::task::spawn_blocking(move || leaves.iter().try_for_each(|leaf| folder::sync(leaf)));
    synced.await.map_err(fault)?.map_err(fault)
}

async fn put(db: &mut SqliteConnection, object: &NewObject, conditions: &Conditions) -> sqlx::Result<Outcome> {
    let sql = "SELECT file, etag, modified_at FROM object WHERE key = ?";
    let existing = sqlx::query(sql).bind(object.key.as_bytes()).fetch_optional(&mut *db).await?;
    let existing_version = existing.as_ref().map(version).transpose()?;
    if !conditions.allow_write(existing_version.as_ref()) {
        return Ok(Outcome { refused: true, orphans: Vec::new() });
    }
    let attributes = serde_json::to_string(&object.attributes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = "INSERT INTO object (key, file, size, etag, modified_at, attributes) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET file = excluded.file, size = excluded.size, etag = excluded.etag,
        modified_at = excluded.modified_at, attributes = excluded.attributes";
    sqlx::query(sql)
        .bind(object.key.as_bytes())
        .bind(object.file.name())
        .bind(i64::try_from(object.size).unwrap_or(i64::MAX))
        .bind(&object.version.etag)
        .bind(object.version.modified_at)
        .bind(attributes)
        .execute(db)
        .await?;
    let orphans = existing.map(|row| row.try_get("file")).transpose()?.into_iter().collect();
    Ok(Outcome { refused: false, orphans })
}

async fn delete(db: &mut SqliteConnection, keys: &[Key]) -> sqlx::Result<Outcome> {
    let mut orphans = Vec::new();
    for key in keys {
        let sql = "DELETE FROM object WHERE key = ? RETURNING file";
        orphans.extend(sqlx::query_scalar::<_, String>(sql).bind(key.as_bytes()).fetch_optional(&mut *db).await?);
    }
    Ok(Outcome { refused: false, orphans })
}

async fn set(db: &mut SqliteConnection, name: &str, value: &str) -> sqlx::Result<Outcome> {
    let sql = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(name).bind(value).execute(db).await?;
    Ok(Outcome::default())
}
