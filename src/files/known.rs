//! What the index knows already of keys and files.

use super::{
    entity::{Column, Entity},
    state::State,
};
use crate::{
    error::{Error, Result},
    ids::{FileId, Ticket},
    storage::ObjectKey,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashSet;

/// What is known of a row that was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub state: State,
    pub ticket: Option<Ticket>,
}

impl Known {
    /// What a row is taken for that is gone by now: it was on its way out.
    pub(super) const GONE: Self = Self { state: State::Purging, ticket: None };

    /// What is known of a key of which no row could be added, as something of it is taken.
    ///
    /// # Errors
    ///
    /// `Conflict` when that is its ticket, as where users were restored from an older backup than files: nothing is lost, and it can be
    /// tried again. `DatabaseUnavailable`.
    pub(super) async fn of_taken(db: &impl ConnectionTrait, key: &ObjectKey) -> Result<Self> {
        if let Some(known) = Self::find(db, key.as_str()).await? {
            return Ok(known);
        }
        // A copy, made in the bucket, has another file's id.
        if !known_ids(db, &[key.file_id]).await?.is_empty() {
            return Ok(Self::GONE);
        }
        tracing::error!(file = %key.file_id, "a file could not be recorded: the next ticket of its owner is taken");
        Err(Error::Conflict("The file is in storage, and could not be recorded. Try again in a while.".into()))
    }

    /// What is known of the row of a key, if there is one.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, key: &str) -> Result<Option<Self>> {
        let query = Entity::find().select_only().column(Column::State).column(Column::Ticket);
        let found: Option<(State, Option<Ticket>)> =
            query.filter(Column::ObjectKey.eq(key)).into_tuple().one(db).await?;
        Ok(found.map(|(state, ticket)| Self { state, ticket }))
    }
}

/// Which of these keys have a row, in whatever state.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn known(db: &impl ConnectionTrait, keys: &[ObjectKey]) -> Result<HashSet<String>> {
    let keys = keys.iter().map(ObjectKey::as_str);
    let query = Entity::find().select_only().column(Column::ObjectKey).filter(Column::ObjectKey.is_in(keys));
    let found: Vec<String> = query.into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

/// Which of these files have a row, in whatever state.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn known_ids(db: &impl ConnectionTrait, ids: &[FileId]) -> Result<HashSet<FileId>> {
    let query = Entity::find().select_only().column(Column::FileId).filter(Column::FileId.is_in(ids.iter().copied()));
    let found: Vec<FileId> = query.into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}
