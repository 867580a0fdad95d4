//! Snapshots' keys, and the objects under them: `{index}{time}-{random}.jsonl.gz`, or `….jsonl.gz.sealed`. Each is written whole by one
//! PUT, or not at all.

use super::{
    Class, Store,
    request::{Extras, broken, unexpected},
    signing::Request,
};
use crate::{
    crash_points::Effect,
    error::{Error, Result},
};
use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH};
use reqwest::{Body, StatusCode};
use std::{
    fs::File,
    io::{Seek, Write},
    time::Duration,
};

/// The prefix of files where nothing else is configured, beside which snapshots lie. Under every other one they lie within it, so that
/// two installations in one bucket never meet.
const FILES: &str = "files/";
const INDEX: &str = "index/";
const TIME: &str = "%Y%m%dT%H%M%SZ";
const OPEN: &str = ".jsonl.gz";
const SEALED: &str = ".jsonl.gz.sealed";
const RANDOM: usize = 8;
/// Below what one PUT takes (<https://developers.cloudflare.com/r2/platform/limits/>): the index of some fifty million files.
pub const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// How long one may be on its way: a minute, and more for what is large.
const PATIENCE: Duration = Duration::from_secs(60);
const SLOWEST_BYTES_PER_SECOND: u64 = 256 * 1024;

/// Is a snapshot encrypted?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
    /// By a key that follows from `SESSION_KEY`.
    Sealed,
    Open,
}

/// The key of a snapshot. Nothing else builds or takes apart such keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotKey {
    /// When it was begun, in whole seconds: it has everything that was changed before.
    pub at: DateTime<Utc>,
    pub sealing: Sealing,
    text: String,
    name_at: usize,
}

fn snapshots_prefix(prefix: &str) -> String {
    if prefix == FILES { INDEX.to_owned() } else { format!("{prefix}{INDEX}") }
}

impl SnapshotKey {
    /// A new one. `prefix` is that of files.
    ///
    /// # Errors
    ///
    /// `Internal` when the system gives no random bytes.
    pub fn generate(prefix: &str, at: DateTime<Utc>, sealing: Sealing) -> Result<Self> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self::new(prefix, at.trunc_subsecs(0), &hex::encode(random), sealing))
    }

    fn new(prefix: &str, at: DateTime<Utc>, random: &str, sealing: Sealing) -> Self {
        let folder = snapshots_prefix(prefix);
        let ending = if sealing == Sealing::Sealed { SEALED } else { OPEN };
        Self { at, sealing, text: format!("{folder}{}-{random}{ending}", at.format(TIME)), name_at: folder.len() }
    }

    /// `None` for keys of any other shape.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let name = text.strip_prefix(&snapshots_prefix(prefix))?;
        let (time, rest) = name.split_once('-')?;
        let (random, sealing) = match rest.strip_suffix(SEALED) {
            Some(random) => (random, Sealing::Sealed),
            None => (rest.strip_suffix(OPEN)?, Sealing::Open),
        };
        let is_random = hex::decode(random).is_ok_and(|bytes| bytes.len() == RANDOM && hex::encode(bytes) == random);
        let at = NaiveDateTime::parse_from_str(time, TIME).ok().filter(|_| is_random)?.and_utc();
        let key = Self::new(prefix, at, random, sealing);
        (key.text == text).then_some(key)
    }

    /// The same by its name alone, as a person writes it.
    pub fn named(prefix: &str, name: &str) -> Option<Self> {
        Self::parse(prefix, &format!("{}{name}", snapshots_prefix(prefix)))
    }

    /// The key as the store has it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is behind the prefix, which stays the same wherever it is copied to.
    pub fn name(&self) -> &str {
        &self.text[self.name_at..]
    }
}

impl Store {
    /// All snapshots, the oldest first.
    ///
    /// # Errors
    ///
    /// As [`Store::list_keys`].
    pub async fn list_snapshots(&self, now: DateTime<Utc>) -> Result<Vec<SnapshotKey>> {
        let folder = snapshots_prefix(self.prefix());
        let (mut found, mut after) = (Vec::new(), folder.clone());
        loop {
            let page = self.list_keys(&folder, &after, now).await?;
            found.extend(page.keys.iter().filter_map(|key| SnapshotKey::parse(self.prefix(), key)));
            match page.keys.into_iter().next_back() {
                Some(last) if page.has_more => after = last,
                Some(_) | None => return Ok(found),
            }
        }
    }

