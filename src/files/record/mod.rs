//! Putting a file into the index: its row and its owner's used bytes together, so that these always equal the rows' sum.

mod alone;
mod at_once;
mod row;
mod together;

use super::{ContentType, QuarantineReason, Thumbnail, Verified, state::State};
use crate::{
    accounts::{Principal, charging},
    audit::{Action, Actor, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::{FolderId, Ticket, UserId},
    storage::{FolderPath, ObjectKey, Parcel, Picture},
};
use alone::record_alone;
use at_once::record_at_once;
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};

pub use super::known::{Known, known, known_ids};
pub(super) use row::insert;
pub use together::Recorder;

/// A file about to be indexed.
pub struct NewFile<'a> {
    pub key: &'a ObjectKey,
    pub file_url: String,
    pub content_type: ContentType,
    /// What its bytes are, if they contradict its type.
    pub found_type: Option<ContentType>,
    pub size: i64,
    pub etag: Option<String>,
    pub checksum: Option<String>,
    pub verified: Option<Verified>,
    /// Width and height in pixels, as it is shown.
    pub dimensions: Option<(i64, i64)>,
    pub state: State,
    /// Why it is put aside, where that is not what its bytes are.
    pub quarantine_reason: Option<QuarantineReason>,
    /// When its object was removed, if it was refused.
    pub object_removed_at: Option<DateTime<Utc>>,
    /// Until when its URL may write to it again, if it may.
    pub writable_until: Option<DateTime<Utc>>,
    /// The path that it came in.
    pub folder: Option<FolderPath>,
    /// Where it lies.
    pub folder_id: Option<FolderId>,
    pub thumbnail: Option<Thumbnail>,
    /// What its uploader said of it as a picture.
    pub picture: Picture,
    /// The link that it came by, if its sender had no account.
    pub parcel: Option<Parcel>,
    /// Who added it, if that was somebody with whom its folder is shared.
    pub contributor: Option<UserId>,
}

/// Who brings a file, as the log has it.
#[derive(Clone, Debug)]
pub struct Bringer {
    pub actor: Actor,
    /// By what means, if that says more.
    pub means: &'static str,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is in the index now.
    New(Ticket),
    /// It was there already.
    Before(Known),
    /// It would go over its owner's quota; nothing was written.
    OverQuota,
    /// The link that it came by takes no more; nothing was written.
    LinkFull,
}

impl Recorder {
    /// Adds a file's row, charges its owner and writes down who brought it, all or nothing. Of many at once, one adds.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`; `Conflict` where the owner's next ticket is taken; `Internal` where its folder is gone.
    pub async fn record(
        &self,
        db: &DatabaseConnection,
        file: &NewFile<'_>,
        by: &Bringer,
        default_quota: Option<ByteSize>,
        now: DateTime<Utc>,
    ) -> Result<Recorded> {
        let key = file.key.as_str();
        let outcome = match db.get_database_backend() {
            _ if file.parcel.is_some() => record_alone(db, file, by, default_quota, now).await?,
            DbBackend::Postgres => record_at_once(db, file, by, default_quota, now).await?,
            _ => match self.record_together(db, file, by, default_quota, now).await {
                Some(ticket) => Outcome::Added(ticket),
                None => record_alone(db, file, by, default_quota, now).await?,
            },
        };
        match outcome {
            Outcome::Added(ticket) => Ok(Recorded::New(ticket)),
            Outcome::Known => Ok(Recorded::Before(Known::of_taken(db, file.key).await?)),
            // Another call may have added it meanwhile, which is what filled the quota.
            Outcome::LinkFull => Ok(Known::find(db, key).await?.map_or(Recorded::LinkFull, Recorded::Before)),
            Outcome::NoRoom => Ok(Known::find(db, key).await?.map_or(Recorded::OverQuota, Recorded::Before)),
        }
    }
}

/// Adds the row of a file that nobody can be asked about, whatever its owner has room for; where there is no such owner, nobody is
/// charged. That it was put aside, for a reason, has a line in the log. Says what is known of it by then: it may have had a row.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn record_found(db: &DatabaseConnection, file: &NewFile<'_>, now: DateTime<Utc>) -> Result<Known> {
    let (state, key) = (file.state, file.key);
    let change = Principal::itself().begin_as_admin(db, &[key.owner], now).await?;
    let ticket = charging::charge_for_found(change.transaction(), key.owner, file.size).await?;
    let owner = ticket.map(|_| key.owner);
    if !insert(change.transaction(), file, owner, ticket, now).await? {
        drop(change);
        return Known::of_taken(db, key).await;
    }
    if let Some(reason) = file.quarantine_reason {
        let (name, detail) = (key.name.as_str().to_owned(), reason.words().to_owned());
        change.record(Action::FileQuarantined, Subject { user: owner, file: Some(key.file_id), name, detail }).await?;
    }
    change.commit().await?;
    Ok(Known { state, ticket })
}

impl NewFile<'_> {
    /// The event of its upload.
    fn uploaded(&self, by: &Bringer) -> Subject {
        let aside = if self.state == State::Quarantined { "put into quarantine" } else { "" };
        let detail = [by.means, aside].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
        let (user, file, name) = (Some(self.key.owner), Some(self.key.file_id), self.key.name.as_str().to_owned());
        Subject { user, file, name, detail }
    }
}

impl Bringer {
    /// Nobody who asks: it was found in the bucket, as after a crash between an upload and its confirmation.
    pub fn nobody() -> Self {
        Self { actor: Actor::itself(), means: "found in storage" }
    }
}

enum Outcome {
    Added(Ticket),
    Known,
    NoRoom,
    LinkFull,
}
