//! What is in the trash, the latest first, by pages; and what was put aside.

use super::{
    cursor::moment,
    page::{MOST, PAGE},
};
use crate::{
    error::{Error, Result},
    files::{
        Scope,
        entity::{Column, Entity, Model},
        file::{File, Quarantined, Trashed},
        state::State,
    },
    ids::FileId,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use std::{fmt, str::FromStr};

/// Where a file stands in the trash: when it came there, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(DateTime<Utc>, FileId);

/// Which part of the trash.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A page from the beginning.
    First,
    /// A page behind this place.
    After(Place),
    /// From the beginning up to this place, as far as [`MOST`] goes.
    Through(Place),
}

/// Some of what is in the trash.
pub struct TrashedPage {
    /// The latest first.
    pub files: Vec<Trashed>,
    /// Are there any behind them?
    pub has_more: bool,
}

/// What of a scope is in the trash, the latest first.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list_trashed(db: &impl ConnectionTrait, scope: Scope, part: Part) -> Result<TrashedPage> {
    let all = Entity::find()
        .filter(scope.condition())
        .filter(Column::State.eq(State::Trashed))
        .order_by_desc(Column::StateChangedAt)
        .order_by_desc(Column::FileId);
    let (most, found) = match part {
        Part::First => (PAGE, all.clone()),
        Part::After(place) => (PAGE, all.clone().filter(column().lt(place.value()))),
        Part::Through(place) => (MOST, all.clone().filter(column().gte(place.value()))),
    };
    let mut rows: Vec<Model> = found.limit(most + 1).all(db).await?;
    let mut has_more = rows.len() as u64 > most;
    rows.truncate(most as usize);
    let files = Trashed::from_rows(rows);
    if let (Part::Through(_), Some(last), false) = (part, files.last(), has_more) {
        has_more = is_behind(db, all, Place::of(last)).await?;
    }
    Ok(TrashedPage { files, has_more })
}

/// What of a scope is in quarantine, the latest first; there is never much of it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list_quarantined(db: &impl ConnectionTrait, scope: Scope) -> Result<Vec<Quarantined>> {
    let query = Entity::find().filter(Column::State.eq(State::Quarantined));
    let query = query.filter(scope.condition()).order_by_desc(Column::Id).limit(MOST);
    Ok(Quarantined::from_rows(query.all(db).await?))
}

async fn is_behind(db: &impl ConnectionTrait, all: Select<Entity>, place: Place) -> Result<bool> {
    Ok(all.filter(column().lt(place.value())).one(db).await?.is_some())
}

fn column() -> Expr {
    Expr::tuple([Expr::col(Column::StateChangedAt), Expr::col(Column::FileId)])
}

impl Place {
    /// Where a file stands.
    pub fn of(file: &Trashed) -> Self {
        Self(file.state_changed_at(), file.id())
    }

    fn value(self) -> Expr {
        Expr::tuple([Expr::value(self.0), Expr::value(self.1)])
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.0.timestamp_micros(), self.1)
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parsed = text.split_once('.').and_then(|(at, id)| Some(Self(moment(at)?, id.parse().ok()?)));
        parsed.ok_or_else(|| {
            Error::Malformed("This page's address is incomplete. Start again from the first page.".into())
        })
    }
}
