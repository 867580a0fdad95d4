//! A file that is added step by step, in a transaction of its own or along with others: where a link counts with it, and on SQLite.

use super::{
    new_file::{Bringer, NewFile, Outcome},
    row::{Values, insert_values, values},
};
use crate::{
    accounts::charging,
    audit::{self, Action, Actor, Subject},
    database::{self, DatabaseConnection, DatabaseTransaction},
    error::{Error, Result},
    files::received,
    ids::Ticket,
    storage::{ObjectKey, Parcel},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};

/// All that is written of it.
struct Addition {
    key: ObjectKey,
    size: i64,
    default_quota: Option<ByteSize>,
    values: Values,
    parcel: Option<Parcel>,
    actor: Actor,
    subject: Subject,
    at: DateTime<Utc>,
}

pub(super) async fn record_step_by_step(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    if db.get_database_backend() == DbBackend::Sqlite {
        let addition = Addition::of(file, by, default_quota, now);
        if let Some(ticket) = db.together(|transaction| Box::pin(addition.make_or_fail(transaction))).await {
            return Ok(Outcome::Added(ticket));
        }
    }
    let transaction = database::begin(db).await?;
    let outcome = Addition::of(file, by, default_quota, now).make(&transaction).await?;
    match outcome {
        Outcome::Added(_) => transaction.commit().await?,
        Outcome::Known | Outcome::NoRoom | Outcome::LinkFull => transaction.rollback().await?,
    }
    Ok(outcome)
}

impl Addition {
    fn of(file: &NewFile<'_>, by: &Bringer, default_quota: Option<ByteSize>, now: DateTime<Utc>) -> Self {
        Self {
            key: file.key.clone(),
            size: file.size,
            default_quota,
            values: values(file, Some(file.key.owner), now),
            parcel: file.parcel.clone(),
            actor: by.actor.clone(),
            subject: file.uploaded(by),
            at: now,
        }
    }

    /// Whatever comes of it but an added file, the transaction is to be taken back.
    async fn make(self, transaction: &DatabaseTransaction) -> Result<Outcome> {
        let Self { key, size, default_quota, values, parcel, actor, subject, at } = self;
        // The owner first, as every change has it; and a row may name none that is not there.
        let charged = charging::charge_for_new(transaction, key.owner, size, default_quota).await?;
        let Some(ticket) = charged else { return Ok(Outcome::NoRoom) };
        if !insert_values(transaction, values, Some(ticket)).await? {
            return Ok(Outcome::Known);
        }
        if let Some(parcel) = &parcel {
            let Some(place) = received::take_place(transaction, (parcel, &key), size, at).await? else {
                return Ok(Outcome::LinkFull);
            };
            received::note(transaction, (parcel, &key), place).await?;
        }
        audit::record(transaction, &actor, Action::FileUploaded, subject, at).await?;
        Ok(Outcome::Added(ticket))
    }

    async fn make_or_fail(self, transaction: &DatabaseTransaction) -> Result<Ticket> {
        match self.make(transaction).await? {
            Outcome::Added(ticket) => Ok(ticket),
            Outcome::Known | Outcome::NoRoom | Outcome::LinkFull => {
                Err(Error::Conflict("A file is known already, or there is no room for it.".into()))
            }
        }
    }
}
