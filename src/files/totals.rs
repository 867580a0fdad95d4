//! What is counted of files as they change: how many there are of each kind in each state, and what they weigh, owner by owner. The
//! database's own triggers keep the counts in the transaction of each change. Everything fails with `DatabaseUnavailable` when the
//! database does not answer.

use super::{Kind, State};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::UserId,
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

/// What there is of a kind in a state, of everyone together: files, and bytes. What is on its way out counts for nothing.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<(State, Kind, i64, i64)>> {
    // PostgreSQL adds up big integers as decimals, which no integer is read from.
    let sql = "SELECT state, kind, CAST(sum(files) AS BIGINT) AS files, CAST(sum(bytes) AS BIGINT) AS bytes
        FROM file_totals GROUP BY state, kind";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let read = |row: &sea_orm::QueryResult| {
        Ok((row.try_get("", "state")?, row.try_get("", "kind")?, row.try_get("", "files")?, row.try_get("", "bytes")?))
    };
    rows.iter().map(read).collect()
}

/// What stands under ids that have no account here: files, and bytes.
pub(super) async fn of_nobody(db: &impl ConnectionTrait) -> Result<(i64, i64)> {
    let sql =
        "SELECT CAST(coalesce(sum(files), 0) AS BIGINT) AS files, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes
        FROM file_totals WHERE owner = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [key(None).into()]);
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.try_get("", "files")?, row.try_get("", "bytes")?)))
}

/// Those of the owners whose counts are other than what there is. `None` stands for all files that no account owns.
pub async fn drifted(db: &impl ConnectionTrait, owners: &[Option<UserId>]) -> Result<Vec<Option<UserId>>> {
    let places = (0..owners.len()).map(|place| format!("${}", place + 2)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT DISTINCT owner FROM (SELECT owner FROM (
            SELECT owner, state, kind, -files AS files, -bytes AS bytes FROM file_totals WHERE owner IN ({places})
            UNION ALL {}
        ) AS parts GROUP BY owner, state, kind HAVING sum(files) <> 0 OR sum(bytes) <> 0) AS differing",
        there_is(&places)
    );
    let values = [key(None)].into_iter().chain(owners.iter().copied().map(key)).map(Value::from);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = db.query_all_raw(statement).await?;
    let found = rows.iter().map(|row| row.try_get("", "owner")).collect::<Result<Vec<Uuid>, _>>()?;
    Ok(owners.iter().copied().filter(|owner| found.contains(&key(*owner))).collect())
}

/// Counts the files of an owner anew, whatever happens meanwhile: what changes them adds to what was counted. Says whether the
/// counts were wrong.
pub async fn correct(
    db: &DatabaseConnection,
    owner: Option<UserId>,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<bool> {
    let change = principal.begin_as_admin(db, owner.as_slice(), now).await?;
    if drifted(change.transaction(), &[owner]).await?.is_empty() {
        return Ok(false);
    }
    let statement =
        |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let forget = statement("DELETE FROM file_totals WHERE owner = $1", vec![key(owner).into()]);
    change.transaction().execute_raw(forget).await?;
    let count = format!("INSERT INTO file_totals {}", there_is("$2"));
    change.transaction().execute_raw(statement(&count, vec![key(None).into(), key(owner).into()])).await?;
    let name = owner.and_then(|owner| change.user(owner).ok()).map(|user| user.email.clone()).unwrap_or_default();
    let subject = Subject { user: owner, file: None, name, detail: "files counted anew".to_owned() };
    change.record(Action::UsageCorrected, subject).await?;
    change.commit().await?;
    Ok(true)
}

/// Takes away the counts of an account that has no file any more.
pub(super) async fn forget(transaction: &impl ConnectionTrait, owner: UserId) -> Result<()> {
    let sql = "DELETE FROM file_totals WHERE owner = $1 AND files = 0 AND bytes = 0";
    let backend = transaction.get_database_backend();
    transaction.execute_raw(Statement::from_sql_and_values(backend, sql, [owner.into()])).await?;
    Ok(())
}

/// What there is, from the rows themselves, of the owners in `places`; `$1` stands for nobody.
fn there_is(places: &str) -> String {
    format!(
        "SELECT coalesce(owner_id, $1), state, kind, count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM r2_files
        WHERE coalesce(owner_id, $1) IN ({places}) AND state <> 'purging' GROUP BY 1, state, kind"
    )
}

/// What stands in the place of an owner where there is none.
fn key(owner: Option<UserId>) -> Uuid {
    owner.map_or(Uuid::nil(), UserId::uuid)
}
