//! The sweep: what is in the bucket and in no row, as after a crash between an upload and its confirmation, is registered;
//! multipart uploads that nobody finishes are aborted.
//!
//! Keys sort by the time at which their uploads were begun, so only what was begun lately is listed. A watermark in the
//! database says since when: the time at which the last sweep began that saw everything.

use super::{
    event_ageing, orphans,
    scan::{self, Scan},
    tickets::{Settled, settled},
};
use crate::{
    config::GOES_ON_FOR,
    database::{self, settings},
    error::{Error, Result},
    files::{Bringer, record::known},
    ids::FileId,
    state::AppState,
    storage::{ObjectKey, ThumbnailKey, UploadMarker},
    uploads::{Refused, register},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The name of the watermark in `settings`.
pub(super) const WATERMARK: &str = "swept_at";
/// How long before its last URL was signed an upload may have been begun: seven days, and one for clocks, and for a PUT that
/// ends late.
const GOING_ON: TimeDelta = TimeDelta::days(8);
/// A page may be at work for as long on what it sent; then nobody can be asked what becomes of it.
const AT_WORK: TimeDelta = TimeDelta::hours(1);
/// How far the clocks of two instances may be apart.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::hours(1);
/// Of a thousand uploads each; what is behind them is for the next time, as a store may list for ever.
pub(super) const MOST_PAGES: usize = 1_000;
/// After a sweep that failed, and then twice as long each time, up to half a day.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
const AFTER_FAILURES: Duration = Duration::from_secs(43_200);

/// What a sweep has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Keys of ours that were listed.
    pub listed: usize,
    /// Files that are in the index now.
    pub found: usize,
    /// Objects that the rules refuse, which stay for now, as a page may be at work on them.
    pub refused: usize,
    /// Multipart uploads that were aborted.
    pub aborted: usize,
    /// Thumbnails of no file, which were removed.
    pub orphans: u64,
}

struct Sweep<'a> {
    app: &'a AppState,
    /// What was begun later is for the next sweep, as its page is most likely at work.
    until: DateTime<Utc>,
    /// The last key that was listed; none at the end.
    after: Option<String>,
    pages: usize,
    swept: Swept,
    /// The first key that could not be registered, since which the next sweep has to look.
    missed: Option<ObjectKey>,
}

fn note(app: &AppState, swept: &Swept) {
    let count = |count: usize| count as u64;
    let Swept { found, refused, aborted, orphans, .. } = *swept;
    let found = [
        ("found", count(found)),
        ("refused", count(refused)),
        ("aborted", count(aborted)),
        ("stray_thumbnails", orphans),
    ];
    app.measures.note_sweep(&found);
}

/// Sweeps now, and then once a day while there are uploads, until it is dropped. In between it waits, and asks nobody.
pub(super) async fn keep(app: &AppState) {
    sweep_until_done(app, database::now()).await;
    loop {
        match app.sweeps.due_in(database::now()) {
            Some(due_in) if due_in.is_zero() => sweep_until_done(app, app.sweeps.needed(database::now())).await,
            Some(due_in) => drop(timeout(due_in.to_std().unwrap_or_default(), app.sweeps.changed()).await),
            None => app.sweeps.changed().await,
        }
    }
}

