//! What the database said a while ago: believed for a short time, and longer while the database is away.

use crate::{
    config::SessionRules,
    error::{Error, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

/// How many values are kept; beyond, those that are used least go.
const MOST: u64 = 50_000;
/// How often a database that is away is asked whether it is back, by those who can do without.
const PAUSE: TimeDelta = TimeDelta::seconds(2);

/// Values that were read from the database, by their keys. Clones share them.
#[derive(Clone)]
pub struct Memory<K, V> {
    known: Cache<K, Known<V>>,
    rules: SessionRules,
    /// In microseconds since 1970.
    away_until: Arc<AtomicI64>,
    /// Counts what was forgotten, so that an answer that was read before is not kept after it.
    forgotten: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Known<V> {
    value: V,
    at: DateTime<Utc>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was read just now.
    Database,
    /// It was read a moment ago.
    Memory,
    /// It was read a while ago, and the database is away.
    OldMemory,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Memory<K, V> {
    /// A memory with nothing in it.
    pub fn new(rules: SessionRules) -> Self {
        let longest = (rules.memory + rules.grace).to_std().unwrap_or_default();
        let known = Cache::builder().time_to_live(longest).max_capacity(MOST).build();
        Self { known, rules, away_until: Arc::default(), forgotten: Arc::default() }
    }

    /// What is known of a key, or what reading says. While the database is away, what was known before it went.
    ///
    /// # Errors
    ///
    /// Whatever reading ends in; then nothing is known any more, unless the database is away.
    pub async fn get(&self, key: &K, now: DateTime<Utc>, read: impl Future<Output = Result<V>>) -> Result<(V, Source)> {
        let known = self.known.get(key).filter(|known| known.at <= now);
        let stale = match known {
            Some(known) if now - known.at < self.rules.memory => return Ok((known.value, Source::Memory)),
            known => known.filter(|known| now - known.at <= self.rules.memory + self.rules.grace),
        };
        if let Some(known) = stale.as_ref().filter(|_| now.timestamp_micros() < self.away_until.load(Ordering::Relaxed))
        {
            return Ok((known.value.clone(), Source::OldMemory));
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        match read.await {
            Ok(value) => {
                self.keep(key, value.clone(), now, forgotten);
                Ok((value, Source::Database))
            }
            Err(error @ Error::DatabaseUnavailable(_)) => {
                self.away_until.store((now + PAUSE).timestamp_micros(), Ordering::Relaxed);
                // It may have been ended here meanwhile.
                let still = stale.filter(|_| self.forgotten.load(Ordering::Acquire) == forgotten);
                still.map(|known| (known.value, Source::OldMemory)).ok_or(error)
            }
            Err(error) => {
                self.known.invalidate(key);
                Err(error)
            }
        }
    }

    /// What reading says of a key, and nothing else. It is known from then on.
    ///
    /// # Errors
    ///
    /// Whatever reading ends in; what is known stays.
    pub async fn refresh(&self, key: &K, now: DateTime<Utc>, read: impl Future<Output = Result<V>>) -> Result<V> {
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let value = read.await?;
        self.keep(key, value.clone(), now, forgotten);
        Ok(value)
    }

    fn keep(&self, key: &K, value: V, at: DateTime<Utc>, forgotten: u64) {
        self.known.insert(key.clone(), Known { value, at });
        if self.forgotten.load(Ordering::Acquire) != forgotten {
            self.known.invalidate(key);
        }
    }

    /// Makes one key unknown, also to whoever is reading it at this moment.
    pub fn forget(&self, key: &K) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate(key);
    }

    /// Makes every key unknown, also to whoever is reading one at this moment.
    pub fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate_all();
    }
}
