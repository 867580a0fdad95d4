//! The only writer of the index: changes that arrive together become visible in one transaction, synced once.

use std::{fs::File, sync::Arc};

use s3s::{S3Error, S3Result, s3_error};
use sqlx::{Connection, SqliteConnection};
use tokio::{
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
};

use super::{
    changes::{Change, is_listed, sync_leaves},
    folder::{Folder, UnlistedFile},
    index::WriterOptions,
    outcome::{Orphan, Outcome},
};
use crate::{
    bucket::error::{surely_undone, unwritten},
    crash_points::Effect,
};

/// A change, and who waits for it.
type Queued = (Change, oneshot::Sender<S3Result<()>>);

/// Changes in one transaction at most. More only makes the first of them wait.
const MAX_BATCH: usize = 256;

/// A setting that is written only so that something is.
const MENDED: &str = "mended";

/// Where changes are sent. The task ends when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Writer {
    changes: mpsc::Sender<Queued>,
}

/// Why changes were not made.
enum Undone {
    /// Nothing of them can ever come to light.
    Surely(S3Error),
    /// They may have reached the disk, unseen: the next commit would write over them, and a crash before it would
    /// bring them to light.
    Perhaps(S3Error),
}

struct Task {
    options: WriterOptions,
    connection: SqliteConnection,
    /// Whether the connection has failed. SQLite rolls back by itself when a disk is full or broken; what sqlx then
    /// takes for a transaction within another is one that nobody commits. So it is never used again.
    spent: bool,
    /// Files of changes that were perhaps made: one too many is waste, one too few is a loss.
    doubtful: Vec<UnlistedFile>,
    folder: Arc<Folder>,
    /// Removals of old files, which nobody waits for until the end.
    removals: JoinSet<()>,
    /// Held until the last change is done: nobody else may open the folder before.
    _lock: File,
}

impl Writer {
    /// Starts the task that writes. Its handle ends when every change that was sent is done and the lock is given back.
    pub(crate) async fn start(
        options: WriterOptions,
        folder: Arc<Folder>,
        lock: File,
    ) -> sqlx::Result<(Self, JoinHandle<()>)> {
        let (changes, queue) = mpsc::channel(MAX_BATCH);
        let connection = options.connect().await?;
        let (doubtful, removals) = (Vec::new(), JoinSet::new());
        let task = Task { options, connection, spent: false, doubtful, folder, removals, _lock: lock };
        Ok((Self { changes }, tokio::spawn(task.run(queue))))
    }

