//! From the path that a file came in to the folder that it lies in, which is made when there is none.

use super::{
    changes::{has_room, insert, lies_in},
    entity::Model,
    folder::{Folder, MOST_DEPTH, name_key},
};
use crate::{
    accounts::Principal,
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{FolderId, UserId},
    storage::FolderPath,
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};

/// The folder of a path, with those on the way to it that were not there made. Where the folder is gone that it begins in, it begins at
/// the top; what would lie too deep, or where no more folders may be, lies in the deepest that is there. None where nobody has such an account, and for a path that leads
/// nowhere. Any number may ask for the same at once.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn ensure(
    db: &DatabaseConnection,
    owner: UserId,
    path: &FolderPath,
    now: DateTime<Utc>,
) -> Result<Option<FolderId>> {
    let names: Vec<&str> = path.names().collect();
    let above = beginning(db, owner, path).await?;
    let (top, names) = (above.last(), cut(&names, &above));
    let found = follow(db, owner, top.map(Folder::id), names).await?;
    if found.len() == names.len() {
        return Ok(found.last().map(|row| row.id).or_else(|| top.map(Folder::id)));
    }
    let change = Principal::itself().begin_as_owner(db, owner, now).await?;
    if change.user(owner).is_err() {
        return Ok(None);
    }
    let transaction = change.transaction();
    // Its owner is locked: what others made meanwhile is there.
    let above = beginning(transaction, owner, path).await?;
    let (top, names) = (above.last(), cut(names, &above));
    let mut way: Vec<Folder> =
        follow(transaction, owner, top.map(Folder::id), names).await?.into_iter().map(Folder).collect();
    for name in names.iter().skip(way.len()) {
        if !has_room(transaction, owner).await? {
            break;
        }
        let parent = way.last().or(top);
        let made = insert(transaction, owner, parent, name, now).await?;
        way.push(made);
    }
    change.commit().await?;
    Ok(way.last().or(top).map(Folder::id))
}

/// The folder of a path, where it is there; `Some(None)` stands for the top.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find(db: &impl ConnectionTrait, owner: UserId, path: &FolderPath) -> Result<Option<Option<FolderId>>> {
    let names: Vec<&str> = path.names().collect();
    let above = beginning(db, owner, path).await?;
    let (top, names) = (above.last(), cut(&names, &above));
    let found = follow(db, owner, top.map(Folder::id), names).await?;
    let last = found.last().map(|row| row.id).or_else(|| top.map(Folder::id));
    Ok((found.len() == names.len()).then_some(last))
}

/// The way to the folder that a path begins in.
async fn beginning(db: &impl ConnectionTrait, owner: UserId, path: &FolderPath) -> Result<Vec<Folder>> {
    match Folder::way_to(db, path.begins_in(), owner).await {
        Err(Error::NotFound) => Ok(Vec::new()),
        way => way,
    }
}

fn cut<'a>(names: &'a [&'a str], above: &[Folder]) -> &'a [&'a str] {
    &names[..names.len().min(MOST_DEPTH.saturating_sub(above.len()))]
}

/// The folders of these names, each in the one before, as far as they are there.
async fn follow(db: &impl ConnectionTrait, owner: UserId, top: Option<FolderId>, names: &[&str]) -> Result<Vec<Model>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let text = if backend == DbBackend::Postgres { "::text" } else { "" };
    let rows = (0..names.len()).map(|step| format!("({step}, ${}{text})", step + 3)).collect::<Vec<_>>().join(", ");
    let place = lies_in(backend);
    let sql = format!(
        "WITH RECURSIVE names (step, key) AS (VALUES {rows}), way (id, step) AS (
            SELECT folders.id, 0 FROM folders JOIN names ON names.step = 0 AND names.key = name_key
            WHERE owner_id = $1 AND {place} = $2 AND state = 'ready'
            UNION ALL
            SELECT folders.id, names.step FROM way JOIN names ON names.step = way.step + 1
            JOIN folders ON owner_id = $1 AND {place} = way.id AND name_key = names.key AND state = 'ready'
        ) SELECT folders.* FROM way JOIN folders ON folders.id = way.id ORDER BY way.step"
    );
    let first: [Value; 2] = [owner.into(), top.unwrap_or(FolderId::TOP).into()];
    let values = first.into_iter().chain(names.iter().map(|name| name_key(name).into()));
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(rows.iter().map(|row| Model::from_query_result(row, "")).collect::<Result<_, _>>()?)
}
