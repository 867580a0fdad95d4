//! What was counted of folders, held against what there is. The database's own triggers count in the transaction of each change.

use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::UserId,
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::collections::HashSet;

/// What there is, from the rows themselves, in folders of the owners in `{places}`.
const THERE_IS: &str = "SELECT folder_id, owner_id, 1 AS files, coalesce(size, 0) AS bytes, 0 AS folders FROM r2_files
        WHERE owner_id IN ({places}) AND folder_id IS NOT NULL AND state = 'ready'
    UNION ALL SELECT parent_id, owner_id, 0, 0, 1 FROM folders
        WHERE owner_id IN ({places}) AND parent_id IS NOT NULL AND state = 'ready'";

/// Those of the owners in whose folders something is counted wrongly.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn drifted(db: &impl ConnectionTrait, owners: &[UserId]) -> Result<HashSet<UserId>> {
    let places = (1..=owners.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT DISTINCT owner_id FROM (SELECT owner_id FROM (
            SELECT folder_id, owner_id, -files AS files, -bytes AS bytes, -folders AS folders FROM folder_totals
            WHERE owner_id IN ({{places}}) UNION ALL {THERE_IS}
        ) AS parts GROUP BY folder_id, owner_id HAVING sum(files) <> 0 OR sum(bytes) <> 0 OR sum(folders) <> 0) AS wrong"
    );
    let values = owners.iter().map(|owner| Value::from(*owner));
    let sql = sql.replace("{places}", &places);
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "owner_id")).collect::<Result<_, _>>()?)
}

/// Counts what lies in an owner's folders anew. Says whether it was counted wrongly.
///
/// # Errors
///
/// What [`Principal::begin_as_admin`] fails with; `DatabaseUnavailable`.
pub async fn correct(
    db: &DatabaseConnection,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<bool> {
    let change = principal.begin_as_admin(db, &[owner], now).await?;
    if drifted(change.transaction(), &[owner]).await?.is_empty() {
        return Ok(false);
    }
    let count = format!(
        "INSERT INTO folder_totals (folder_id, owner_id, files, bytes, folders)
        SELECT folder_id, owner_id, sum(files), CAST(sum(bytes) AS BIGINT), sum(folders) FROM ({}) AS parts
        GROUP BY folder_id, owner_id",
        THERE_IS.replace("{places}", "$1")
    );
    for sql in ["DELETE FROM folder_totals WHERE owner_id = $1", &count] {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [owner.into()]);
        change.transaction().execute_raw(statement).await?;
    }
    let name = change.user(owner).map(|user| user.email.clone()).unwrap_or_default();
    let subject = Subject { user: Some(owner), file: None, name, detail: "folders counted anew".to_owned() };
    change.record(Action::UsageCorrected, subject).await?;
    change.commit().await?;
    Ok(true)
}
