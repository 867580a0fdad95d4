//! A folder that its owner sees, and the way to it from the top.

use super::entity::Model;
use crate::{
    error::{Error, Result},
    files::{State, list::folding::folded},
    ids::{FolderId, UserId},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

/// No folder lies deeper; one at the top has depth 1. The table says so, as none is higher.
pub const MOST_DEPTH: usize = 32;

/// A folder that is not in the trash, nor in a folder that is.
#[derive(Clone, Debug)]
pub struct Folder(pub(super) Model);

impl Folder {
    pub fn id(&self) -> FolderId {
        self.0.id
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The folder that it lies in; none at the top.
    pub fn parent(&self) -> Option<FolderId> {
        self.0.parent_id
    }

    pub fn owner(&self) -> UserId {
        self.0.owner_id
    }

    /// Somebody's folder.
    ///
    /// # Errors
    ///
    /// `NotFound` for another's, and for what is in the trash, by itself or with a folder above; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: FolderId, owner: UserId) -> Result<Self> {
        Self::way(db, id, owner).await?.pop().ok_or(Error::NotFound)
    }

    /// The folders from the top to somebody's folder, it being the last.
    ///
    /// # Errors
    ///
    /// As [`Folder::find`].
    pub async fn way(db: &impl ConnectionTrait, id: FolderId, owner: UserId) -> Result<Vec<Self>> {
        let way = rows_up(db, id, owner).await?;
        match !way.is_empty() && way.iter().all(|row| row.state == State::Ready) {
            true => Ok(way.into_iter().map(Self).collect()),
            false => Err(Error::NotFound),
        }
    }

    /// The same to a folder, if one is named; no folders lead to the top.
    ///
    /// # Errors
    ///
    /// As [`Folder::find`].
    pub async fn way_to(db: &impl ConnectionTrait, id: Option<FolderId>, owner: UserId) -> Result<Vec<Self>> {
        match id {
            Some(id) => Self::way(db, id, owner).await,
            None => Ok(Vec::new()),
        }
    }
}

/// What a folder is sorted by, and behind it what tells it from the others beside it: names are the same in capitals and small letters,
/// and not without their accents.
pub fn name_key(name: &str) -> String {
    format!("{}\u{1f}{}", folded(name), name.to_lowercase())
}

/// A folder and those above it in whatever state, from the top; empty where it is not there, or another's.
pub(super) async fn rows_up(db: &impl ConnectionTrait, id: FolderId, owner: UserId) -> Result<Vec<Model>> {
    let sql = "WITH RECURSIVE up (id, parent_id, steps) AS (
            SELECT id, parent_id, 0 FROM folders WHERE id = $1 AND owner_id = $2
            UNION ALL
            SELECT folders.id, folders.parent_id, up.steps + 1 FROM folders JOIN up ON folders.id = up.parent_id
        ) SELECT folders.* FROM up JOIN folders ON folders.id = up.id ORDER BY up.steps DESC";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into(), owner.into()]);
    let rows = db.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| Model::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_capitals_and_not_without_accents() {
        assert_eq!(name_key("Iceland 2026"), name_key("ICELAND 2026"));
        assert_ne!(name_key("Bär"), name_key("Bar"));
        assert!(name_key("Ärger") < name_key("Zoo"), "sorted as people sort");
    }
}
