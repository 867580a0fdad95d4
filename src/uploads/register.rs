//! `register`: looks at an uploaded object, applies every rule, and puts it into the index or removes it.
//!
//! Whatever dies on the way leaves either an object without a row, which a later call finds, or a row in
//! `Purging`, which `jobs::purge` finishes.

use super::{
    by_link,
    fate::{Refused, fate, is_no_fault, nobodys, over_quota},
    placing::{forget_unknown, record_or_refuse},
    policy::{Verdict, validate},
    thumbnail::look,
};
use crate::{
    audit::{Action, Subject},
    error::{Error, Result},
    files::{
        Bringer, Claim, ContentType, Known, NewFile, QuarantineReason, Recorded, State, Thumbnail, claim_refused,
        picture::shown, record_found,
    },
    ids::{Ticket, UrlKind},
    state::AppState,
    storage::{Courier, Inspection, LATE_PUT, ObjectKey, Picture, ThumbnailKey},
};
use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio::time::timeout;

/// What a file is kept waiting for by its thumbnail at most: a confirmation has ten seconds in all.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that is in the index, whether it was before or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    pub standing: Standing,
    /// Its number among all that its owner ever uploaded. None of a row of the guide's own code, until the next start.
    pub ticket: Option<Ticket>,
}

/// How it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Listed, read and shared.
    Ready,
    /// Its first bytes contradict its type; admins look at it.
    Quarantined,
    /// It was confirmed before, and is in the trash by now.
    Trashed,
}

/// Looks at the object of a key, and puts it into the index or removes it. May be called any number of times, by anyone
/// who holds the key, at the same time.
///
/// # Errors
///
/// `NotFound` when there is no object, when it is on its way out, or when nobody owns it any more. What [`validate`]
/// refuses it with, or `OverQuota`: then the object is what `refused` says. `StoreUnavailable`, `ClocksDiffer` and
/// `DatabaseUnavailable`: calling again later goes on.
pub async fn register(
    app: &AppState,
    key: &ObjectKey,
    by: &Bringer,
    refused: Refused,
    now: DateTime<Utc>,
) -> Result<Registered> {
    let found = app.store.inspect(key.as_str(), now).await?.ok_or(Error::NotFound)?;
    let (refusal, file) = match validate(app, key, &found) {
        Ok(verdict) => {
            let thumbnail = thumbnail(app, key, &verdict, &found.picture, now).await;
            let (state, mut file) = (verdict.state, new_file(app, key, verdict, found, thumbnail, now));
            file.writable_until.into_iter().for_each(|until| app.expect_look(until + LATE_PUT));
            match record_or_refuse(app, &mut file, by, now).await? {
                Ok(Recorded::New(ticket)) => {
                    by_link::end(app, key, file.parcel.as_ref());
                    app.forget_upload(key, now);
                    app.measures.note_upload(state.as_str(), file.size.unsigned_abs());
                    return registered(Known { state, ticket: Some(ticket) });
                }
                Ok(Recorded::Before(known)) => {
                    app.forget_upload(key, now);
                    return registered(known);
                }
                Ok(Recorded::OverQuota) => (over_quota(app, key).await.or_else(nobodys)?, file),
                Ok(Recorded::LinkFull) => (by_link::full(), file),
                Err(refusal) => (refusal, file),
            }
        }
        Err(refusal) => (refusal, unverified(app, key, found, now)),
    };
    match fate(app, key, refused).await? {
        Refused::Removed => remove(app, key, by, refusal, now).await,
        Refused::Left => Err(refusal),
        Refused::Kept if is_no_fault(&refusal) => keep(app, file, now).await,
        // Nobody has it in the index, and its sender is told, or was.
        Refused::PutAside if by_link::is_of_link(&refusal) => remove(app, key, by, refusal, now).await,
        Refused::PutAside | Refused::Kept => put_aside(app, file, refusal, now).await,
    }
}

async fn remove(
    app: &AppState,
    key: &ObjectKey,
    by: &Bringer,
    refusal: Error,
    now: DateTime<Utc>,
) -> Result<Registered> {
    let _notify = app.notify_on_drop();
    let claim = claim_refused(&app.db, key, app.file_url(key), now).await?;
    app.forget_upload(key, now);
    match claim {
        Claim::Won => {
            app.open_uploads.end(key.owner, key.file_id);
            note_refusal(app, key, by, &refusal, now);
            app.measures.note_upload("refused", 0);
            app.store.delete(key.as_str()).await?;
            Err(refusal)
        }
        // It was indexed before the rules became stricter, or by another call meanwhile; or that call refused it.
        Claim::Before(known) => registered(known),
    }
}

