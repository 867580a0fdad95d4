//! How many files a list has, by group of types: counted as far as a person would, so that it costs the same for a
//! thousand files as for a million.

use super::search::Search;
use crate::{
    error::Result,
    files::{Kind, entity::Column, folders::Place},
};
use sea_orm::{
    ConnectionTrait, DbBackend, QueryFilter, QueryResult, QuerySelect, QueryTrait, StatementBuilder,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

/// How many files of each kind are counted; beyond that it is only said that there are more.
pub const COUNTED: u64 = 1_000;

/// Of all that lies below a folder, so many are read to be counted.
const READ: u64 = 20_000;

/// A number, or that it is at least that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// At most [`COUNTED`] for each kind.
    pub number: u64,
    /// Are there more than that?
    pub is_more: bool,
}

/// How many there are of each kind, whatever kind the list is narrowed down to.
#[derive(Clone, Debug, Default)]
pub struct Facets(pub Vec<(Kind, Count)>);

impl Facets {
    /// Counts what a search finds of each kind, in one statement.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait, search: &Search) -> Result<Self> {
        if matches!(search.place, Place::Below(_)) {
            return Self::of_tree(db, search).await;
        }
        let backend = db.get_database_backend();
        let mut query = Query::select();
        for kind in Kind::ALL {
            let search = Search { kind: Some(kind), ..search.clone() };
            query.expr_as(Expr::from(bounded(&search, backend)), Alias::new(kind.as_str()));
        }
        let row = db.query_one_raw(StatementBuilder::build(&query, &backend)).await?;
        let count = |kind: Kind| row.as_ref().map_or(Ok(0), |row| row.try_get::<i64>("", kind.as_str()));
        let counts = Kind::ALL.into_iter().map(|kind| Ok((kind, Count::of(count(kind)?))));
        counts.collect::<Result<_>>().map(Self)
    }

    /// The same of a folder with all below it, which are read once for all kinds, and no further than [`READ`].
    async fn of_tree(db: &impl ConnectionTrait, search: &Search) -> Result<Self> {
        let (backend, search) = (db.get_database_backend(), Search { kind: None, ..search.clone() });
        let mut some = search.rows(backend).select_only().column(Column::Kind).filter(search.condition(backend));
        QueryTrait::query(&mut some).limit(READ);
        let mut query = Query::select();
        query
            .column("kind")
            .expr_as(Expr::cust("count(*)"), "files")
            .from_subquery(some.into_query(), Alias::new("some"));
        query.group_by_col("kind");
        let rows = db.query_all_raw(StatementBuilder::build(&query, &backend)).await?;
        let read = |row: &QueryResult| Ok((row.try_get::<Kind>("", "kind")?, row.try_get::<i64>("", "files")?));
        let found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let is_all = found.iter().map(|(_, files)| files.unsigned_abs()).sum::<u64>() < READ;
        let count = |kind: Kind| {
            let files = found.iter().find(|(one, _)| *one == kind).map_or(0, |(_, files)| *files);
            let count = Count::of(files);
            Count { is_more: count.is_more || (!is_all && files > 0), ..count }
        };
        Ok(Self(Kind::ALL.into_iter().map(|kind| (kind, count(kind))).collect()))
    }

    /// Kinds to choose from, of which there is something; and the one that is chosen.
    pub fn offered(&self, chosen: Option<Kind>) -> Vec<(Kind, Count)> {
        let is_offered = |(kind, count): &(Kind, Count)| count.number > 0 || chosen == Some(*kind);
        self.0.iter().copied().filter(is_offered).collect()
    }

    /// How many there are of one kind, or of all together.
    pub fn count(&self, kind: Option<Kind>) -> Count {
        let counts = self.0.iter().filter(|(one, _)| kind.is_none_or(|kind| kind == *one)).map(|(_, count)| count);
        counts.fold(Count::default(), |sum, count| Count {
            number: sum.number + count.number,
            is_more: sum.is_more || count.is_more,
        })
    }
}

/// Counts no further than it is told.
fn bounded(search: &Search, backend: DbBackend) -> SelectStatement {
    let mut few = search.rows(backend).select_only().expr(Expr::value(1)).filter(search.condition(backend));
    QueryTrait::query(&mut few).limit(COUNTED + 1);
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from_subquery(few.into_query(), Alias::new("few"));
    count
}

impl Count {
    /// Counts all that a search finds, whatever kind they are.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of_all(db: &impl ConnectionTrait, search: &Search) -> Result<Self> {
        let backend = db.get_database_backend();
        let row = db.query_one_raw(StatementBuilder::build(&bounded(search, backend), &backend)).await?;
        Ok(Self::of(row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?))
    }

    fn of(found: i64) -> Self {
        let found = u64::try_from(found).unwrap_or_default();
        Self { number: found.min(COUNTED), is_more: found > COUNTED }
    }

    /// Such as `12` or `1,000+`.
    pub fn words(self) -> String {
        let plus = if self.is_more { "+" } else { "" };
        format!("{}{plus}", grouped(self.number))
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_say_when_there_are_more() {
        for (found, words) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_001, "1,000+")] {
            assert_eq!(Count::of(found).words(), words);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
        let facets = Facets(vec![(Kind::Image, Count::of(3)), (Kind::Video, Count::of(5_000))]);
        assert_eq!(
            (facets.count(None).words(), facets.count(Some(Kind::Image)).words()),
            ("1,003+".into(), "3".into())
        );
    }
}
