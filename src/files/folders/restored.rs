//! Folders as wholes, for snapshots: those that lie higher come before those that lie in them.

use super::{
    entity::{Column, Entity},
    folder::MOST_DEPTH,
};
use crate::{database::table::Table, error::Result, ids::FolderId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, QueryFilter, QuerySelect};
use std::collections::HashSet;

/// The folders of each depth, the highest first.
pub fn tables() -> impl Iterator<Item = Table> {
    (0..MOST_DEPTH).map(|depth| Table::of::<Entity>().with(Column::ParentDepth.as_str(), depth))
}

/// Which of these folders are there.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn there(db: &impl ConnectionTrait, folders: HashSet<FolderId>) -> Result<HashSet<FolderId>> {
    let found = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(folders));
    Ok(found.into_tuple().all(db).await?.into_iter().collect())
}
