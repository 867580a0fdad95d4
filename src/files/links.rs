//! Signed download URLs, remembered so that one file keeps one URL for a while and browsers can cache it.

use super::lifecycle::File;
use crate::{
    error::Result,
    ids::FileId,
    store::{Disposition, Store},
};
use actix_web::http::Method;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use std::time::Duration;

/// How long a signed download URL works. It is handed out during the first half of it, so whoever gets one
/// has at least the other half left to begin reading.
const LIFETIME: Duration = Duration::from_secs(3_600);
const MAX_REMEMBERED: u64 = 50_000;

pub struct Links {
    remembered: Cache<(FileId, Disposition, Method, String), String>,
}

impl Default for Links {
    fn default() -> Self {
        Self { remembered: Cache::builder().time_to_live(LIFETIME / 2).max_capacity(MAX_REMEMBERED).build() }
    }
}

impl Links {
    /// Where a file can be read now, by GET or HEAD as it is asked for: a URL is signed for one of them. Types that can run script are always sent as downloads.
    pub fn signed(
        &self,
        store: &Store,
        file: &impl File,
        wish: Disposition,
        method: Method,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let disposition = if file.content_type().is_inline() { wish } else { Disposition::Attachment };
        // The header is part of it, as a file can be renamed.
        let wanted = (file.id(), disposition, method, file.download_name().disposition(disposition));
        if let Some(url) = self.remembered.get(&wanted) {
            return Ok(url);
        }
        let url = store.presign_read(wanted.2.as_str(), file.object_key(), &wanted.3, LIFETIME, now)?;
        self.remembered.insert(wanted, url.clone());
        Ok(url)
    }
}