/// Sweeps unless another instance has done so since this time. What fails is logged once, and tried again.
async fn sweep_until_done(app: &AppState, needed: DateTime<Utc>) {
    let mut pause = AFTER_FAILURE;
    loop {
        let now = database::now();
        let outcome = match watermark(app, now).await {
            // A sweep of this one's own that failed may have raised it.
            Ok(Some(at)) if at >= needed && pause == AFTER_FAILURE => {
                app.sweeps.note_end(at);
                return event_ageing::run(app, now).await;
            }
            Ok(_) => run(app, now).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(_) => return event_ageing::run(app, now).await,
            Err(error) if pause == AFTER_FAILURE => {
                tracing::warn!(%error, "the bucket could not be looked through for uploads that nobody confirmed; trying again");
            }
            Err(error) => tracing::debug!(%error, "the bucket could not be looked through"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(AFTER_FAILURES);
    }
}

/// Looks through all that may have come since the last sweep, a page of keys at a time: one question to the database for
/// each page, and one to the store for each object without a row. Several instances may do so at once.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable`: what was found until then stays, and the next sweep begins
/// no later than with what was missed.
pub async fn run(app: &AppState, now: DateTime<Utc>) -> Result<Swept> {
    // For as long as this, an object can still appear after its upload was begun.
    let begun_before = appears_for(app);
    let watermark = watermark(app, now).await?;
    let since = watermark.map(|at| FileId::first_at(at - begun_before).to_string());
    let after = format!("{}{}", app.store.prefix(), since.unwrap_or_default());
    let mut sweep = Sweep { app, until: now, after: Some(after), pages: 0, swept: Swept::default(), missed: None };
    scan::run(&mut sweep).await?;
    let Sweep { mut swept, missed, .. } = sweep;
    let seen_until = missed.as_ref().and_then(|key| key.file_id.begun_at()).map(|begun_at| begun_at + begun_before);
    let seen_until = seen_until.map_or(now, |at| at.min(now));
    settings::raise(&app.db, WATERMARK, seen_until.to_rfc3339_opts(SecondsFormat::Micros, true)).await?;
    swept.aborted = abort_abandoned(app, now).await?;
    // Whatever the last sweep was too early for.
    let since = watermark.map(|at| at - begun_before * 2);
    swept.orphans = orphans::find(app, since, now - begun_before, true).await?.count;
    note(app, &swept);
    if swept.found + swept.refused + swept.aborted > 0 || swept.orphans > 0 {
        let Swept { listed, found, refused, aborted, orphans } = swept;
        tracing::info!(
            listed,
            found,
            refused,
            aborted,
            orphans,
            "the bucket was looked through for uploads that nobody confirmed"
        );
    }
    if missed.is_some() {
        return Err(Error::StoreUnavailable("some objects could not be looked at".into()));
    }
    app.sweeps.note_end(now);
    Ok(swept)
}

/// When the last sweep began that saw everything. A clock that was wrong may have written any time; then everything is
/// looked through once more.
async fn watermark(app: &AppState, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let Some(text) = settings::find(&app.db, WATERMARK).await? else { return Ok(None) };
    match text.parse::<DateTime<Utc>>() {
        Ok(at) if at <= now + CLOCKS_DIFFER => Ok(Some(at)),
        Ok(_) | Err(_) => {
            settings::delete(&app.db, WATERMARK).await?;
            Ok(None)
        }
    }
}

impl Scan for Sweep<'_> {
    type Item = ObjectKey;

    async fn list(&mut self) -> Result<Vec<ObjectKey>> {
        let (app, mut unknown) = (self.app, Vec::new());
        while let Some(after) = self.after.take_if(|_| unknown.is_empty()) {
            let page = app.store.list_keys(app.store.prefix(), &after, database::now()).await?;
            self.note_progress();
            let keys = page.keys.iter().filter_map(|key| ObjectKey::parse(app.store.prefix(), key));
            let (early, late): (Vec<_>, Vec<_>) = keys.partition(|key| key.file_id.begun_at() <= Some(self.until));
            unknown = early;
            self.swept.listed += unknown.len();
            if !unknown.is_empty() {
                let known = known(&app.db, &unknown).await?;
                unknown.retain(|key| !known.contains(key.as_str()));
            }
            // Under a prefix of one's own, thumbnails lie behind all files.
            let is_over = |key: &String| ThumbnailKey::parse(app.store.prefix(), key).is_some();
            let last = page.keys.into_iter().next_back();
            self.after = last.filter(|key| page.has_more && late.is_empty() && !is_over(key));
        }
        Ok(unknown)
    }

    async fn handle(&mut self, key: &ObjectKey) -> Result<()> {
        let refused = refused_for_now(key, self.until);
        match settled(register(self.app, key, &Bringer::nobody(), refused, database::now()).await) {
            Ok(Settled::Indexed) => self.swept.found += 1,
            Ok(Settled::Refused) => self.swept.refused += 1,
            // It is gone by now, or belongs to nobody.
            Ok(Settled::Nothing) => {}
            // A store that answers is at odds with this object alone.
            Err(error @ Error::StoreUnavailable(_)) if self.app.store.probe().await.is_ok() => {
                self.put_off(key, error).await?;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn put_off(&mut self, key: &ObjectKey, error: Error) -> Result<Error> {
        match error {
            Error::DatabaseUnavailable(_) => Err(error),
            error => {
                tracing::debug!(file = %key.file_id, %error, "an object without a row could not be looked at");
                self.missed.get_or_insert_with(|| key.clone());
                Ok(error)
            }
        }
    }
}

impl Sweep<'_> {
    /// A line in the log for every fifty thousand objects.
    fn note_progress(&mut self) {
        self.pages += 1;
        if self.pages.is_multiple_of(50) {
            let Swept { listed, found, refused, .. } = self.swept;
            tracing::info!(pages = self.pages, listed, found, refused, "looking through the bucket");
        }
    }
}

/// For as long as this, an object can still appear after its upload was begun.
pub(super) fn appears_for(app: &AppState) -> TimeDelta {
    GOING_ON + TimeDelta::from_std(app.uploads.url_ttl).unwrap_or(GOING_ON)
}

/// What becomes of an object without a row that the rules refuse.
pub(super) fn refused_for_now(key: &ObjectKey, now: DateTime<Utc>) -> Refused {
    match key.file_id.begun_at() {
        Some(at) if at > now - AT_WORK => Refused::Left,
        _ => Refused::PutAside,
    }
}

/// Aborts multipart uploads to keys of ours that are older than any that goes on, where the store tells of any; says how many.
async fn abort_abandoned(app: &AppState, now: DateTime<Utc>) -> Result<usize> {
    let (mut aborted, mut from) = (0, UploadMarker::default());
    for _ in 0..MOST_PAGES {
        let (abandoned, next) = list_abandoned(app, &from, now).await?;
        for (key, upload_id) in abandoned {
            aborted += usize::from(app.store.abort_multipart(&key, &upload_id, database::now()).await?);
        }
        let Some(next) = next else { break };
        from = next;
    }
    Ok(aborted)
}

/// Those of a page of the store's list that are older than any that goes on, and where the next page begins.
pub(super) async fn list_abandoned(
    app: &AppState,
    from: &UploadMarker,
    now: DateTime<Utc>,
) -> Result<(Vec<(ObjectKey, String)>, Option<UploadMarker>)> {
    let Some((uploads, next)) = app.store.list_uploads(from, database::now()).await? else {
        return Ok((Vec::new(), None));
    };
    let abandoned = uploads.into_iter().filter_map(|upload| {
        let key = ObjectKey::parse(app.store.prefix(), &upload.key)?;
        let is_over = upload.begun_at.or(key.file_id.begun_at()).is_some_and(|at| at < now - GOES_ON_FOR);
        is_over.then_some((key, upload.upload_id))
    });
    Ok((abandoned.collect(), next))
}
