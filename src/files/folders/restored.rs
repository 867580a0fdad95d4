//! Folders as wholes, for snapshots: those that lie higher come before those that lie in them.

use super::{
    entity::{Column, Entity, HEIGHT},
    folder::MOST_DEPTH,
};
use crate::{database::table::Table, error::Result, ids::FolderId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;

/// The folders of each height, the highest first.
pub fn tables() -> impl Iterator<Item = Table> {
    (1..=MOST_DEPTH as i64).rev().map(|height| Table::of::<Entity>().with(HEIGHT, height))
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
