//! What users are charged for their files, and the tickets that these are given, by the transactions that change the files.
//! Everything fails with `DatabaseUnavailable` when the database does not answer.

use super::entity::user;
use crate::{
    error::{Error, Result},
    ids::{Ticket, UserId},
};
use bytesize::ByteSize;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

/// Adds to a user's used bytes unless that goes over the quota; says whether it did. Part of the transaction that adds
/// the file's row. Without `default_quota`, only a quota of their own is a bound.
pub async fn charge(
    db: &impl ConnectionTrait,
    id: UserId,
    bytes: i64,
    default_quota: Option<ByteSize>,
) -> Result<bool> {
    Ok(charging(id, bytes, default_quota).exec(db).await?.rows_affected == 1)
}

/// Charges a user for a new file as [`charge`] does, and gives its ticket by the same statement; none where it does not fit.
pub async fn charge_for_new(
    db: &impl ConnectionTrait,
    id: UserId,
    bytes: i64,
    default_quota: Option<ByteSize>,
) -> Result<Option<Ticket>> {
    let next = Expr::col(user::Column::LastTicket).add(1);
    let mut update = charging(id, bytes, default_quota).col_expr(user::Column::LastTicket, next).into_query();
    update.returning_col(user::Column::LastTicket);
    let row = db.query_one(&update).await?;
    row.map(|row| Ok(Ticket::after(row.try_get::<i64>("", "last_ticket")? - 1))).transpose()
}

/// The same of a file that was found in the bucket: whatever the quota, as it is there already. None where there is no such user.
pub async fn charge_for_found(db: &impl ConnectionTrait, id: UserId, bytes: i64) -> Result<Option<Ticket>> {
    let next = Expr::col(user::Column::LastTicket).add(1);
    let used = Expr::col(user::Column::UsedBytes).add(bytes);
    let update = user::Entity::update_many().filter(user::Column::Id.eq(id));
    let update = update.col_expr(user::Column::LastTicket, next).col_expr(user::Column::UsedBytes, used);
    if update.exec(db).await?.rows_affected == 0 {
        return Ok(None);
    }
    Ok(Some(Ticket::after(tickets(db, id).await? - 1)))
}

/// How many tickets a user's files were given. In a transaction that holds the user's lock, nobody gives others meanwhile.
pub async fn tickets(db: &impl ConnectionTrait, id: UserId) -> Result<i64> {
    let query = user::Entity::find_by_id(id).select_only().column(user::Column::LastTicket);
    query.into_tuple().one(db).await?.ok_or(Error::NotFound)
}

/// Notes that so many more were given.
pub async fn add_tickets(transaction: &impl ConnectionTrait, id: UserId, count: i64) -> Result<()> {
    let last = Expr::col(user::Column::LastTicket).add(count);
    let update = user::Entity::update_many().col_expr(user::Column::LastTicket, last);
    update.filter(user::Column::Id.eq(id)).exec(transaction).await?;
    Ok(())
}

fn charging(id: UserId, bytes: i64, default_quota: Option<ByteSize>) -> UpdateMany<user::Entity> {
    let used = Expr::col(user::Column::UsedBytes).add(bytes);
    let update =
        user::Entity::update_many().col_expr(user::Column::UsedBytes, used.clone()).filter(user::Column::Id.eq(id));
    match default_quota {
        Some(default) => update.filter(used.lte(Expr::col(user::Column::Quota).if_null(in_column(default)))),
        None => update.filter(Expr::col(user::Column::Quota).is_null().or(used.lte(Expr::col(user::Column::Quota)))),
    }
}

/// A number of bytes as columns have it; what no column could hold is the most that one can.
pub fn in_column(bytes: ByteSize) -> i64 {
    i64::try_from(bytes.as_u64()).unwrap_or(i64::MAX)
}

/// Adds to a user's used bytes whatever the quota, as the bytes are there already; takes away if negative.
pub async fn charge_regardless(db: &impl ConnectionTrait, id: UserId, bytes: i64) -> Result<()> {
    let used = Expr::col(user::Column::UsedBytes).add(bytes);
    let update = user::Entity::update_many().col_expr(user::Column::UsedBytes, used);
    update.filter(user::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// What a user is charged for, in bytes, if there is such a user.
pub async fn used(db: &impl ConnectionTrait, id: UserId) -> Result<Option<i64>> {
    let query = user::Entity::find_by_id(id).select_only().column(user::Column::UsedBytes);
    Ok(query.into_tuple().one(db).await?)
}

/// What each of at most `limit` users behind an id is charged for, by their ids.
pub async fn list_used(db: &impl ConnectionTrait, after: Option<UserId>, limit: u64) -> Result<Vec<(UserId, i64)>> {
    let query = user::Entity::find().select_only().column(user::Column::Id).column(user::Column::UsedBytes);
    let mut query = query.order_by_asc(user::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(user::Column::Id.gt(after));
    }
    Ok(query.into_tuple().all(db).await?)
}
