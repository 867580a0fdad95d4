//! As much as files know of the links that they are shared by: which are behind one, what those are together, and which links a
//! file is behind.

use super::{
    Kind, Scope, State,
    entity::{Column, Entity},
    scope::FILES_OF_SHARES,
    selection::{Selection, condition},
};
use crate::{
    error::Result,
    ids::{FileId, ShareId},
};
use bytesize::ByteSize;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, StatementBuilder,
    sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement},
};

/// Some files together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub files: u64,
    pub pictures: u64,
    pub bytes: ByteSize,
    /// Pictures that say where they were taken.
    pub with_place: u64,
}

/// A link that a file is behind.
#[derive(Clone, Debug)]
pub struct SharedBy {
    pub id: ShareId,
    pub title: String,
}

/// Finds one ready file of a scope, to be a part of another statement.
pub fn one_ready(id: FileId, scope: Scope) -> SelectStatement {
    let one = Entity::find().select_only().column(Column::Id).filter(scope.condition_in(&[State::Ready]));
    one.filter(Column::FileId.eq(id)).filter(Column::State.eq(State::Ready)).into_query()
}

/// The ids of those of a selection that are ready, at most `limit`, in the order in which they were uploaded.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn ready_ids(
    db: &impl ConnectionTrait,
    selection: &Selection,
    scope: Scope,
    limit: u64,
) -> Result<Vec<FileId>> {
    let query = Entity::find().select_only().column(Column::FileId);
    let query = query.filter(condition(db, selection, scope, State::Ready)).order_by_asc(Column::Id).limit(limit);
    Ok(query.into_tuple().all(db).await?)
}

/// What those of a selection that are ready are together.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn summary(db: &impl ConnectionTrait, selection: &Selection, scope: Scope) -> Result<Summary> {
    let query = Entity::find()
        .select_only()
        .column(Column::Kind)
        .expr(Expr::cust("count(*)"))
        .expr(Expr::cust("CAST(coalesce(sum(size), 0) AS BIGINT)"))
        .expr(Expr::cust("CAST(coalesce(sum(CASE WHEN has_place THEN 1 ELSE 0 END), 0) AS BIGINT)"))
        .filter(condition(db, selection, scope, State::Ready))
        .group_by(Column::Kind);
    let rows: Vec<(Kind, i64, i64, i64)> = query.into_tuple().all(db).await?;
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(rows.into_iter().fold(Summary::default(), |sum, (kind, count, bytes, with_place)| Summary {
        files: sum.files + number(count),
        pictures: sum.pictures + if kind == Kind::Image { number(count) } else { 0 },
        bytes: ByteSize(sum.bytes.as_u64() + number(bytes)),
        with_place: sum.with_place + number(with_place),
    }))
}

/// The links that a file is behind and that its owner has not ended, the latest first.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn links_of(db: &impl ConnectionTrait, file: FileId, limit: u64) -> Result<Vec<SharedBy>> {
    let (shares, files) = (Alias::new("shares"), Alias::new(FILES_OF_SHARES));
    let column = |table: &Alias, name: &str| Expr::col((table.clone(), Alias::new(name)));
    let mut query = Query::select();
    query.column((shares.clone(), Alias::new("id"))).column((shares.clone(), Alias::new("title"))).from(shares.clone());
    query.inner_join(files.clone(), column(&files, "share_id").equals((shares.clone(), Alias::new("id"))));
    query.and_where(column(&files, "file_id").eq(file)).and_where(column(&shares, "state").ne("ended"));
    query.order_by((shares, Alias::new("created_at")), Order::Desc).limit(limit);
    let rows = db.query_all_raw(StatementBuilder::build(&query, &db.get_database_backend())).await?;
    rows.iter().map(|row| Ok(SharedBy { id: row.try_get("", "id")?, title: row.try_get("", "title")? })).collect()
}
