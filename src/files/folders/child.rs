//! The folders that lie in one, A to Z, by pages, each with what lies directly in it and its newest picture.

use super::{changes::lies_in, entity::Model, folder::Folder};
use crate::{
    error::Result,
    ids::{FileId, FolderId, UserId},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// How many folders a page shows.
pub const MOST: usize = 100;

/// A folder as the one that it lies in shows it.
pub struct Child {
    pub folder: Folder,
    /// What lies directly in it.
    pub holds: Holds,
    /// A picture of it, where one of the newest files has one.
    pub cover: Option<FileId>,
}

/// What lies directly in a folder, as it was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    pub files: i64,
    pub bytes: i64,
    pub folders: i64,
}

/// So many of the newest files are looked at for a picture.
const LOOKED_AT: u32 = 24;

/// Some of the folders that lie in one of somebody's, or at the top, behind a name, or from the first; and whether there are more.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: Option<FolderId>,
    after: &str,
) -> Result<(Vec<Child>, bool)> {
    let place = lies_in(db.get_database_backend());
    let condition = format!("folders.owner_id = $1 AND {place} = $2 AND state = 'ready' AND name_key > $3");
    let values: [Value; 3] = [owner.into(), parent.unwrap_or(FolderId::TOP).into(), after.into()];
    let mut found = read(db, &condition, values).await?;
    let has_more = found.len() > MOST;
    found.truncate(MOST);
    Ok((found, has_more))
}

/// The names by which a page of folders goes on behind one.
pub fn place_of(child: &Child) -> &str {
    &child.folder.0.name_key
}

async fn read(db: &impl ConnectionTrait, condition: &str, values: [Value; 3]) -> Result<Vec<Child>> {
    let sql = format!(
        "SELECT folders.*, coalesce(totals.files, 0) AS files, coalesce(totals.bytes, 0) AS bytes,
            coalesce(totals.folders, 0) AS folders_in, (
            SELECT file_id FROM (
                SELECT file_id, thumbnail, kind, taken_at, id FROM r2_files
                WHERE folder_id = folders.id AND state = 'ready' ORDER BY taken_at DESC, id DESC LIMIT {LOOKED_AT}
            ) AS newest WHERE thumbnail IS NOT NULL AND kind IN ('image', 'video') ORDER BY taken_at DESC, id DESC LIMIT 1
        ) AS cover FROM folders
        LEFT JOIN folder_totals AS totals ON totals.folder_id = folders.id
        WHERE {condition} ORDER BY name_key LIMIT {}",
        MOST + 1
    );
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let child = |row: &sea_orm::QueryResult| {
        let number = |column| row.try_get::<i64>("", column);
        let holds = Holds { files: number("files")?, bytes: number("bytes")?, folders: number("folders_in")? };
        Ok(Child { folder: Folder(Model::from_query_result(row, "")?), holds, cover: row.try_get("", "cover")? })
    };
    rows.iter().map(child).collect()
}

impl Holds {
    /// What lies directly in a folder.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait, folder: FolderId) -> Result<Self> {
        let sql = "SELECT files, bytes, folders FROM folder_totals WHERE folder_id = $1";
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [folder.into()]);
        let Some(row) = db.query_one_raw(statement).await? else { return Ok(Self::default()) };
        Ok(Self {
            files: row.try_get("", "files")?,
            bytes: row.try_get("", "bytes")?,
            folders: row.try_get("", "folders")?,
        })
    }
}
