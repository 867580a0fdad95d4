//! What folders are called together with those above them, many at once.

use crate::{error::Result, files::file::File, ids::FolderId};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::collections::{BTreeSet, HashMap};

/// What a file's folder is called, if it lies in one.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn of_file(db: &impl ConnectionTrait, file: &impl File) -> Result<Option<String>> {
    let Some(folder) = file.folder_id() else { return Ok(None) };
    Ok(of(db, [folder].into_iter()).await?.remove(&folder))
}

/// Folders by their ids, such as `Iceland 2026/South coast`. Whose they are, who asks knows already.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn of(
    db: &impl ConnectionTrait,
    folders: impl Iterator<Item = FolderId>,
) -> Result<HashMap<FolderId, String>> {
    let folders: BTreeSet<FolderId> = folders.collect();
    if folders.is_empty() {
        return Ok(HashMap::new());
    }
    let places = (0..folders.len()).map(|place| format!("${}", place + 1)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH RECURSIVE up (folder, name, parent_id, steps) AS (
            SELECT id, name, parent_id, 0 FROM folders WHERE id IN ({places})
            UNION ALL
            SELECT up.folder, folders.name, folders.parent_id, up.steps + 1 FROM folders JOIN up ON folders.id = up.parent_id
        ) SELECT folder, name FROM up ORDER BY folder, steps DESC"
    );
    let values = folders.into_iter().map(Value::from);
    let mut names: HashMap<FolderId, String> = HashMap::new();
    for row in db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await? {
        let (folder, name): (FolderId, String) = (row.try_get("", "folder")?, row.try_get("", "name")?);
        let way = names.entry(folder).or_default();
        if !way.is_empty() {
            way.push('/');
        }
        way.push_str(&name);
    }
    Ok(names)
}
