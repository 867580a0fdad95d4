//! How many files of a list were taken in each month, as somebody lives them, and where in the list each month is.

use super::{
    cursor::Cursor,
    search::{Order, Search},
};
use crate::{
    error::Result,
    files::entity::{Column, Entity},
    web::zone::Zone,
};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, QueryFilter, QuerySelect, QueryTrait, Statement, StatementBuilder,
    sea_query::{Expr, ExprTrait, Order as Direction, Query},
};

/// A hundred years before the newest; what is older still is in the last of them.
const MOST: usize = 1_200;

/// A month in which files were taken.
pub struct Month {
    /// Its first day.
    pub day: NaiveDate,
    pub files: u64,
    /// Behind which its first file stands.
    pub place: Cursor,
}

/// A month that is counted: from where on, and to where.
struct Counted {
    day: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// The months of a list that is ordered by time, in its order; those without files are left out.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn months(db: &impl ConnectionTrait, search: &Search, zone: Zone) -> Result<Vec<Month>> {
    let Some((oldest, newest)) = span(db, search).await? else { return Ok(Vec::new()) };
    let mut counted = between(zone, oldest, newest);
    if search.order == Order::Oldest {
        counted.reverse();
    }
    let rows = db.query_all_raw(statement(search, &counted, db.get_database_backend())).await?;
    let mut files = vec![0; counted.len()];
    for row in rows {
        let (place, count) = (row.try_get_by_index::<i64>(0)?, row.try_get_by_index::<i64>(1)?);
        if let Some(files) = usize::try_from(place).ok().and_then(|place| files.get_mut(place)) {
            *files = count.unsigned_abs();
        }
    }
    let months = counted.into_iter().zip(files).filter(|(_, files)| *files > 0);
    Ok(months.map(|(month, files)| Month { day: month.day, files, place: month.place(search.order) }).collect())
}

/// The query behind them, so that its plan can be looked at: each month looks at its own part of the index alone.
fn statement(search: &Search, months: &[Counted], backend: DbBackend) -> Statement {
    let time = (Entity, search.time());
    let values = months.iter().enumerate().map(|(place, month)| (place as i64, month.from, month.until));
    let mut query = Query::select();
    query
        .from_values(values, "month")
        .from(search.table(backend))
        .column(("month", "column1"))
        .expr(Expr::cust("count(*)"));
    let within = Condition::all()
        .add(Expr::col(time).gte(Expr::col(("month", "column2"))))
        .add(Expr::col(time).lt(Expr::col(("month", "column3"))));
    query.cond_where(within).cond_where(search.condition(backend)).group_by_col(("month", "column1"));
    StatementBuilder::build(&query, &backend)
}

/// When its oldest and its newest file were taken.
async fn span(db: &impl ConnectionTrait, search: &Search) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let backend = db.get_database_backend();
    let end = async |direction: Direction| {
        let mut query = search.rows(backend).select_only().column(search.time()).filter(search.condition(backend));
        let columns = [search.time(), Column::Id];
        for column in columns {
            QueryTrait::query(&mut query).order_by(column, direction.clone());
        }
        query.into_tuple::<DateTime<Utc>>().one(db).await
    };
    Ok(end(Direction::Asc).await?.zip(end(Direction::Desc).await?))
}

/// The months from one moment to another, the newest first.
fn between(zone: Zone, oldest: DateTime<Utc>, newest: DateTime<Utc>) -> Vec<Counted> {
    let first = |at: DateTime<Utc>| zone.day(at).with_day(1).unwrap_or_default();
    let (last, mut day) = (first(oldest), first(newest));
    let mut months = Vec::new();
    while day >= last && months.len() < MOST {
        let next = day.checked_add_months(Months::new(1)).unwrap_or(day);
        months.push(Counted { day, from: zone.beginning(day), until: zone.beginning(next) });
        day = day.checked_sub_months(Months::new(1)).unwrap_or(NaiveDate::MIN);
    }
    if let Some(month) = months.last_mut() {
        month.from = Ord::min(month.from, oldest);
    }
    months
}

impl Counted {
    /// No file stands just there.
    fn place(&self, order: Order) -> Cursor {
        match order {
            Order::Oldest => Cursor::at(self.from - TimeDelta::microseconds(1), i64::MAX),
            _ => Cursor::at(self.until, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_somebody_lives_and_are_not_without_end() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect(text);
        let months = between(Zone::UTC, at("2025-12-31T23:59:59Z"), at("2026-02-01T00:00:00Z"));
        let days: Vec<String> = months.iter().map(|month| month.day.to_string()).collect();
        assert_eq!(days, ["2026-02-01", "2026-01-01", "2025-12-01"]);
        let very_old = between(Zone::UTC, at("0001-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        assert_eq!(very_old.len(), MOST);
        assert_eq!(very_old.last().map(|month| month.from), Some(at("0001-01-01T00:00:00Z")));
    }
}
