//! Figures over everyone's files, for administrators.

use super::facets::grouped;
use crate::{
    error::Result,
    files::{
        Kind,
        entity::{Column, Entity},
        state::State,
        totals,
    },
    size::in_words,
    web::zone::{Reader, Zone},
};
use bytesize::ByteSize;
use chrono::{Days, NaiveDate};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, StatementBuilder,
    sea_query::{Expr, SelectStatement, UnionType},
};
use std::ops::Add;

/// How many files there are, and what they weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub files: u64,
    pub bytes: ByteSize,
}

/// What there is of each kind in each state.
#[derive(Clone, Debug)]
pub struct Stored(Vec<(State, Kind, Total)>);

/// What arrived on a day.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub date: NaiveDate,
    pub uploads: Total,
}

impl Stored {
    /// What was counted of all that is in the index, as it changed.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait) -> Result<Self> {
        let total = |(state, kind, files, bytes)| (state, kind, Total::of(files, bytes));
        Ok(Self(totals::all(db).await?.into_iter().map(total).collect()))
    }

    /// What is in a state, of every kind.
    pub fn in_state(&self, state: State) -> Total {
        self.sum(|one, _| one == state)
    }

    /// What takes room of a kind, in every state.
    pub fn of_kind(&self, kind: Kind) -> Total {
        self.sum(|_, one| one == kind)
    }

    fn sum(&self, counts: impl Fn(State, Kind) -> bool) -> Total {
        let counted = self.0.iter().filter(|(state, kind, _)| counts(*state, *kind));
        counted.fold(Total::default(), |sum, (_, _, total)| sum + *total)
    }
}

/// What arrived on each of the last `days` of a reader, today included, those without uploads as well. What is on its way out does
/// not count.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn uploads_by_day(db: &impl ConnectionTrait, days: u64, reader: Reader) -> Result<Vec<Day>> {
    let today = reader.zone.day(reader.now);
    let first = today.checked_sub_days(Days::new(days.saturating_sub(1))).unwrap_or(today);
    let dates: Vec<NaiveDate> = first.iter_days().take_while(|date| *date <= today).collect();
    // A part for each day, as no function of both databases knows when a day begins there.
    let mut parts = dates.iter().enumerate().map(|(place, date)| on_day(place, *date, reader.zone));
    let Some(mut query) = parts.next() else { return Ok(Vec::new()) };
    for part in parts {
        query.union(UnionType::All, part);
    }
    let mut found = vec![Total::default(); dates.len()];
    for row in db.query_all_raw(StatementBuilder::build(&query, &db.get_database_backend())).await? {
        let place = usize::try_from(row.try_get::<i64>("", "place")?).ok();
        if let Some(total) = place.and_then(|place| found.get_mut(place)) {
            *total = Total::of(row.try_get("", "files")?, row.try_get("", "bytes")?);
        }
    }
    Ok(dates.into_iter().zip(found).map(|(date, uploads)| Day { date, uploads }).collect())
}

fn on_day(place: usize, date: NaiveDate, zone: Zone) -> SelectStatement {
    let next = date.succ_opt().unwrap_or(date);
    let query = Entity::find()
        .select_only()
        .expr_as(Expr::cust(format!("CAST({place} AS BIGINT)")), "place")
        .expr_as(Expr::cust("count(*)"), "files")
        .expr_as(sum(), "bytes")
        .filter(Column::UploadTimestamp.gte(zone.beginning(date)))
        .filter(Column::UploadTimestamp.lt(zone.beginning(next)))
        .filter(Column::State.ne(State::Purging));
    query.into_query()
}

/// What stands under ids that have no account here.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn of_nobody(db: &impl ConnectionTrait) -> Result<Total> {
    let (files, bytes) = totals::of_nobody(db).await?;
    Ok(Total::of(files, bytes))
}

/// How many rows were adopted whose objects were never found.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_unknown(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(Entity::find().filter(Column::Size.is_null()).count(db).await?)
}

/// How many files there are whose objects were looked for and not found.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_missing(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(Entity::find()
        .filter(Column::MissingSince.is_not_null())
        .filter(Column::State.ne(State::Purging))
        .count(db)
        .await?)
}

/// PostgreSQL adds up big integers as decimals, which no integer is read from.
fn sum() -> Expr {
    Expr::cust("CAST(coalesce(sum(size), 0) AS BIGINT)")
}

impl Total {
    /// Such as `1,204 files, 3.1 GB`.
    pub fn words(self) -> String {
        let files = if self.files == 1 { "1 file".to_owned() } else { format!("{} files", grouped(self.files)) };
        format!("{files}, {}", in_words(self.bytes))
    }

    pub(in crate::files) fn of(files: i64, bytes: i64) -> Self {
        let unsigned = |number: i64| u64::try_from(number).unwrap_or_default();
        Self { files: unsigned(files), bytes: ByteSize(unsigned(bytes)) }
    }
}

impl Add for Total {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { files: self.files + other.files, bytes: self.bytes + other.bytes }
    }
}