    /// Returns once the change would survive a power cut. It is done even if the caller stops waiting.
    pub(crate) async fn apply(&self, change: Change) -> S3Result<()> {
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
            match self.commit(&changes).await {
                Ok(outcomes) => self.settle(changes, replies, outcomes),
                Err(undone) => self.refuse(changes, replies, undone).await,
            }
            while self.removals.try_join_next().is_some() {}
        }
        self.removals.join_all().await;
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the embedded bucket's index was not closed cleanly; nothing is lost");
        }
        self.doubtful.into_iter().for_each(UnlistedFile::keep);
    }

    async fn commit(&mut self, changes: &[Change]) -> Result<Vec<Outcome>, Undone> {
        sync_leaves(changes).await.map_err(Undone::Surely)?;
        Effect::of_bucket("files synced").note();
        self.renew().await.map_err(Undone::before_commit)?;
        self.spent = true;
        let outcomes = self.transact(changes).await?;
        self.spent = false;
        Ok(outcomes)
    }

    /// A fresh connection in the place of one that failed; that one goes last, so that the index is never closed by
    /// all, and read from its journal again, while changes are in doubt.
    async fn renew(&mut self) -> sqlx::Result<()> {
        if self.spent {
            let fresh = self.options.connect().await?;
            let spent = std::mem::replace(&mut self.connection, fresh);
            self.spent = false;
            // It has failed already; how it ends is of no consequence.
            let _ = spent.close().await;
        }
        Ok(())
    }

    async fn transact(&mut self, changes: &[Change]) -> Result<Vec<Outcome>, Undone> {
        let begun = self.connection.begin_with("BEGIN IMMEDIATE").await;
        let mut transaction = begun.map_err(Undone::before_commit)?;
        let mut listed = Vec::with_capacity(self.doubtful.len());
        for file in &self.doubtful {
            listed.push(is_listed(&mut transaction, file).await.map_err(Undone::before_commit)?);
        }
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            outcomes.push(change.make(&mut transaction).await.map_err(Undone::before_commit)?);
        }
        transaction.commit().await.map_err(Undone::at_commit)?;
        Effect::of_bucket("commit").note();
        let (listed, unlisted): (Vec<_>, Vec<_>) =
            self.doubtful.drain(..).zip(listed).partition(|(_, is_listed)| *is_listed);
        listed.into_iter().for_each(|(file, _)| file.keep());
        self.remove(unlisted);
        Ok(outcomes)
    }

    /// Old files go only now, when no object names them; a file of a refused object goes as it is dropped.
    fn settle(&mut self, changes: Vec<Change>, replies: Vec<oneshot::Sender<S3Result<()>>>, outcomes: Vec<Outcome>) {
        let mut orphans = Vec::new();
        for ((change, reply), outcome) in changes.into_iter().zip(replies).zip(outcomes) {
            match outcome.refusal {
                Some(refusal) => {
                    drop(change);
                    let _ = reply.send(Err(refusal.error()));
                }
                None => {
                    change.into_files().into_iter().for_each(UnlistedFile::keep);
                    let _ = reply.send(Ok(()));
                }
            }
            orphans.extend(outcome.orphans);
        }
        let folder = Arc::clone(&self.folder);
        if !orphans.is_empty() {
            self.removals.spawn_blocking(move || orphans.into_iter().for_each(|orphan| remove(&folder, orphan)));
        }
    }

    /// Says so to all who wait. What is in doubt is written over at once, if the disk takes that little.
    async fn refuse(&mut self, changes: Vec<Change>, replies: Vec<oneshot::Sender<S3Result<()>>>, undone: Undone) {
        let files: Vec<_> = changes.into_iter().flat_map(Change::into_files).collect();
        let error = match undone {
            Undone::Surely(error) => {
                self.remove(files);
                error
            }
            Undone::Perhaps(error) => {
                self.doubtful.extend(files);
                let change = Change::Setting { name: MENDED, value: replies.len().to_string() };
                // Should it fail as well, the next change tries again.
                let _ = self.commit(&[change]).await;
                error
            }
        };
        for reply in replies {
            let _ = reply.send(Err(alike(&error)));
        }
    }

    /// Files of changes that were not made.
    fn remove<T: Send + 'static>(&mut self, files: Vec<T>) {
        if !files.is_empty() {
            self.removals.spawn_blocking(move || drop(files));
        }
    }
}

impl Undone {
    fn before_commit(error: sqlx::Error) -> Self {
        Self::Surely(unwritten(error))
    }

    fn at_commit(error: sqlx::Error) -> Self {
        if surely_undone(&error) { Self::Surely(unwritten(error)) } else { Self::Perhaps(unwritten(error)) }
    }
}

fn remove(folder: &Folder, orphan: Orphan) {
    match orphan {
        Orphan::File(name) => folder.remove(&name),
        Orphan::Parts { content, files } => folder.remove_parts(&content, files),
    }
    Effect::of_bucket("file removed").note();
}

/// A copy of an error, for each of many who wait: s3s's own cannot be cloned.
fn alike(error: &S3Error) -> S3Error {
    let mut copy = S3Error::with_message(error.code().clone(), error.message().unwrap_or_default().to_owned());
    error.headers().cloned().into_iter().for_each(|headers| copy.set_headers(headers));
    copy
}
