//! Figures over everyone's files, for administrators.

use crate::{
    error::Result,
    files::{
        entity::{Column, Entity},
        state::State,
    },
};
use bytesize::ByteSize;
use chrono::{DateTime, Days, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Expr,
};
use std::collections::HashMap;

/// How many files there are, and what they weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub files: u64,
    pub bytes: ByteSize,
}

/// What arrived on a day, in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub date: NaiveDate,
    pub uploads: Total,
}

/// What there is in each state; a state without files has no entry.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn totals(db: &impl ConnectionTrait) -> Result<HashMap<State, Total>> {
    let query = Entity::find().select_only().column(Column::State).group_by(Column::State);
    let query = query.expr(Expr::cust("count(*)")).expr(sum());
    let rows: Vec<(State, i64, i64)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(state, files, bytes)| (state, Total::of(files, bytes))).collect())
}

/// What arrived on each of the last `days`, in UTC, today included, those without uploads as well. What is on its way
/// out does not count.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn uploads_by_day(db: &impl ConnectionTrait, days: u64, now: DateTime<Utc>) -> Result<Vec<Day>> {
    let today = now.date_naive();
    let first = today.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(today);
    // SQLite keeps times as RFC 3339 in UTC.
    let date = match db.get_database_backend() {
        DbBackend::Sqlite => "substr(upload_timestamp, 1, 10)",
        _ => "to_char(upload_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    };
    let from = first.and_time(chrono::NaiveTime::MIN).and_utc();
    let query = Entity::find().select_only().expr_as(Expr::cust(date), "day").expr_as(Expr::cust("count(*)"), "files");
    let query = query.expr_as(sum(), "bytes").filter(Column::UploadTimestamp.gte(from));
    let query = query.filter(Column::State.ne(State::Purging)).group_by(Expr::cust(date));
    let rows: Vec<(String, i64, i64)> = query.into_tuple().all(db).await?;
    let found: HashMap<String, Total> =
        rows.into_iter().map(|(day, files, bytes)| (day, Total::of(files, bytes))).collect();
    let dates = first.iter_days().take_while(|date| *date <= today);
    Ok(dates.map(|date| Day { date, uploads: found.get(&date.to_string()).copied().unwrap_or_default() }).collect())
}

/// How many rows were adopted whose objects were never found.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_unknown(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(Entity::find().filter(Column::Size.is_null()).count(db).await?)
}

/// PostgreSQL adds up big integers as decimals, which no integer is read from.
fn sum() -> Expr {
    Expr::cust("CAST(coalesce(sum(size), 0) AS BIGINT)")
}

impl Total {
    fn of(files: i64, bytes: i64) -> Self {
        let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
        Self { files: unsigned(files), bytes: ByteSize(unsigned(bytes)) }
    }
}
