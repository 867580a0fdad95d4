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

const ENCODED: &str = "The file was stored with a “Content-Encoding”, so its readers would get other bytes than those that were checked. \
    Send it without that header.";
const CONTRADICTION: &str = "The file's name or its first bytes do not fit its type. Send it as what it is.";

/// May be called any number of times, by anyone who holds the key, at the same time.
pub async fn register(
    app: &AppState,
    directory: &Directory,
    key: &ObjectKey,
    now: DateTime<Utc>,
) -> Result<Registered> {
    let found = app.store.inspect(key.as_str(), now).await?.ok_or(Error::NotFound)?;
    let refusal = match judge(app, key, &found) {
        Ok(verdict) => {
            let (state, file) = (verdict.state, new_file(app, key, &found, verdict)?);
            match record(&app.db, file, app.uploads.default_quota, now).await? {
                Recorded::New => return registered(state),
                Recorded::Before(state) => return registered(state),
                Recorded::OverQuota => over_quota(app, directory, key).await?,
            }
        }
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

/// What an object that may be kept is.
struct Verdict {
    state: State,
    content_type: ContentType,
}

/// Every rule that the object alone decides.
fn judge(app: &AppState, key: &ObjectKey, found: &Inspection) -> Result<Verdict> {
    if ByteSize(found.size) > app.uploads.largest() {
        return Err(Error::TooLarge(app.uploads.largest()));
    }
    check_encoding(found.encoding.as_deref())?;
    let declared = check_type(app, found)?;
    let contradicts = declared.contradicts(&found.head, key.name.as_str());
    let content_type = declared.corrected(&found.head);
    if !app.uploads.allowed_types.allow(content_type.mime()) {
        return Err(Error::TypeNotAllowed(content_type.essence().to_owned()));
    }
    match contradicts {
        false => Ok(Verdict { state: State::Ready, content_type }),
        // Where anyone can read the object, putting it aside would not keep anyone from it.
        true if app.store.is_public() => Err(Error::unacceptable("type_mismatch", CONTRADICTION)),
        true => Ok(Verdict { state: State::Quarantined, content_type }),
    }
}

/// The type that the object was stored with, if files of it are taken.
fn check_type(app: &AppState, found: &Inspection) -> Result<ContentType> {
    let content_type = ContentType::of_row(&found.content_type);
    let is_download =
        found.disposition.as_deref().is_some_and(|disposition| disposition.trim_start().starts_with("attachment"));
    // A public bucket serves it as it was stored, so it must not be anything that readers could take for a page.
    let is_ambiguous = !found.content_type.is_empty() && ContentType::parse(&found.content_type).is_none();
    let would_run = app.store.is_public() && (is_ambiguous || content_type.is_active() && !is_download);
    match app.uploads.allowed_types.allow(content_type.mime()) && !would_run {
        true => Ok(content_type),
        false => Err(Error::TypeNotAllowed(content_type.essence().to_owned())),
    }
}

/// The header is not signed, so whoever uploads may add it; then readers get other bytes than those that were looked at,
/// and maybe a thousand times as many.
fn check_encoding(encoding: Option<&str>) -> Result<()> {
    // `aws-chunked` is about the way there; some stores keep it.
    let is_plain =
        |coding: &str| ["", "identity", "none", "aws-chunked"].iter().any(|plain| coding.eq_ignore_ascii_case(plain));
    match encoding {
        Some(encoding) if !encoding.split(',').all(|coding| is_plain(coding.trim())) => {
            Err(Error::unacceptable("encoded", ENCODED))
        }
        Some(_) | None => Ok(()),
    }
}

fn new_file<'a>(app: &AppState, key: &'a ObjectKey, found: &Inspection, verdict: Verdict) -> Result<NewFile<'a>> {
    Ok(NewFile {
        key,
        file_url: app.store.file_url(&app.url, key),
        content_type: verdict.content_type,
        size: i64::try_from(found.size).map_err(|_| Error::TooLarge(app.uploads.largest()))?,
        etag: found.etag.clone(),
        checksum: found.sha256.clone(),
        dimensions: dimensions(&found.head),
        state: verdict.state,
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
