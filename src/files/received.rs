//! As much as files know of the links by which people without an account sent them: what each link still takes, its own running number,
//! what a sender wrote, and whether the file's owner has seen it since.

use crate::{
    database::table::Table,
    error::{Error, Result},
    ids::{DropId, FileId, UserId},
    storage::{ObjectKey, Parcel},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, QueryFilter, Statement, entity::prelude::*, sea_query::Expr,
};
use std::collections::HashMap;

/// A row of `drop_files`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drop_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub file_id: FileId,
    /// None: the link is no more.
    pub drop_id: Option<DropId>,
    /// Who asked for it. None: that account is no more.
    pub owner: Option<UserId>,
    /// Its number among all that came by the link.
    pub number: i64,
    /// What the link was called.
    pub title: String,
    /// Who sent it, as they said; or empty.
    pub sender: String,
    /// May be empty.
    pub note: String,
    /// None: its owner has not seen it yet.
    pub seen_at: Option<ChronoDateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What came by links, as a whole, for snapshots.
pub fn table() -> Table {
    Table::of::<Entity>()
}

/// What a sender gets: the file's number among all that came by the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt(pub i64);

/// Takes a place for a file among those that a link takes, in the transaction that records it: of many at once as many get one as are left.
/// `None`: it takes no more.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub(super) async fn take_place(
    transaction: &impl ConnectionTrait,
    (parcel, key): (&Parcel, &ObjectKey),
    size: i64,
    now: DateTime<Utc>,
) -> Result<Option<(Receipt, String)>> {
    let sql = "UPDATE drop_links SET files = files + 1, bytes = bytes + $3, last_used_at = $4
        WHERE id = $1 AND owner = $2 AND (most_files IS NULL OR files < most_files)
            AND (most_bytes IS NULL OR bytes + $3 <= most_bytes)
        RETURNING files, title";
    let values = [parcel.link.into(), key.owner.into(), size.into(), now.into()];
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    let row = transaction.query_one_raw(statement).await?;
    row.map(|row| Ok((Receipt(row.try_get("", "files")?), row.try_get("", "title")?))).transpose()
}

/// Writes down by which link a file came, with what its sender wrote.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub(super) async fn note(
    transaction: &impl ConnectionTrait,
    (parcel, key): (&Parcel, &ObjectKey),
    (Receipt(number), title): (Receipt, String),
) -> Result<()> {
    let row = ActiveModel {
        file_id: Set(key.file_id),
        drop_id: Set(Some(parcel.link)),
        owner: Set(Some(key.owner)),
        number: Set(number),
        title: Set(title),
        sender: Set(parcel.sender().to_owned()),
        note: Set(parcel.note().to_owned()),
        seen_at: Set(None),
    };
    Ok(Entity::insert(row).exec_without_returning(transaction).await.map(drop)?)
}

/// The receipt of a file that came by a link.
///
/// # Errors
///
/// `NotFound` for a file that did not; `DatabaseUnavailable`.
pub async fn receipt(db: &impl ConnectionTrait, file: FileId, link: DropId) -> Result<Receipt> {
    let row = Entity::find_by_id(file).filter(Column::DropId.eq(link)).one(db).await?;
    row.map(|row| Receipt(row.number)).ok_or(Error::NotFound)
}

/// What its owner is told of a file that came by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedFrom {
    /// Who sent it, as they said, else what the link was called.
    pub from: String,
    pub title: String,
    /// May be empty.
    pub note: String,
    pub is_new: bool,
}

impl From<Model> for ReceivedFrom {
    fn from(row: Model) -> Self {
        let from = if row.sender.is_empty() { row.title.clone() } else { row.sender };
        Self { from, title: row.title, note: row.note, is_new: row.seen_at.is_none() }
    }
}

/// Of these files those that came by a link.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn received(db: &impl ConnectionTrait, files: Vec<FileId>) -> Result<HashMap<FileId, ReceivedFrom>> {
    if files.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Entity::find().filter(Column::FileId.is_in(files)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.file_id, row.into())).collect())
}

/// How many files that came by each of somebody's links they have not seen yet, as far as those are ready.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn unseen(db: &impl ConnectionTrait, owner: UserId) -> Result<HashMap<DropId, i64>> {
    let sql = "SELECT drop_files.drop_id AS link, count(*) AS files FROM drop_files
        JOIN r2_files ON r2_files.file_id = drop_files.file_id AND r2_files.state = 'ready'
        WHERE drop_files.owner = $1 AND drop_files.seen_at IS NULL AND drop_files.drop_id IS NOT NULL GROUP BY drop_files.drop_id";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [owner.into()]);
    let rows = db.query_all_raw(statement).await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.try_get("", "link")?, row.try_get("", "files")?)))
        .collect::<Result<_, DbErr>>()?)
}

/// Somebody has seen a file of theirs, or with `None` all that came by their links.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn see(db: &impl ConnectionTrait, owner: UserId, file: Option<FileId>, now: DateTime<Utc>) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(now))
        .filter(Column::Owner.eq(owner))
        .filter(Column::SeenAt.is_null());
    let update = match file {
        Some(file) => update.filter(Column::FileId.eq(file)),
        None => update,
    };
    Ok(update.exec(db).await?.rows_affected > 0)
}
