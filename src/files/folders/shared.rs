//! As much as folders know of the links that they are shared by: which show one, and what is in those that links show.

use super::{
    child::Holds,
    entity::{Column, Entity},
    folder::Folder,
};
use crate::{
    error::Result,
    files::shared::SharedBy,
    ids::{FolderId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement, Value};
use std::collections::{HashMap, HashSet};

/// So many links of a folder are named on its page.
const MOST_NAMED: usize = 5;
/// So many folders are looked at for pictures that say where they were taken.
const FOLDERS_LOOKED_AT: u32 = 1_000;

/// What a link of a folder shows at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// What lies directly in it.
    pub holds: Holds,
    /// Is it in the trash, by itself or with one above it, or on its way out?
    pub is_put_away: bool,
}

/// What folders that links show hold at this moment.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn shown(db: &impl ConnectionTrait, folders: &[FolderId]) -> Result<HashMap<FolderId, Shown>> {
    if folders.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "WITH RECURSIVE up (id, above, is_gone) AS (
            SELECT id, parent_id, CASE WHEN state = 'ready' THEN 0 ELSE 1 END FROM folders WHERE id IN ({})
            UNION ALL
            SELECT up.id, folders.parent_id, CASE WHEN folders.state = 'ready' THEN 0 ELSE 1 END
            FROM up CROSS JOIN folders WHERE folders.id = up.above
        ) SELECT ways.id AS id, ways.gone AS gone, coalesce(files, 0) AS files, coalesce(bytes, 0) AS bytes,
            coalesce(folders, 0) AS folders
        FROM (SELECT id, CAST(sum(is_gone) AS BIGINT) AS gone FROM up GROUP BY id) AS ways
        LEFT JOIN folder_totals ON folder_totals.folder_id = ways.id",
        places(1, folders.len())
    );
    let values = folders.iter().map(|folder| Value::from(*folder));
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let read = |row: &sea_orm::QueryResult| {
        let number = |column| row.try_get::<i64>("", column);
        let holds = Holds { files: number("files")?, bytes: number("bytes")?, folders: number("folders")? };
        Ok((row.try_get("", "id")?, Shown { holds, is_put_away: number("gone")? > 0 }))
    };
    rows.iter().map(read).collect()
}

/// What folders are called, whoever owns them and whatever state they are in: without those above them.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn names(db: &impl ConnectionTrait, folders: Vec<FolderId>) -> Result<HashMap<FolderId, String>> {
    let query = Entity::find().select_only().column(Column::Id).column(Column::Name);
    let rows: Vec<(FolderId, String)> = query.filter(Column::Id.is_in(folders)).into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

/// Those of somebody's folders that whoever has some link sees at this moment: a link shows the folder, or one above it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn seen_by_link(
    db: &impl ConnectionTrait,
    owner: UserId,
    folders: &[FolderId],
    now: DateTime<Utc>,
) -> Result<HashSet<FolderId>> {
    if folders.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "WITH RECURSIVE up (id, above) AS (
            SELECT id, id FROM folders WHERE owner_id = $1 AND id IN ({})
            UNION ALL
            SELECT up.id, folders.parent_id FROM up CROSS JOIN folders WHERE folders.id = up.above AND folders.parent_id IS NOT NULL
        ) SELECT DISTINCT up.id AS id FROM up CROSS JOIN shares WHERE shares.folder_id = up.above AND shares.state = 'active'
            AND (shares.ends_at IS NULL OR shares.ends_at > $2)
            AND (shares.most_downloads IS NULL OR shares.downloads < shares.most_downloads)",
        places(3, folders.len())
    );
    let first: [Value; 2] = [owner.into(), now.into()];
    let values = first.into_iter().chain(folders.iter().map(|folder| Value::from(*folder)));
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// Those of somebody's folders that people with an account see: one shares the folder with them, or one above it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn seen_by_people(
    db: &impl ConnectionTrait,
    owner: UserId,
    folders: &[FolderId],
) -> Result<HashSet<FolderId>> {
    if folders.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "WITH RECURSIVE up (id, above) AS (
            SELECT id, id FROM folders WHERE owner_id = $1 AND id IN ({})
            UNION ALL
            SELECT up.id, folders.parent_id FROM up CROSS JOIN folders WHERE folders.id = up.above AND folders.parent_id IS NOT NULL
        ) SELECT DISTINCT up.id AS id FROM up CROSS JOIN folder_grants WHERE folder_grants.folder_id = up.above",
        places(2, folders.len())
    );
    let values = [Value::from(owner)].into_iter().chain(folders.iter().map(|folder| Value::from(*folder)));
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// With how many people the folder at the end of a way is shared, by itself or with one above it: the lowest of those, and how many.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn people_of(db: &impl ConnectionTrait, way: &[Folder]) -> Result<Option<(FolderId, i64)>> {
    let sql = format!(
        "SELECT folder_id, count(*) AS people FROM folder_grants WHERE folder_id IN ({}) GROUP BY folder_id",
        places(1, way.len())
    );
    let values = way.iter().map(|folder| Value::from(folder.id()));
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let read = |row: &sea_orm::QueryResult| Ok((row.try_get("", "folder_id")?, row.try_get("", "people")?));
    let counted: HashMap<FolderId, i64> = rows.iter().map(read).collect::<Result<_>>()?;
    let lowest = way.iter().rev().find_map(|folder| counted.get_key_value(&folder.id()));
    Ok(lowest.map(|(folder, people)| (*folder, *people)))
}

/// Do pictures that lie in a folder or below it say where they were taken? In a large one it is asked of a part.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn has_places(db: &impl ConnectionTrait, folder: FolderId) -> Result<bool> {
    // Where most folders lie in one, SQLite would read them all for each.
    let (by_parent, of_places) = match db.get_database_backend() {
        DbBackend::Sqlite => ("INDEXED BY folders_of_parent", "INDEXED BY r2_files_of_places"),
        _ => ("", ""),
    };
    let sql = format!(
        "WITH RECURSIVE tree (id) AS (
            SELECT id FROM folders WHERE id = $1
            UNION ALL
            SELECT folders.id FROM tree CROSS JOIN folders {by_parent} WHERE folders.parent_id = tree.id
        ) SELECT 1 AS found FROM (SELECT id FROM tree LIMIT {FOLDERS_LOOKED_AT}) AS looked_at CROSS JOIN r2_files {of_places}
        WHERE r2_files.folder_id = looked_at.id AND has_place AND r2_files.folder_id IS NOT NULL AND r2_files.state = 'ready'
        LIMIT 1"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [folder.into()]);
    Ok(db.query_one_raw(statement).await?.is_some())
}

/// The links that a folder at the end of a way is behind, itself or with one above it, and that its owner has not ended: the latest
/// first, a few.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn links_of(db: &impl ConnectionTrait, way: &[Folder]) -> Result<Vec<SharedBy>> {
    let sql = format!(
        "SELECT id, title FROM shares WHERE folder_id IN ({}) AND state <> 'ended' ORDER BY created_at DESC LIMIT {MOST_NAMED}",
        places(1, way.len())
    );
    let values = way.iter().map(|folder| Value::from(folder.id()));
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| Ok(SharedBy { id: row.try_get("", "id")?, title: row.try_get("", "title")? })).collect()
}

fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}
