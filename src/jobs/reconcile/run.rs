//! A comparison on its way: what it is to do, how far it is, and what it has found.

use crate::{accounts::Principal, state::AppState, uploads::Foretold};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::watch;

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: it is counted.
    DryRun,
    /// It is put right.
    Repair,
}

/// What was compared, and what differed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files in the bucket.
    pub objects: u64,
    /// Files in the index.
    pub rows: u64,
    /// Objects without a row, which are indexed now, if only in quarantine.
    pub orphans: u64,
    /// Rows without an object, which say so now.
    pub missing: u64,
    /// The same, which said so before.
    pub still_missing: u64,
    /// Objects that were missing and are there again.
    pub returned: u64,
    /// Objects of another size or with another ETag than their rows say.
    pub differing: u64,
    /// Thumbnails of no file, from uploads that cannot go on any more.
    pub stray_thumbnails: u64,
    /// Multipart uploads that are older than any that goes on.
    pub unfinished_uploads: u64,
    /// Accounts whose used bytes are not the sum of their files, or whose files were not counted right.
    pub usage_drift: u64,
    /// What stray thumbnails and unfinished uploads weigh together.
    pub bytes_reclaimable: u64,
    /// What could not be looked at; the next run tries again.
    pub failed: u64,
}

/// How far a run has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub report: Report,
    /// Of so many files in the index.
    pub of_rows: u64,
    pub phase: Phase,
}

/// What is compared just now, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Files in storage and in the index.
    #[default]
    Files,
    Thumbnails,
    /// Those in parts that nobody finishes any more.
    Uploads,
    /// What accounts are charged for.
    Usage,
}

/// A run, from its beginning to its end.
pub(super) struct Run<'a> {
    pub app: &'a AppState,
    pub mode: Mode,
    pub principal: &'a Principal,
    pub now: DateTime<Utc>,
    pub progress: &'a watch::Sender<Progress>,
    pub report: Report,
    /// What a dry run would have added so far.
    pub foretold: Foretold,
}

impl Report {
    /// Is there nothing to put right?
    pub fn is_clean(&self) -> bool {
        self.differences() == 0
    }

    /// How many there are, of all kinds together.
    pub fn differences(&self) -> u64 {
        let Self { orphans, missing, returned, differing, stray_thumbnails, unfinished_uploads, usage_drift, .. } =
            self;
        [orphans, missing, returned, differing, stray_thumbnails, unfinished_uploads, usage_drift].into_iter().sum()
    }
}

impl Run<'_> {
    pub fn repairs(&self) -> bool {
        self.mode == Mode::Repair
    }

    pub fn enter(&self, phase: Phase) {
        self.progress.send_modify(|progress| *progress = Progress { report: self.report, phase, ..*progress });
    }

    pub fn tell(&self) {
        self.progress.send_modify(|progress| progress.report = self.report);
    }
}
