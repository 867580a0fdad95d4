//! Locking files, and those who are charged for them, in the one order that keeps everybody from waiting in a circle:
//! users by their ids, then files by theirs. `record` keeps to it within one statement.

use super::entity::{Column, Entity, Model};
use crate::{error::Result, ids::UserId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// Files that nobody else can change until the end of the transaction. What is done with them charges nobody.
pub(super) async fn lock(transaction: &impl ConnectionTrait, condition: Condition, limit: u64) -> Result<Vec<Model>> {
    let query = Entity::find().filter(condition).order_by_asc(Column::Id).limit(limit).lock_exclusive();
    Ok(query.all(transaction).await?)
}

/// Whose files there are, as their rows have it.
pub(super) struct Owners(BTreeSet<String>);

/// Whose files [`lock_of`] would find. Their used bytes change with the files, so they are locked before these are: see
/// [`crate::accounts::Principal::begin_as_admin`].
pub(super) async fn owners(db: &impl ConnectionTrait, condition: &Condition, limit: u64) -> Result<Owners> {
    let query = Entity::find().select_only().column(Column::UserId).filter(condition.clone());
    let owners: Vec<String> = query.order_by_asc(Column::Id).limit(limit).into_tuple().all(db).await?;
    Ok(Owners(owners.into_iter().collect()))
}

/// Files of owners who are locked already.
pub(super) async fn lock_of(
    transaction: &impl ConnectionTrait,
    condition: Condition,
    owners: Owners,
    limit: u64,
) -> Result<Vec<Model>> {
    // A file of somebody else may have come meanwhile.
    lock(transaction, condition.add(Column::UserId.is_in(owners.0)), limit).await
}

impl Owners {
    pub(super) fn users(&self) -> Vec<UserId> {
        self.0.iter().filter_map(|owner| owner.parse().ok()).collect()
    }
}
