//! Finishing removals: the object first (once more, for a PUT that came late), the row last, so that whatever dies in
//! between is done again.

use super::{
    AFTER_FAILURE,
    scan::{self, Scan},
};
use crate::{
    config::{GOES_ON_FOR, UploadRules},
    error::{Error, Result},
    files::{Place, Purging, Thumbnail, file::File, picture::key_of},
    ids::{FileId, UrlKind},
    state::AppState,
    storage::LATE_PUT,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;

/// A removal that is older belongs to no running request of any instance: deleting takes three tries of at most
/// 15 seconds each.
const ABANDONED_AFTER: TimeDelta = TimeDelta::minutes(2);
const BATCH: u64 = 500;

struct Purge<'a> {
    app: &'a AppState,
    now: DateTime<Utc>,
    after: Option<Place>,
    put_off: HashSet<FileId>,
    next_due: Option<TimeDelta>,
}

/// Removes objects at once, and finishes the removals that are due. Says how long until the next one is due, if there is
/// one.
///
/// An object that cannot be removed is logged and put behind all the others, so that it keeps none of them waiting, in
/// this pass or the next.
///
/// # Errors
///
/// `StoreUnavailable` when several in a row cannot be removed; `DatabaseUnavailable`.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let mut purge = Purge { app, now, after: None, put_off: HashSet::new(), next_due: None };
    scan::run(&mut purge).await?;
    Ok(purge.next_due)
}

impl Purge<'_> {
    fn is_due_in(&mut self, due_in: TimeDelta) {
        self.next_due = Some(self.next_due.map_or(due_in, |next| next.min(due_in)));
    }
}

impl Scan for Purge<'_> {
    type Item = Purging;

    async fn list(&mut self) -> Result<Vec<Purging>> {
        loop {
            let mut files = Purging::list(&self.app.db, self.after, BATCH).await?;
            let Some(last) = files.last() else { return Ok(files) };
            self.after = Some(last.place());
            // They were put behind all the others in this very pass.
            files.retain(|file| !self.put_off.contains(&file.id()));
            if !files.is_empty() {
                return Ok(files);
            }
        }
    }

    async fn handle(&mut self, file: &Purging) -> Result<()> {
        if let Some(due_in) = remove(self.app, file, self.now).await? {
            self.is_due_in(due_in);
        }
        Ok(())
    }

    async fn put_off(&mut self, file: &Purging, error: Error) -> Result<Error> {
        tracing::warn!(file = %file.id(), %error, "a removal failed; trying again in a while");
        file.put_off(&self.app.db, self.now).await?;
        self.put_off.insert(file.id());
        self.is_due_in(AFTER_FAILURE);
        Ok(error)
    }
}

/// Removes a file's object, and its row when that is due; else says how long until it is.
async fn remove(app: &AppState, file: &Purging, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let due_in = due_at(file, &app.uploads) - now;
    let is_due = due_in <= TimeDelta::zero();
    if is_due || file.has_object() {
        match app.store.delete(file.object_key()).await {
            // A key that no URL can name, of an adopted row: there is nothing that could be removed.
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        // It may have come without anybody telling of it.
        if let Some(thumbnail) = key_of(app.store.prefix(), file) {
            app.store.delete(thumbnail.as_str()).await?;
        }
    }
    match is_due {
        true => file.forget(&app.db).await?,
        false => file.note_removal(&app.db, now).await?,
    }
    Ok((!is_due).then_some(due_in))
}

/// When no upload to the key can arrive any more, and no running request can be removing it.
fn due_at(file: &Purging, rules: &UploadRules) -> DateTime<Utc> {
    // Never later than its row changed: the id of an adopted row is random, and may look as if it held any time.
    let begun_at = file.id().begun_at().unwrap_or(file.state_changed_at()).min(file.state_changed_at());
    let mut not_before = file.state_changed_at() + ABANDONED_AFTER;
    // The URL of a thumbnail may have been signed until then.
    if Thumbnail::is_taken_for(file.kind()) {
        let ttl = TimeDelta::from_std(rules.url_ttl_of(UrlKind::Strict)).unwrap_or_default();
        not_before = not_before.max(file.state_changed_at() + ttl + LATE_PUT);
    }
    // Without its row, the key would be signed for again.
    let last_url = rules.last_url_expires(file.id().url_kind(), begun_at, begun_at + GOES_ON_FOR);
    last_url.map_or(not_before, |expires| not_before.max(expires + LATE_PUT))
}
