//! Tickets of files that came without one: each owner's next numbers, in the order of upload. [`super::record()`] gives all others
//! theirs.

use super::{
    entity::{Column, Entity},
    state::State,
    transition::MOST_AT_ONCE,
};
use crate::{
    accounts::{Principal, charging},
    database::DatabaseConnection,
    error::Result,
    ids::UserId,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement};

/// Gives tickets to files of accounts that have none, such as those of the guide's own code, and of versions that knew nothing of
/// tickets. Says how many.
///
/// # Errors
///
/// `DatabaseUnavailable`; what was given before stays.
pub async fn give_missing(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<u64> {
    let (mut all, waiting) = (0, Condition::all().add(Column::Ticket.is_null()).add(Column::OwnerId.is_not_null()));
    let waiting = Entity::find().select_only().column(Column::OwnerId).filter(waiting);
    let waiting = waiting.filter(Column::State.ne(State::Purging));
    while let Some(owner) = waiting.clone().into_tuple::<UserId>().one(db).await? {
        let change = Principal::itself().begin_as_admin(db, &[owner], now).await?;
        all += give(change.transaction(), owner).await?;
        change.commit().await?;
    }
    Ok(all)
}

/// Gives tickets to some files of an owner, who is locked, that have none: those first that came first. Says how many.
pub(super) async fn give(transaction: &impl ConnectionTrait, owner: UserId) -> Result<u64> {
    let before = charging::tickets(transaction, owner).await?;
    let sql = "UPDATE r2_files SET ticket = $2 + numbered.place FROM (
            SELECT id, row_number() OVER (ORDER BY upload_timestamp, id) AS place FROM r2_files
            WHERE owner_id = $1 AND ticket IS NULL AND state <> 'purging' ORDER BY upload_timestamp, id LIMIT $3
        ) AS numbered WHERE numbered.id = r2_files.id";
    let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
    let values = [owner.into(), before.into(), most.into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    let given = transaction.execute_raw(statement).await?.rows_affected();
    charging::add_tickets(transaction, owner, i64::try_from(given).unwrap_or_default()).await?;
    Ok(given)
}
