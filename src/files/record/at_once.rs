//! On PostgreSQL, by one statement.

use super::{
    new_file::{Bringer, NewFile, Outcome},
    row::values,
};
use crate::{
    accounts::charging,
    audit::{self, Action},
    database::{self, DatabaseConnection},
    error::Result,
    files::entity::Column,
    ids::Ticket,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, IdenStatic, Statement, Value};
use std::sync::OnceLock;

/// One statement, so one way to the database and back, with the owner's row locked for no longer than that. The lock
/// comes first: whoever waits for it goes on with what the one before has left. SQLite has nothing like it.
///
/// Its parameters are the owner, the size and the default quota, then the values of the columns, and then those of the event.
fn record_statement(columns: &[Column]) -> String {
    let names = columns.iter().map(Column::as_str).collect::<Vec<_>>().join(", ");
    let places = (0..columns.len()).map(|place| format!("${}", place + 4)).collect::<Vec<_>>().join(", ");
    let event = audit::insertion(columns.len() + 4, "added");
    format!(
        "WITH owner AS (
            SELECT id, last_ticket FROM users
            WHERE id = $1 AND used_bytes + $2 <= coalesce(quota, $3, 9223372036854775807)
            FOR NO KEY UPDATE
        ), added AS (
            INSERT INTO r2_files (ticket, {names}) SELECT last_ticket + 1, {places} FROM owner
            ON CONFLICT DO NOTHING
            RETURNING ticket
        ), charged AS (
            UPDATE users SET used_bytes = used_bytes + $2, last_ticket = added.ticket FROM added WHERE users.id = $1
        ), noted AS ({event})
        SELECT EXISTS (SELECT FROM owner) AS has_room, (SELECT ticket FROM added) AS ticket"
    )
}

pub(super) async fn record_at_once(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    static RECORD: OnceLock<String> = OnceLock::new();
    let (columns, values): (Vec<Column>, Vec<Value>) = values(file, Some(file.key.owner), now).into_iter().unzip();
    let sql = RECORD.get_or_init(|| record_statement(&columns));
    let first = [file.key.owner.into(), file.size.into(), default_quota.map(charging::in_column).into()];
    let event = audit::values(&by.actor, Action::FileUploaded, file.uploaded(by), now);
    let values = first.into_iter().chain(values).chain(event);
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    // Repeating it is harmless: what was added stays, and is charged for once.
    let row = database::on_a_live_connection(db, || db.query_one_raw(statement.clone())).await?;
    let Some(row) = row else { return Ok(Outcome::NoRoom) };
    match (row.try_get::<Option<Ticket>>("", "ticket")?, row.try_get("", "has_room")?) {
        (Some(ticket), _) => Ok(Outcome::Added(ticket)),
        (None, true) => Ok(Outcome::Known),
        (None, false) => Ok(Outcome::NoRoom),
    }
}
