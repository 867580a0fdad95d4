//! Claims on objects that were refused, so that one call removes each and nobody indexes it meanwhile.

use super::{
    ContentType, State,
    record::{Known, NewFile, insert},
};
use crate::{
    accounts::users,
    database::DatabaseConnection,
    error::Result,
    storage::{ObjectKey, Picture},
};
use chrono::{DateTime, Utc};

/// What became of a claim on a refused object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// This call may remove it.
    Won,
    /// It has a row already.
    Before(Known),
}

/// Claims an object that was refused, so that it can be removed without anyone indexing it meanwhile. One call
/// wins the claim and may remove the object. The row stays, so that the key never lives again, until no PUT to
/// it can arrive any more. It weighs nothing, as its owner was never charged for it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn claim_refused(
    db: &DatabaseConnection,
    key: &ObjectKey,
    file_url: String,
    now: DateTime<Utc>,
) -> Result<Claim> {
    let file = NewFile {
        key,
        file_url,
        content_type: ContentType::unknown(),
        found_type: None,
        size: 0,
        etag: None,
        checksum: None,
        verified: None,
        dimensions: None,
        state: State::Purging,
        quarantine_reason: None,
        // Whoever wins the claim removes it.
        object_removed_at: Some(now),
        writable_until: None,
        folder: None,
        folder_id: None,
        thumbnail: None,
        picture: Picture::default(),
        parcel: None,
        contributor: None,
    };
    let owner = users::exists(db, key.owner).await?.then_some(key.owner);
    match insert(db, &file, owner, None, now).await? {
        true => Ok(Claim::Won),
        false => Ok(Claim::Before(Known::of_taken(db, key).await?)),
    }
}