fn note_refusal(app: &AppState, key: &ObjectKey, by: &Bringer, refusal: &Error, now: DateTime<Utc>) {
    let detail = QuarantineReason::of(refusal).map_or("", QuarantineReason::words).to_owned();
    let (user, file, name) = (Some(key.owner), Some(key.file_id), key.name.as_str().to_owned());
    app.journal.note(by.actor.clone(), Action::FileRefused, Subject { user, file, name, detail }, now);
}

async fn put_aside(app: &AppState, file: NewFile<'_>, refusal: Error, now: DateTime<Utc>) -> Result<Registered> {
    let Some(reason) = QuarantineReason::of(&refusal) else { return Err(refusal) };
    let file = NewFile { state: State::Quarantined, quarantine_reason: Some(reason), ..file };
    keep(app, file, now).await
}

async fn keep(app: &AppState, mut file: NewFile<'_>, now: DateTime<Utc>) -> Result<Registered> {
    forget_unknown(app, &mut file).await?;
    let key = file.key;
    file.writable_until.into_iter().for_each(|until| app.expect_look(until + LATE_PUT));
    let size = file.size.unsigned_abs();
    let known = record_found(&app.db, &file, now).await?;
    app.measures.note_upload(known.state.as_str(), size);
    app.open_uploads.end(key.owner, key.file_id);
    app.forget_upload(key, now);
    registered(known)
}

/// What is refused, as the store has it.
fn unverified<'a>(app: &AppState, key: &'a ObjectKey, found: Inspection, now: DateTime<Utc>) -> NewFile<'a> {
    let verdict = Verdict {
        state: State::Quarantined,
        content_type: ContentType::of_row(&found.content_type),
        found_type: None,
        size: i64::try_from(found.size).unwrap_or(i64::MAX),
        etag: found.etag.clone(),
        checksum: None,
        verified: None,
        dimensions: None,
    };
    new_file(app, key, verdict, found, None, now)
}

fn new_file<'a>(
    app: &AppState,
    key: &'a ObjectKey,
    verdict: Verdict,
    found: Inspection,
    thumbnail: Option<Thumbnail>,
    now: DateTime<Utc>,
) -> NewFile<'a> {
    NewFile {
        key,
        file_url: app.file_url(key),
        content_type: verdict.content_type,
        found_type: verdict.found_type,
        size: verdict.size,
        etag: Some(verdict.etag),
        checksum: verdict.checksum,
        verified: verdict.verified,
        dimensions: shown(verdict.dimensions, &found.picture),
        state: verdict.state,
        quarantine_reason: None,
        object_removed_at: None,
        writable_until: writable_until(app, key, now),
        folder: found.folder,
        folder_id: None,
        thumbnail,
        picture: found.picture,
        parcel: found.courier.as_ref().and_then(Courier::parcel).cloned(),
        contributor: found.courier.as_ref().and_then(Courier::member),
    }
}

/// The thumbnail that was sent beside a file, if it came and is one. A file is confirmed without it all the same.
async fn thumbnail(
    app: &AppState,
    key: &ObjectKey,
    verdict: &Verdict,
    picture: &Picture,
    now: DateTime<Utc>,
) -> Option<Thumbnail> {
    if !picture.has_thumbnail || verdict.state != State::Ready || !Thumbnail::shows(verdict.content_type.kind()) {
        return None;
    }
    let key_of_it = ThumbnailKey::of(app.store.prefix(), key);
    let looked = timeout(PATIENCE, look(app, &key_of_it, now)).await.unwrap_or(Err(Error::TimedOut(PATIENCE)));
    looked
        .inspect_err(|error| tracing::debug!(file = %key.file_id, %error, "a thumbnail could not be looked at"))
        .ok()?
}

/// Until when a URL may write to the object again, unless no such PUT can arrive any more. A key alone says of what kind its
/// URL was: whoever has a loose one can send all the headers of a strict one.
fn writable_until(app: &AppState, key: &ObjectKey, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let kind = key.file_id.url_kind();
    if kind == Some(UrlKind::Strict) && !app.store.may_write_again() {
        return None;
    }
    // It may have been signed again until now; once it has a row, it is not.
    let until = app.uploads.last_url_expires(kind, key.file_id.begun_at().unwrap_or(now), now)?;
    (now < until + LATE_PUT).then_some(until)
}

fn registered(Known { state, ticket }: Known) -> Result<Registered> {
    let standing = match state {
        State::Ready => Standing::Ready,
        State::Quarantined => Standing::Quarantined,
        State::Trashed => Standing::Trashed,
        State::Purging => return Err(Error::NotFound),
    };
    Ok(Registered { standing, ticket })
}
