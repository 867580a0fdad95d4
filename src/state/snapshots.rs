//! What snapshots of the index are made by, and up to which change the last one of this instance has everything.

use crate::config::{Config, SessionKey};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

/// How this instance makes them.
pub struct Snapshots {
    /// What they are sealed with: `SESSION_KEY`, and never the key that the database has, which is lost with it.
    pub secret: Option<SessionKey>,
    /// Where they are written down before they are sent.
    pub folder: PathBuf,
    /// Are they made without anybody asking for one? Not where everyone could read them.
    pub are_automatic: bool,
    seen: AtomicU64,
}

impl Snapshots {
    pub(super) fn new(config: &Config, is_public: bool) -> Self {
        let secret = config.app.session_key.clone();
        let are_automatic = config.snapshots && !(is_public && secret.is_none());
        Self { secret, folder: config.data_dir.clone(), are_automatic, seen: AtomicU64::new(0) }
    }

    /// Is there anything that the last one does not have?
    pub fn has_news(&self, changes: u64) -> bool {
        self.seen.load(Ordering::Acquire) < changes
    }

    /// There is one of so many changes.
    pub fn note(&self, changes: u64) {
        self.seen.fetch_max(changes, Ordering::AcqRel);
    }
}
