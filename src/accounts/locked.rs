//! Users as they are until the end of a transaction.

use super::{entity::user, user::User};
use crate::{database::DatabaseTransaction, error::Result, ids::UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};

pub(super) fn one(id: UserId) -> Expr {
    user::Column::Id.eq(id)
}

/// Locks users in the order of their ids. Rows that refer to them can still be added.
pub(super) async fn lock(transaction: &DatabaseTransaction, condition: Condition) -> Result<Vec<User>> {
    let query = user::Entity::find().filter(condition).order_by_asc(user::Column::Id).lock(LockType::NoKeyUpdate);
    query.all(transaction).await?.into_iter().map(User::from_row).collect()
}