    /// Writes a snapshot from the beginning of a file to its end, by one request.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, `ClocksDiffer`: then it is not there, or whole.
    pub async fn put_snapshot(&self, key: &SnapshotKey, mut file: File, now: DateTime<Utc>) -> Result<()> {
        let failed = |error: std::io::Error| Error::Internal(error.to_string());
        file.rewind().map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let (length, content_type) = (size.to_string(), "application/octet-stream");
        let headers = [
            (CONTENT_LENGTH.to_string(), &*length),
            (CONTENT_TYPE.to_string(), content_type),
            (IF_NONE_MATCH.to_string(), "*"),
        ];
        let request = Request { method: "PUT", key: key.as_str(), headers: &headers, query: &[] };
        let patience = PATIENCE + Duration::from_secs(size / SLOWEST_BYTES_PER_SECOND);
        let url = self.signer.presign(&request, PATIENCE, self.time(now)?);
        let mut asked = self.http.put(url).timeout(patience);
        for (name, value) in &headers {
            asked = asked.header(name, *value);
        }
        self.calls.note(Class::of(&request));
        let answer = asked.body(Body::from(tokio::fs::File::from_std(file))).send().await;
        let answer = answer.map_err(|error| broken(&error))?;
        Effect::of_request(request.method, request.key).note();
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(unexpected(status, &answer.bytes().await.unwrap_or_default())),
        }
    }

    /// Reads a snapshot into a file.
    ///
    /// # Errors
    ///
    /// `NotFound`; `StoreUnavailable`, `ClocksDiffer`; `Internal` when the file cannot be written.
    pub async fn get_snapshot(&self, key: &SnapshotKey, file: &mut File, now: DateTime<Utc>) -> Result<()> {
        let request = Request { method: "GET", key: key.as_str(), headers: &[], query: &[] };
        let patience = PATIENCE + Duration::from_secs(MOST_BYTES / SLOWEST_BYTES_PER_SECOND);
        let extras = Extras { patience: Some(patience), ..Extras::default() };
        let mut answer = self.send_again(&request, &extras, now).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(Error::NotFound),
            status => return Err(unexpected(status, &[])),
        }
        while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
            file.write_all(&chunk).map_err(|error| Error::Internal(error.to_string()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_lie_beside_files_or_within_another_prefix() {
        #[expect(clippy::disallowed_methods, reason = "storage stands below the database")]
        let now = Utc::now();
        for (prefix, folder) in [("files/", "index/"), ("team/", "team/index/"), ("a/files/", "a/files/index/")] {
            let key = SnapshotKey::generate(prefix, now, Sealing::Sealed).expect("a key");
            assert_eq!(key.as_str(), format!("{folder}{}", key.name()));
            assert_eq!(SnapshotKey::parse(prefix, key.as_str()), Some(key.clone()));
            assert_eq!(SnapshotKey::named(prefix, key.name()), Some(key));
        }
    }

    #[test]
    fn only_keys_of_their_own_shape_are_parsed() {
        let good = "index/20261127T003152Z-0123456789abcdef.jsonl.gz";
        assert_eq!(SnapshotKey::parse("files/", good).map(|key| key.as_str().to_owned()).as_deref(), Some(good));
        for bad in [
            "index/20261127T003152Z-0123456789abcdef.jsonl",
            "index/20261127T003152Z-0123456789ABCDEF.jsonl.gz",
            "index/20261127T003152Z-0123.jsonl.gz",
            "index/20261327T003152Z-0123456789abcdef.jsonl.gz",
            "index/a/20261127T003152Z-0123456789abcdef.jsonl.gz",
            "index/20261127T003152Z-0123456789abcdef.jsonl.gz.sealed.bak",
            "files/20261127T003152Z-0123456789abcdef.jsonl.gz",
        ] {
            assert_eq!(SnapshotKey::parse("files/", bad), None, "{bad}");
        }
    }
}
