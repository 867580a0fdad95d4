//! Putting a file into the index: its row and its owner's used bytes together, so that these always equal the rows' sum.

mod addition;
mod at_once;
mod new_file;
mod row;

use crate::{
    accounts::{Principal, charging},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::Ticket,
};
use addition::record_step_by_step;
use at_once::record_at_once;
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use new_file::Outcome;
use sea_orm::{ConnectionTrait, DbBackend};

pub use super::known::{Known, known, known_ids};
pub use new_file::{Bringer, NewFile};
pub(super) use row::insert;

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

/// Adds a file's row, charges its owner and writes down who brought it, all or nothing. Of many at once, one adds.
///
/// # Errors
///
/// `DatabaseUnavailable`; `Conflict` where the owner's next ticket is taken; `Internal` where its folder is gone.
pub async fn record(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Recorded> {
    let key = file.key.as_str();
    let outcome = match db.get_database_backend() {
        DbBackend::Postgres if file.parcel.is_none() => record_at_once(db, file, by, default_quota, now).await?,
        _ => record_step_by_step(db, file, by, default_quota, now).await?,
    };
    match outcome {
        Outcome::Added(ticket) => Ok(Recorded::New(ticket)),
        Outcome::Known => Ok(Recorded::Before(Known::of_taken(db, file.key).await?)),
        // Another call may have added it meanwhile, which is what filled the quota.
        Outcome::LinkFull => Ok(Known::find(db, key).await?.map_or(Recorded::LinkFull, Recorded::Before)),
        Outcome::NoRoom => Ok(Known::find(db, key).await?.map_or(Recorded::OverQuota, Recorded::Before)),
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
