//! Tables as wholes: their rows are read in order, a page at a time, and put back as they were. What a table has is what its entity says, so
//! that a column that is added comes along by itself.

use super::connection::DatabaseConnection;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn,
    QueryResult, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Func, OnConflict, Order, Query, SimpleExpr},
};
use serde_json::Map;
use uuid::Uuid;

const MOST_VALUES: usize = 30_000;
const MOST_ROWS: usize = 500;

/// A row by its columns' names.
pub type Row = Map<String, serde_json::Value>;

/// One table, in the order of a column that has no two rows alike.
pub struct Table {
    pub name: &'static str,
    columns: Vec<(&'static str, Type)>,
    key: &'static str,
    without: &'static [&'static str],
    with: Option<(&'static str, i64)>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Id,
    Number,
    Text,
    Flag,
    Time,
    /// Of a clock that has no zone.
    Clock,
    /// No table has such columns; a test says so.
    Other,
}

/// The rows that follow one another, and the key behind which the next ones stand.
pub struct Page {
    pub rows: Vec<Row>,
    pub last: Option<Value>,
}

impl Table {
    /// The table of an entity, in the order of its primary key.
    pub fn of<E: EntityTrait>() -> Self
    where
        E::PrimaryKey: Iterable + PrimaryKeyToColumn<Column = E::Column>,
    {
        let columns = E::Column::iter().map(|column| (column.as_str(), Type::of(column.def().get_column_type())));
        let key = E::PrimaryKey::iter().next().map(|key| key.into_column().as_str()).unwrap_or_default();
        Self { name: static_name::<E>(), columns: columns.collect(), key, without: &[], with: None }
    }

    /// The same in the order of another column.
    pub fn ordered_by(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    /// The same without the rows that have one of these texts as their key.
    pub fn without(self, without: &'static [&'static str]) -> Self {
        Self { without, ..self }
    }

    /// Those of its rows alone that have a number in a column.
    pub fn with(self, column: &'static str, number: i64) -> Self {
        Self { with: Some((column, number)), ..self }
    }

    /// So many rows one statement puts back: SQLite takes 32,766 values in one, and PostgreSQL 65,535.
    pub fn most_at_once(&self) -> usize {
        (MOST_VALUES / self.columns.len().max(1)).clamp(1, MOST_ROWS)
    }

    /// How many rows there are.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn count(&self, db: &impl ConnectionTrait) -> Result<u64> {
        let mut select = Query::select();
        select.expr_as(Func::count(Expr::col(Alias::new(self.key))), "rows").from(Alias::new(self.name));
        self.narrow(&mut select);
        let row = db.query_one(&select).await?;
        let count: i64 = row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// At most `limit` rows behind a key.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn page(&self, db: &impl ConnectionTrait, after: Option<Value>, limit: u64) -> Result<Page> {
        let mut select = Query::select();
        select.columns(self.columns.iter().map(|(name, _)| Alias::new(*name))).from(Alias::new(self.name));
        select.order_by(Alias::new(self.key), Order::Asc).limit(limit);
        if let Some(after) = after {
            select.and_where(Expr::col(Alias::new(self.key)).gt(after));
        }
        self.narrow(&mut select);
        let found = db.query_all(&select).await?;
        let rows = found.iter().map(|row| self.row(row)).collect::<Result<Vec<_>>>()?;
        let key = self.columns.iter().find(|(name, _)| *name == self.key).map_or(Type::Other, |(_, kind)| *kind);
        let last = rows.last().and_then(|row| key.in_column(row.get(self.key)?));
        Ok(Page { rows, last })
    }

    fn narrow(&self, select: &mut sea_orm::sea_query::SelectStatement) {
        if !self.without.is_empty() {
            select.and_where(Expr::col(Alias::new(self.key)).is_not_in(self.without.iter().copied()));
        }
        if let Some((column, number)) = self.with {
            select.and_where(Expr::col(Alias::new(column)).eq(number));
        }
    }

