//! What an account has open: each upload by itself, until it ends or expires.

use crate::ids::FileId;
use chrono::{DateTime, Utc};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// An upload that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub file: FileId,
    /// In bytes, as far as it is known.
    pub size: u64,
    /// How long it counts, unless it ends before.
    pub until: DateTime<Utc>,
}

/// What is open. Nothing is taken out of it but what was put in under the same id, whatever a client says of its size.
#[derive(Default)]
pub(super) struct Ledger {
    open: HashMap<FileId, Begun>,
    /// The first that expires comes first.
    queue: BTreeSet<(DateTime<Utc>, FileId)>,
    bytes: u64,
}

/// All that is open, and how long until the first of it expires.
pub(super) struct Sum {
    pub(super) count: usize,
    pub(super) bytes: u64,
    pub(super) first_expires_in: Duration,
}

impl Ledger {
    /// Forgets what has expired, and sums up the rest.
    pub(super) fn sum(&mut self, now: DateTime<Utc>) -> Sum {
        while let Some((_, file)) = self.queue.first().copied().filter(|(until, _)| *until <= now) {
            self.uncount(file);
        }
        let first = self.queue.first().and_then(|(until, _)| (*until - now).to_std().ok());
        Sum { count: self.open.len(), bytes: self.bytes, first_expires_in: first.unwrap_or_default() }
    }

    pub(super) fn count(&mut self, upload: Begun) {
        self.uncount(upload.file);
        self.open.insert(upload.file, upload);
        self.queue.insert((upload.until, upload.file));
        self.bytes = self.bytes.saturating_add(upload.size);
    }

    /// How long a file counts, if it does.
    pub(super) fn until(&self, file: FileId) -> Option<DateTime<Utc>> {
        self.open.get(&file).map(|upload| upload.until)
    }

    /// What was counted of a file, which is not counted any more.
    pub(super) fn uncount(&mut self, file: FileId) -> Option<Begun> {
        let upload = self.open.remove(&file)?;
        self.queue.remove(&(upload.until, file));
        self.bytes = self.bytes.saturating_sub(upload.size);
        Some(upload)
    }
}
