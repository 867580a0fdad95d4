//! Lists of files: newest first, by pages that cost the same wherever they are.

use super::{
    ContentType,
    entity::{Column, Entity, Model},
    lifecycle::{Ready, State, Trashed},
};
use crate::{
    error::{Error, Result},
    ids::{FileId, UserId},
};
use bytesize::ByteSize;
use chrono::{DateTime, TimeZone, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Statement,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use std::{fmt, str::FromStr};

pub const PAGE: u64 = 48;

/// Where a page begins: behind the file at this position. In URLs `{microseconds since 1970}-{row id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    uploaded_at: DateTime<Utc>,
    row: i64,
}

/// Some files, and where the next ones begin, if there are more.
pub struct Page<T> {
    pub files: Vec<T>,
    pub next: Option<Cursor>,
}

/// What the admin's list is narrowed down to; empty texts do not count.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The owner's id as the row has it.
    pub owner: Option<String>,
    /// `image/png`, or `image` for all of them.
    pub content_type: String,
    /// Part of the name, in any case.
    pub name: String,
}

/// A file of anyone in any state, as admins see it.
pub struct AnyFile {
    row: Model,
    pub state: State,
}

/// A user's files, newest first.
pub async fn list_ready(db: &impl ConnectionTrait, owner: UserId, after: Option<Cursor>) -> Result<Page<Ready>> {
    let rows = rows(db, ready_statement(owner, after, db.get_database_backend())).await?;
    Ok(Page { files: Ready::from_rows(rows.files), next: rows.next })
}

/// What a user has in the trash, newest upload first.
pub async fn list_trashed(db: &impl ConnectionTrait, owner: UserId, after: Option<Cursor>) -> Result<Page<Trashed>> {
    let query = page(of_user(owner, State::Trashed), after);
    let rows = rows(db, query.build(db.get_database_backend())).await?;
    Ok(Page { files: Trashed::from_rows(rows.files), next: rows.next })
}

/// The query behind [`list_ready`], so that its plan can be looked at.
pub fn ready_statement(owner: UserId, after: Option<Cursor>, backend: DbBackend) -> Statement {
    page(of_user(owner, State::Ready), after).build(backend)
}

/// Every file of everyone, newest first.
pub async fn list_all(db: &impl ConnectionTrait, filter: &Filter, after: Option<Cursor>) -> Result<Page<AnyFile>> {
    let mut query = Entity::find();
    if let Some(owner) = &filter.owner {
        query = query.filter(Column::UserId.eq(owner));
    }
    if !filter.content_type.is_empty() {
        let pattern = if filter.content_type.contains('/') {
            escaped(&filter.content_type)
        } else {
            format!("{}/", escaped(&filter.content_type))
        };
        query = query.filter(Expr::col(Column::ContentType).like(LikeExpr::new(format!("{pattern}%")).escape('\\')));
    }
    if !filter.name.is_empty() {
        query = query.filter(contains(db, &filter.name));
    }
    let rows = rows(db, page(query, after).build(db.get_database_backend())).await?;
    let files =
        rows.files.into_iter().map(|row| Ok(AnyFile { state: row.state.parse()?, row })).collect::<Result<_>>()?;
    Ok(Page { files, next: rows.next })
}

fn of_user(owner: UserId, state: State) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(owner.to_string())).filter(Column::State.eq(state.as_str()))
}

/// One page behind a cursor, and one row more to know whether there is another.
fn page(query: Select<Entity>, after: Option<Cursor>) -> Select<Entity> {
    let query = query.order_by_desc(Column::UploadTimestamp).order_by_desc(Column::Id).limit(PAGE + 1);
    match after {
        // Compared as one value, so that both databases go straight to the place in the index.
        Some(after) => {
            let position = Expr::tuple([Expr::col(Column::UploadTimestamp), Expr::col(Column::Id)]);
            query.filter(position.lt(Expr::tuple([Expr::value(after.uploaded_at), Expr::value(after.row)])))
        }
        None => query,
    }
}

async fn rows(db: &impl ConnectionTrait, statement: Statement) -> Result<Page<Model>> {
    let mut files = Entity::find().from_raw_sql(statement).all(db).await?;
    let more = files.len() as u64 > PAGE;
    files.truncate(PAGE as usize);
    let next = files.last().filter(|_| more).map(|row| Cursor { uploaded_at: row.upload_timestamp, row: row.id });
    Ok(Page { files, next })
}

/// In any case. SQLite's LIKE minds none (of ASCII), PostgreSQL's does.
fn contains(db: &impl ConnectionTrait, text: &str) -> Expr {
    let column = Expr::col(Column::FileName);
    match db.get_database_backend() {
        DbBackend::Postgres => Expr::expr(Func::lower(column))
            .like(LikeExpr::new(format!("%{}%", escaped(&text.to_lowercase()))).escape('\\')),
        _ => column.like(LikeExpr::new(format!("%{}%", escaped(text))).escape('\\')),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

impl AnyFile {
    pub fn id(&self) -> FileId {
        FileId::from_uuid(self.row.file_id)
    }

    pub fn name(&self) -> &str {
        &self.row.file_name
    }

    pub fn owner(&self) -> &str {
        &self.row.user_id
    }

    pub fn content_type(&self) -> ContentType {
        ContentType::of_row(&self.row.content_type)
    }

    pub fn size(&self) -> Option<ByteSize> {
        self.row.size.and_then(|size| u64::try_from(size).ok()).map(ByteSize)
    }

    pub fn uploaded_at(&self) -> DateTime<Utc> {
        self.row.upload_timestamp
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.uploaded_at.timestamp_micros(), self.row)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed =
            || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
        let (micros, row) = text.rsplit_once('-').ok_or_else(malformed)?;
        let uploaded_at = micros
            .parse()
            .ok()
            .and_then(|micros| Utc.timestamp_micros(micros).single())
            .filter(|at| (0..10_000).contains(&chrono::Datelike::year(at)));
        Ok(Self { uploaded_at: uploaded_at.ok_or_else(malformed)?, row: row.parse().map_err(|_| malformed())? })
    }
}
