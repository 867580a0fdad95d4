//! The log of everybody: a line for each act, whether it was done to one thing or to many.

use super::{
    entity::{Column, Entity, Model},
    event::Event,
    filter::Filter,
};
use crate::{
    database::table::Table,
    error::{Error, Result},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Statement,
};

/// An act as the log has it: what was done to one thing, or to the first of many.
#[derive(Clone, Debug)]
pub struct Line {
    /// The place in the log: a later line has a higher one.
    pub id: i64,
    /// The first of the act's events.
    pub event: Event,
    /// How many things it was done to.
    pub count: u64,
}

/// The table as a whole.
pub fn table() -> Table {
    Table::of::<Entity>()
}

/// The last `limit` lines of what is asked for, the latest first. `before` is the place of one: only lines before it are listed.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter, before: Option<i64>, limit: u64) -> Result<Vec<Line>> {
    let rows = lines(filter, before, limit).all(db).await?;
    rows.into_iter().map(Line::from_row).collect()
}

/// The statement that lists them, for who wants to know how the database goes about it.
pub fn statement(filter: &Filter, before: Option<i64>, limit: u64, backend: DbBackend) -> Statement {
    lines(filter, before, limit).build(backend)
}

fn lines(filter: &Filter, before: Option<i64>, limit: u64) -> Select<Entity> {
    let mut query = Entity::find().filter(filter.lines());
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    // By the column that is the same in all of them as well, so that PostgreSQL reads the index backwards and sorts nothing.
    query.order_by_desc(Column::ActId).order_by_desc(Column::Id).limit(limit)
}

/// At most `limit` events of what is asked for that stand behind a place and not behind another, in their order.
/// An act is as many as it has.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list_events(
    db: &impl ConnectionTrait,
    filter: &Filter,
    (after, last): (i64, i64),
    limit: u64,
) -> Result<Vec<Event>> {
    let query = Entity::find().filter(filter.events()).filter(Column::Id.gt(after)).filter(Column::Id.lte(last));
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Event::from_row).collect()
}

/// The place of the last event; 0 where there is none.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64> {
    let query = Entity::find().select_only().column(Column::Id).order_by_desc(Column::Id);
    Ok(query.into_tuple().one(db).await?.unwrap_or_default())
}

/// The line at a place in the log.
///
/// # Errors
///
/// `Error::NotFound` when there is none; `Error::DatabaseUnavailable`; `Error::Internal` for an action that this release
/// does not know.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Line> {
    let row = Entity::find_by_id(id).filter(Column::ActId.is_null()).one(db).await?;
    Line::from_row(row.ok_or(Error::NotFound)?)
}

/// The first `limit` of the events that a line stands for behind its first one, in the order in which they were written,
/// each with its place. `after` is such a place: only events behind it are listed.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list_of_act(db: &impl ConnectionTrait, act: i64, after: i64, limit: u64) -> Result<Vec<(i64, Event)>> {
    let query = Entity::find().filter(Column::ActId.eq(act)).filter(Column::Id.gt(after));
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(|row| Ok((row.id, Event::from_row(row)?))).collect()
}

impl Line {
    fn from_row(row: Model) -> Result<Self> {
        let (id, count) = (row.id, row.act_size.unsigned_abs());
        Ok(Self { id, event: Event::from_row(row)?, count })
    }

    /// What it was done to, where that is many.
    pub fn things(&self) -> &'static str {
        match self.event.action.as_str().split_once('.') {
            Some(("file", _)) => "files",
            Some(("token", _)) => "tokens",
            _ => "things",
        }
    }
}
