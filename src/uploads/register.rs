//! `register`: looks at an uploaded object, applies every rule, and puts it into the index or removes it.
//!
//! Whatever dies on the way leaves either an object without a row, which a later call finds, or a row in
//! `Purging`, which `files::index::finish_purging` finishes.

use crate::{
    accounts::Directory,
    error::{Error, Result},
    files::{Claim, ContentType, NewFile, Recorded, State, dimensions, index, record},
    state::AppState,
    store::{Inspection, ObjectKey},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};

/// A file that is in the index, whether it was before or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    Ready,
    /// Its first bytes contradict its type; admins look at it.
    Quarantined,
    /// It was confirmed before, and is in the trash by now.
    Trashed,
}

const CONTRADICTION: &str = "The file's first bytes do not fit its type. Send it as what it is.";

/// May be called any number of times, by anyone who holds the key, at the same time.
pub async fn register(
    app: &AppState,
    directory: &Directory,
    key: &ObjectKey,
    now: DateTime<Utc>,
) -> Result<Registered> {
    let found = app.store.inspect(key.as_str(), now).await?.ok_or(Error::NotFound)?;
    let refusal = match judge(app, &found) {
        Ok(state) => match record(&app.db, new_file(app, key, &found, state)?, app.uploads.default_quota, now).await? {
            Recorded::New => return registered(state),
            Recorded::Before(state) => return registered(state),
            Recorded::OverQuota => over_quota(app, directory, key).await?,
        },
        Err(refusal) => refusal,
    };
    let _ring = app.ring_at_end();
    match index::claim_refused(&app.db, key, app.store.file_url(&app.url, key), now).await? {
        Claim::Won => {
            app.store.delete(key.as_str()).await?;
            Err(refusal)
        }
        // It was indexed before the rules became stricter, or by another call meanwhile; or that call refused it.
        Claim::Before(state) => registered(state),
    }
}

/// Every rule that the object alone decides.
fn judge(app: &AppState, found: &Inspection) -> Result<State> {
    let content_type = ContentType::of_row(&found.content_type);
    if ByteSize(found.size) > app.uploads.largest() {
        return Err(Error::TooLarge(app.uploads.largest()));
    }
    let is_download =
        found.disposition.as_deref().is_some_and(|disposition| disposition.trim_start().starts_with("attachment"));
    let would_run = app.store.is_public() && content_type.is_active() && !is_download;
    if would_run || !app.uploads.allowed_types.allow(content_type.mime()) {
        return Err(Error::TypeNotAllowed(content_type.essence().to_owned()));
    }
    match content_type.contradicts(&found.head) {
        false => Ok(State::Ready),
        // Where anyone can read the object, putting it aside would not keep anyone from it.
        true if app.store.is_public() => Err(Error::unacceptable("type_mismatch", CONTRADICTION)),
        true => Ok(State::Quarantined),
    }
}

fn new_file<'a>(app: &AppState, key: &'a ObjectKey, found: &Inspection, state: State) -> Result<NewFile<'a>> {
    Ok(NewFile {
        key,
        file_url: app.store.file_url(&app.url, key),
        content_type: ContentType::of_row(&found.content_type),
        size: i64::try_from(found.size).map_err(|_| Error::TooLarge(app.uploads.largest()))?,
        etag: found.etag.clone(),
        checksum: found.sha256.clone(),
        dimensions: dimensions(&found.head),
        state,
    })
}

fn registered(state: State) -> Result<Registered> {
    match state {
        State::Ready => Ok(Registered::Ready),
        State::Quarantined => Ok(Registered::Quarantined),
        State::Trashed => Ok(Registered::Trashed),
        State::Purging => Err(Error::NotFound),
    }
}

async fn over_quota(app: &AppState, directory: &Directory, key: &ObjectKey) -> Result<Error> {
    let account = directory.account_now(key.owner).await?;
    let quota = account.quota.or(app.uploads.default_quota).unwrap_or_default();
    Ok(Error::OverQuota { quota, used: account.used })
}
