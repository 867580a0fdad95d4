//! Files whose owner has no account here: those of an account that a lost database knew, and of an adopted table's own ids.

use super::{
    State,
    entity::{Column, Entity},
    list::statistics::Total,
};
use crate::{accounts::users, error::Result, ids::UserId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// So many owners are told apart at once, those with most files first.
pub const MOST_OWNERS: u64 = 100;

/// An owner without an account.
#[derive(Clone, Debug)]
pub struct Unowned {
    /// As rows have it, which may be any text.
    pub owner: String,
    pub total: Total,
}

/// The owners who have no account here, with what stands under their ids; those with most files first.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Unowned>> {
    let query = Entity::find().select_only().column(Column::UserId).expr(count()).expr(sum()).filter(of_nobody());
    let query = query.group_by(Column::UserId).order_by_desc(count()).order_by_asc(Column::UserId).limit(MOST_OWNERS);
    let rows: Vec<(String, i64, i64)> = query.into_tuple().all(db).await?;
    // A row of the guide's own code has no account for a minute, whoever it names.
    let ids: Vec<UserId> = rows.iter().filter_map(|(owner, ..)| owner.parse().ok()).collect();
    let accounts = users::emails(db, ids).await?;
    let is_one = |owner: &str| owner.parse().is_ok_and(|id: UserId| accounts.contains_key(&id));
    let unowned = rows.into_iter().filter(|(owner, ..)| !is_one(owner));
    Ok(unowned.map(|(owner, files, bytes)| Unowned { owner, total: Total::of(files, bytes) }).collect())
}

/// What stands under an id that has no account.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn total(db: &impl ConnectionTrait, owner: &str) -> Result<Total> {
    let query = Entity::find().select_only().expr(count()).expr(sum()).filter(of(owner));
    let (files, bytes) = query.into_tuple::<(i64, i64)>().one(db).await?.unwrap_or_default();
    Ok(Total::of(files, bytes))
}

/// Which rows stand under an id that has no account. What is on its way out stays under it.
pub(super) fn of(owner: &str) -> Condition {
    of_nobody().add(Column::UserId.eq(owner))
}

fn of_nobody() -> Condition {
    Condition::all().add(Column::OwnerId.is_null()).add(Column::State.ne(State::Purging))
}

fn count() -> Expr {
    Column::Id.count()
}

/// PostgreSQL adds up big integers as decimals, which no integer is read from.
fn sum() -> Expr {
    Column::Size.sum().if_null(0).cast_as("BIGINT")
}
