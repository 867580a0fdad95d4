//! By a transaction of its own, step by step: where a link counts with it, and where SQLite could not take it along with others.

use super::{Bringer, NewFile, Outcome, row::insert};
use crate::{
    accounts::charging,
    audit::{self, Action},
    database::{self, DatabaseConnection},
    error::Result,
    files::received,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};

pub(super) async fn record_alone(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let transaction = database::begin(db).await?;
    // The owner first, as every change has it; and a row may name none that is not there.
    let charged = charging::charge_for_new(&transaction, file.key.owner, 1, file.size, default_quota).await?;
    let Some(ticket) = charged.and_then(|mut tickets| tickets.next()) else {
        transaction.rollback().await?;
        return Ok(Outcome::NoRoom);
    };
    if !insert(&transaction, file, Some(file.key.owner), Some(ticket), now).await? {
        transaction.rollback().await?;
        return Ok(Outcome::Known);
    }
    if let Some(parcel) = &file.parcel {
        let Some(place) = received::take_place(&transaction, (parcel, file.key), file.size, now).await? else {
            transaction.rollback().await?;
            return Ok(Outcome::LinkFull);
        };
        received::note(&transaction, (parcel, file.key), place).await?;
    }
    audit::record(&transaction, &by.actor, Action::FileUploaded, file.uploaded(by), now).await?;
    transaction.commit().await?;
    Ok(Outcome::Added(ticket))
}
