//! Locking files, and those who are charged for them, in the one order that keeps everybody from waiting in a circle:
//! users by their ids, then files by theirs. `record` keeps to it within one statement.

use super::entity::{Column, Entity, Model};
use crate::{accounts::users, error::Result};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// Files that nobody else can change until the end of the transaction. What is done with them charges nobody.
pub(super) async fn lock(transaction: &impl ConnectionTrait, condition: Condition, limit: u64) -> Result<Vec<Model>> {
    let query = Entity::find().filter(condition).order_by_asc(Column::Id).limit(limit).lock_exclusive();
    Ok(query.all(transaction).await?)
}

/// Files whose owners' used bytes change with them.
pub(super) async fn lock_with_owners(
    transaction: &impl ConnectionTrait,
    condition: Condition,
    limit: u64,
) -> Result<Vec<Model>> {
    let query = Entity::find().select_only().column(Column::UserId).filter(condition.clone());
    let query = query.order_by_asc(Column::Id).limit(limit);
    let owners: BTreeSet<String> = query.into_tuple().all(transaction).await?.into_iter().collect();
    users::lock(transaction, owners.iter().filter_map(|owner| owner.parse().ok())).await?;
    // A file of somebody else may have come meanwhile.
    lock(transaction, condition.add(Column::UserId.is_in(owners)), limit).await
}
