//! On SQLite, those that come at the same time by one transaction: a file by itself costs a look at the disk's own pace, a few
//! milliseconds in which nobody else writes, and a page confirms many at once.

use super::{
    Bringer, NewFile,
    row::{Values, insert_values, values},
};
use crate::{
    accounts::charging,
    audit::{self, Action, Actor, Subject},
    database::{self, DatabaseConnection, DatabaseTransaction},
    error::{Error, Result},
    ids::{Ticket, UserId},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Files of one transaction; more would only keep other writers waiting.
const MOST: usize = 64;

/// What files wait in that are to be recorded. Of a process there is one.
#[derive(Clone, Default)]
pub struct Recorder {
    queue: Arc<Mutex<Queue>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Is there a task that takes them?
    is_served: bool,
}

/// A file, and who waits for its ticket.
struct Waiting {
    owner: UserId,
    size: i64,
    default_quota: Option<ByteSize>,
    values: Values,
    actor: Actor,
    subject: Subject,
    at: DateTime<Utc>,
    reply: oneshot::Sender<Ticket>,
}

/// Takes what waits, until nothing does.
struct Server {
    recorder: Recorder,
    has_ended: bool,
}

impl Recorder {
    /// Its ticket, if it was recorded along with others. If not, nobody says what became of it: it is to be recorded by itself.
    pub(super) async fn record_together(
        &self,
        db: &DatabaseConnection,
        file: &NewFile<'_>,
        by: &Bringer,
        default_quota: Option<ByteSize>,
        now: DateTime<Utc>,
    ) -> Option<Ticket> {
        let (owner, size, subject) = (file.key.owner, file.size, file.uploaded(by));
        let (values, actor) = (values(file, Some(owner), now), by.actor.clone());
        let (reply, ticket) = oneshot::channel();
        self.push(Waiting { owner, size, default_quota, values, actor, subject, at: now, reply }, db);
        ticket.await.ok()
    }

    /// The task that serves them belongs to no request, as one that is given up would take the others' files with it.
    fn push(&self, file: Waiting, db: &DatabaseConnection) {
        let mut queue = self.lock();
        queue.waiting.push(file);
        if !queue.is_served {
            queue.is_served = true;
            tokio::spawn(Server { recorder: self.clone(), has_ended: false }.run(db.clone()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    async fn run(mut self, db: DatabaseConnection) {
        while let Some(files) = self.take() {
            match record_all(&db, files).await {
                // Whoever waits no longer finds its file in the index.
                Ok(recorded) => recorded.into_iter().for_each(|(reply, ticket)| _ = reply.send(ticket)),
                // Those who wait hear why when each tries by itself.
                Err(error) => tracing::debug!(%error, "files were not recorded together"),
            }
        }
    }

    fn take(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.recorder.lock();
        let count = queue.waiting.len().min(MOST);
        queue.is_served = count > 0;
        self.has_ended = count == 0;
        (count > 0).then(|| queue.waiting.drain(..count).collect())
    }
}

impl Drop for Server {
    /// Its thread ends, or it panicked: nobody is left waiting.
    fn drop(&mut self) {
        if !self.has_ended {
            *self.recorder.lock() = Queue::default();
        }
    }
}

/// All of them or none: an owner's quota, a key that has a row, and whatever else is in the way of one. Dropped, all are taken back.
async fn record_all(db: &DatabaseConnection, files: Vec<Waiting>) -> Result<Vec<(oneshot::Sender<Ticket>, Ticket)>> {
    let mut by_owner: BTreeMap<UserId, Vec<Waiting>> = BTreeMap::new();
    files.into_iter().for_each(|file| by_owner.entry(file.owner).or_default().push(file));
    let transaction = database::begin(db).await?;
    let mut recorded = Vec::new();
    for (owner, files) in by_owner {
        let bytes = files.iter().map(|file| file.size).sum();
        let default_quota = files.first().and_then(|file| file.default_quota);
        let tickets = charging::charge_for_new(&transaction, owner, files.len(), bytes, default_quota).await?;
        for (file, ticket) in files.into_iter().zip(tickets.ok_or_else(none)?) {
            recorded.push((record_one(&transaction, file, ticket).await?, ticket));
        }
    }
    transaction.commit().await?;
    Ok(recorded)
}

async fn record_one(
    transaction: &DatabaseTransaction,
    file: Waiting,
    ticket: Ticket,
) -> Result<oneshot::Sender<Ticket>> {
    let Waiting { values, actor, subject, at, reply, .. } = file;
    if !insert_values(transaction, values, Some(ticket)).await? {
        return Err(none());
    }
    audit::record(transaction, &actor, Action::FileUploaded, subject, at).await?;
    Ok(reply)
}

/// Nobody but the log is told of it.
fn none() -> Error {
    Error::Conflict("One of them is known already, or there is no room for all.".into())
}
