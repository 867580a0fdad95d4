//! What becomes of an object that the rules refuse.

use super::by_link;
use crate::{
    accounts::{deletion, users},
    error::{Error, Result},
    state::AppState,
    storage::ObjectKey,
};
use bytesize::ByteSize;

/// What becomes of an object that the rules refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is removed: it was uploaded just now, or its owner asks for it.
    Removed,
    /// It stays: a page may still be at work on it.
    Left,
    /// It is put aside, for administrators to look at: nobody can be asked, and a database that was lost, restored or mistaken
    /// knows nothing of files that somebody owns.
    PutAside,
    /// It is indexed as if it had been confirmed where only its owner's room, or its owner, is in the way: the index that knew it was
    /// lost. What the other rules refuse is put aside.
    Kept,
}

/// Is nothing wrong with the file itself?
pub(super) fn is_no_fault(refusal: &Error) -> bool {
    matches!(refusal, Error::OverQuota { .. } | Error::NotFound) || by_link::is_of_link(refusal)
}

pub(super) fn nobodys(error: Error) -> Result<Error> {
    if matches!(error, Error::NotFound) { Ok(error) } else { Err(error) }
}

/// What came under a URL of an account that was deleted since goes, whoever finds it: nobody is charged for it, and nobody asks for
/// it. What belongs to somebody whom a lost database knew does not.
pub(super) async fn fate(app: &AppState, key: &ObjectKey, refused: Refused) -> Result<Refused> {
    if users::exists(&app.db, key.owner).await? {
        return Ok(refused);
    }
    Ok(match deletion::was_deleted(&app.db, key.owner).await? {
        true => Refused::Removed,
        false if matches!(refused, Refused::PutAside | Refused::Kept) => refused,
        false => Refused::Left,
    })
}

/// A disabled owner is told nothing, but the object goes all the same. That of nobody stays: who it belongs to may be known
/// again one day.
pub(super) async fn over_quota(app: &AppState, key: &ObjectKey) -> Result<Error> {
    app.accounts.cache.forget(key.owner);
    let owner = users::find(&app.db, key.owner).await?;
    let quota = app.uploads.quota_of(owner.quota.map(ByteSize)).unwrap_or_default();
    Ok(Error::OverQuota { quota, used: ByteSize(owner.used_bytes) })
}