    fn row(&self, found: &QueryResult) -> Result<Row> {
        let cell = |(name, kind): &(&'static str, Type)| Ok(((*name).to_owned(), kind.read(found, name)?));
        self.columns.iter().map(cell).collect()
    }

    /// Puts rows back, all by one statement, or none; those whose key or whose other unique columns are there already stay away. All of
    /// them have the columns of the first one; what it does not have gets its default. Says how many were put back.
    ///
    /// # Errors
    ///
    /// `Malformed` for what is no row of this table; `DatabaseUnavailable`, or `Internal` for what the database does not take.
    pub async fn insert(&self, db: &impl ConnectionTrait, rows: &[Row]) -> Result<u64> {
        let Some(first) = rows.first() else { return Ok(0) };
        let columns: Vec<_> = self.columns.iter().filter(|(name, _)| first.contains_key(*name)).collect();
        let mut insert = Query::insert();
        insert.into_table(Alias::new(self.name)).columns(columns.iter().map(|(name, _)| Alias::new(*name)));
        for row in rows {
            let value = |(name, kind): &&(&'static str, Type)| {
                let value = row.get(*name).and_then(|cell| kind.in_column(cell));
                value.map(SimpleExpr::from).ok_or_else(|| not_a_row(self.name))
            };
            let values = columns.iter().map(value).collect::<Result<Vec<_>>>()?;
            insert.values(values).map_err(|error| Error::Internal(error.to_string()))?;
        }
        insert.on_conflict(OnConflict::new().do_nothing().to_owned());
        Ok(db.execute(&insert).await?.rows_affected())
    }

    /// Makes a table that numbers its rows by itself go on behind the last one that was put back.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn go_on_counting(&self, db: &DatabaseConnection) -> Result<()> {
        let counts = self.columns.iter().any(|(name, kind)| *name == "id" && *kind == Type::Number);
        // SQLite does so anyway.
        if counts && db.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{0}', 'id'), greatest((SELECT max(id) FROM {0}), 1))",
                self.name
            );
            db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        }
        Ok(())
    }
}

fn static_name<E: EntityTrait>() -> &'static str {
    E::default().table_name()
}

fn not_a_row(table: &str) -> Error {
    Error::Malformed(format!("This is no row of {table}."))
}

impl Type {
    fn of(column: &ColumnType) -> Self {
        match column {
            ColumnType::Uuid => Self::Id,
            ColumnType::BigInteger => Self::Number,
            ColumnType::Text | ColumnType::String(_) => Self::Text,
            ColumnType::Boolean => Self::Flag,
            ColumnType::TimestampWithTimeZone => Self::Time,
            ColumnType::DateTime | ColumnType::Timestamp => Self::Clock,
            _ => Self::Other,
        }
    }

    /// What a cell holds, as JSON has it.
    fn read(self, row: &QueryResult, name: &str) -> Result<serde_json::Value> {
        let micros = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        Ok(match self {
            Self::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string()).into(),
            Self::Number => row.try_get::<Option<i64>>("", name)?.into(),
            Self::Text => row.try_get::<Option<String>>("", name)?.into(),
            Self::Flag => row.try_get::<Option<bool>>("", name)?.into(),
            Self::Time => row.try_get::<Option<DateTime<Utc>>>("", name)?.map(micros).into(),
            Self::Clock => row.try_get::<Option<NaiveDateTime>>("", name)?.map(|time| format!("{time:?}")).into(),
            Self::Other => return Err(Error::Internal(format!("nobody knows how to write down the column {name}"))),
        })
    }

    /// What JSON has, as the database takes it; none for what such a column does not hold.
    fn in_column(self, cell: &serde_json::Value) -> Option<Value> {
        let (text, is_null) = (cell.as_str(), cell.is_null());
        Some(match self {
            Self::Id if is_null => None::<Uuid>.into(),
            Self::Id => text?.parse::<Uuid>().ok()?.into(),
            Self::Number if is_null => None::<i64>.into(),
            Self::Number => cell.as_i64()?.into(),
            Self::Text if is_null => None::<String>.into(),
            Self::Text => text?.into(),
            Self::Flag if is_null => None::<bool>.into(),
            Self::Flag => cell.as_bool()?.into(),
            Self::Time if is_null => None::<DateTime<Utc>>.into(),
            Self::Time => text?.parse::<DateTime<Utc>>().ok()?.into(),
            Self::Clock if is_null => None::<NaiveDateTime>.into(),
            Self::Clock => text?.parse::<NaiveDateTime>().ok()?.into(),
            Self::Other => return None,
        })
    }
}
