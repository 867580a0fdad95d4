//! Sign-ins, refusals and their like, written down beside the requests that they happened in: none waits for it or
//! fails with it, and no flood makes many rows. The first of a kind is written at once; what repeats it within a minute
//! is one row with a count, written when the minute ends.

use super::{
    actor::Actor,
    event::{Action, Entry, Subject},
    recording::{log, record_repeated},
};
use crate::{
    database::{self, DatabaseConnection},
    error::Result,
    idle,
    ids::{FileId, UserId},
};
use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    mem::take,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// Kinds of events of one minute that are told apart; what is beyond them is one kind an action, as from a botnet. Of somebody's
/// downloads it stays known whose they are, up to twice as many.
const MAX_KINDS: usize = 1_000;
/// Rows that wait for a database that is away. What is beyond them is only counted.
const MAX_WAITING: usize = 2_000;
const MINUTE: Duration = Duration::from_secs(60);
/// How long stopping waits for the database.
const LAST_CHANCE: Duration = Duration::from_secs(3);
const ELSEWHERE: &str = "many addresses";
const MANY_FILES: &str = "many files";

/// Collects events in memory ([`Journal::note`]) while a task writes them ([`Journal::keep`]). Bounded: 1,000 kinds of
/// events a minute, and 2,000 rows that wait for a database that is away.
pub struct Journal {
    window: Duration,
    pending: Mutex<Pending>,
    changed: Notify,
}

#[derive(Default)]
struct Pending {
    waiting: Vec<Entry>,
    /// What was written of this minute, with what repeated it.
    kinds: HashMap<Kind, Entry>,
    window_ends: Option<Instant>,
    is_closed: bool,
    lost: u64,
}

#[derive(PartialEq, Eq, Hash)]
struct Kind {
    action: Action,
    actor: Option<UserId>,
    user: Option<UserId>,
    file: Option<FileId>,
    address: String,
}

impl Default for Journal {
    fn default() -> Self {
        Self::new(idle::after(MINUTE))
    }
}

impl Journal {
    /// A journal in which the repeats within a window are one row. `Journal::default()` has one of a minute.
    pub fn new(window: Duration) -> Self {
        Self { window, pending: Mutex::default(), changed: Notify::new() }
    }

    /// Notes that something happened, without waiting; [`Journal::keep`] writes it.
    pub fn note(&self, actor: Actor, action: Action, subject: Subject, now: DateTime<Utc>) {
        let mut pending = self.pending();
        pending.window_ends.get_or_insert_with(|| Instant::now() + self.window);
        let entry = pending.place(Entry { actor, action, subject, at: now, times: 1 });
        let kind = Kind::of(&entry);
        match pending.kinds.get_mut(&kind) {
            Some(repeats) => *repeats = Entry { times: repeats.times.saturating_add(1), ..entry },
            None => {
                entry.log();
                pending.kinds.insert(kind, Entry { times: 0, ..entry.clone() });
                pending.wait(entry);
                drop(pending);
                self.changed.notify_one();
            }
        }
    }

    /// Writes what is noted until the journal is closed. With nothing noted it waits and asks nobody. What cannot be
    /// written is tried again after a window, and is given three seconds when the journal is closed.
    pub async fn keep(&self, db: &DatabaseConnection) {
        loop {
            let (entries, is_closed) = self.due();
            let has_failed = if is_closed {
                let written = tokio::time::timeout(LAST_CHANCE, self.write(db, entries));
                written.await.unwrap_or(true)
            } else {
                self.write(db, entries).await
            };
            if is_closed {
                return;
            }
            let next = if has_failed { Some(Instant::now() + self.window) } else { self.pending().window_ends };
            match next {
                Some(at) => drop(tokio::time::timeout_at(at, self.changed.notified()).await),
                None => self.changed.notified().await,
            }
        }
    }

    /// Lets [`Journal::keep`] write what there is and end.
    pub fn close(&self) {
        self.pending().is_closed = true;
        self.changed.notify_one();
    }

    /// What can be written now, and whether it is the last.
    fn due(&self) -> (Vec<Entry>, bool) {
        let mut pending = self.pending();
        let is_over = pending.window_ends.is_some_and(|end| end <= Instant::now());
        if is_over || pending.is_closed {
            pending.window_ends = None;
            let repeated = take(&mut pending.kinds).into_values().filter(|entry| entry.times > 0);
            repeated.for_each(|entry| {
                entry.log();
                pending.wait(entry);
            });
        }
        (take(&mut pending.waiting), pending.is_closed)
    }

    /// What cannot be written waits. Says whether it has to.
    async fn write(&self, db: &DatabaseConnection, entries: Vec<Entry>) -> bool {
        if entries.is_empty() {
            return false;
        }
        // All or none, so that none is written again when they have to wait.
        let written: Result<()> = async {
            let transaction = database::begin(db).await?;
            record_repeated(&transaction, &entries).await?;
            Ok(transaction.commit().await?)
        }
        .await;
        let Err(error) = written else { return false };
        let mut pending = self.pending();
        entries.into_iter().for_each(|entry| pending.wait(entry));
        tracing::warn!(%error, waiting = pending.waiting.len(), lost = pending.lost, "events could not be written down");
        true
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    /// As it is, or as one of many when there are too many kinds already.
    fn place(&self, entry: Entry) -> Entry {
        if self.kinds.len() < MAX_KINDS || self.kinds.contains_key(&Kind::of(&entry)) {
            return entry;
        }
        let subject =
            Subject { name: MANY_FILES.to_owned(), detail: entry.subject.detail.clone(), ..Subject::default() };
        let folded = Entry { subject, ..entry };
        let has_room = self.kinds.len() < 2 * MAX_KINDS || self.kinds.contains_key(&Kind::of(&folded));
        if folded.actor.user.is_some() && folded.action == Action::FileDownloaded && has_room {
            return folded;
        }
        Entry { actor: Actor::nobody(ELSEWHERE), subject: Subject::default(), ..folded }
    }

    fn wait(&mut self, entry: Entry) {
        match self.waiting.len() < MAX_WAITING {
            true => self.waiting.push(entry),
            false => self.lost += 1,
        }
    }
}

impl Entry {
    fn log(&self) {
        log(&self.actor, self.action, &self.subject, self.times);
    }
}

impl Kind {
    fn of(entry: &Entry) -> Self {
        let Entry { actor, action, subject, .. } = entry;
        Self {
            action: *action,
            actor: actor.user,
            user: subject.user,
            file: subject.file,
            address: actor.address.clone(),
        }
    }
}
