//! Which of some names files in a folder have already.

use super::{
    entity::{Column, Entity},
    folders::Place,
    scope::Scope,
    state::State,
};
use crate::{
    error::Result,
    ids::{FileId, FolderId, UserId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// So many names are looked for at once.
pub const MOST: usize = 500;

/// Somebody's ready files that lie directly in a folder, or at the top, and have one of the names: of each name the newest.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find(
    db: &impl ConnectionTrait,
    owner: UserId,
    folder: Option<FolderId>,
    names: &[String],
) -> Result<Vec<(String, FileId)>> {
    // PostgreSQL's texts cannot hold a zero, and no file's name has one.
    let names = names.iter().filter(|name| !name.contains('\0'));
    let query = Entity::find()
        .select_only()
        .columns([Column::FileName, Column::FileId])
        .filter(Scope::Own(owner).condition())
        .filter(Column::State.eq(State::Ready))
        .filter(Place::directly_in(folder).condition(owner))
        .filter(Column::FileName.is_in(names))
        .order_by_asc(Column::Id);
    let found: Vec<(String, FileId)> = query.into_tuple().all(db).await?;
    Ok(found.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect())
}
