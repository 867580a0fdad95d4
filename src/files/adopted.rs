//! Rows of the guide's own table, whose objects are looked up and which are then completed.

use super::{
    ContentType,
    entity::{Column, Entity, Model},
    list::folding::folded,
};
use crate::{
    accounts::{charging, users},
    database::{self, DatabaseConnection},
    error::{Error, Result},
    ids::UserId,
    storage::Inspection,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Statement, sea_query::Expr,
};

/// Keys of adopted rows whose objects were not looked up yet, `after` an id, with their ids.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list_unknown(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<(i64, String)>> {
    Ok(unknown(after, limit).into_tuple().all(db).await?)
}

/// The query behind them, so that its plan can be looked at.
pub fn unknown_statement(after: i64, limit: u64, backend: DbBackend) -> Statement {
    unknown(after, limit).build(backend)
}

/// By the size as well, which is none in all of them, so that PostgreSQL reads them from the index of sizes and sorts nothing.
fn unknown(after: i64, limit: u64) -> Select<Entity> {
    let query = Entity::find().select_only().columns([Column::Id, Column::ObjectKey]);
    let query = query.filter(Column::Size.is_null()).filter(Column::Id.gt(after));
    query.order_by_asc(Column::Size).order_by_asc(Column::Id).limit(limit)
}

/// How many there are whose objects were not looked up yet.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_unknown(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(Entity::find().filter(Column::Size.is_null()).count(db).await?)
}

/// Completes an adopted row by what the store says of its object, charging its owner if that is a user.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn complete(db: &DatabaseConnection, id: i64, found: &Inspection, content_type: &ContentType) -> Result<()> {
    let size = i64::try_from(found.size).map_err(|_| Error::Internal("an object's size is over 63 bits".into()))?;
    let transaction = database::begin(db).await?;
    let row = Entity::find_by_id(id).one(&transaction).await?;
    let Some(Model { object_key, file_name, user_id, .. }) = row.filter(|row| row.size.is_none()) else {
        return Ok(());
    };
    let owner = match user_id.parse::<UserId>() {
        Ok(id) if users::exists(&transaction, id).await? => Some(id),
        _ => None,
    };
    users::lock(&transaction, owner).await?;
    let file_name = if file_name.is_empty() { adopted_name(&object_key).to_owned() } else { file_name };
    let update = Entity::update_many()
        .col_expr(Column::NameKey, Expr::value(folded(&file_name)))
        .col_expr(Column::FileName, Expr::value(file_name))
        .col_expr(Column::Kind, Expr::value(content_type.kind()))
        .col_expr(Column::Size, Expr::value(size))
        .col_expr(Column::OwnerId, Expr::value(owner))
        .col_expr(Column::Etag, Expr::value(found.etag.clone()))
        .col_expr(Column::ContentType, Expr::value(content_type.as_str()))
        .filter(Column::Id.eq(id))
        // Given to an account meanwhile, it is completed at the next look.
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Size.is_null());
    if update.exec(&transaction).await?.rows_affected == 1
        && let Some(owner) = owner
    {
        charging::charge_regardless(&transaction, owner, size).await?;
    }
    Ok(transaction.commit().await?)
}

/// Names the owners of rows that say them as text alone: those of the guide's own code, and of versions that knew nothing of
/// `owner_id`. Says how many.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn name_owners(db: &DatabaseConnection) -> Result<u64> {
    // SQLite's ids are 16 bytes.
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "UPDATE r2_files SET owner_id = (SELECT id FROM users WHERE id = unhex(replace(r2_files.user_id, '-', '')))
            WHERE owner_id IS NULL AND user_id GLOB '????????-????-????-????-????????????' AND user_id = lower(user_id)
                AND EXISTS (SELECT 1 FROM users WHERE id = unhex(replace(r2_files.user_id, '-', '')))"
        }
        _ => {
            "UPDATE r2_files SET owner_id = users.id FROM users
            WHERE r2_files.owner_id IS NULL AND users.id::text = r2_files.user_id"
        }
    };
    Ok(db.execute_unprepared(sql).await?.rows_affected())
}

/// What follows the guide's `{uuid}-`, or the whole key.
fn adopted_name(key: &str) -> &str {
    match key.split_at_checked(36) {
        Some((uuid, rest)) if uuid::Uuid::try_parse(uuid).is_ok() && rest.len() > 1 => {
            rest.strip_prefix('-').unwrap_or(key)
        }
        _ => key,
    }
}
