//! Once in an installation's life: names and kinds of files that were indexed before there were any, as the app writes
//! them rather than as SQL could tell.

use super::{
    ContentType,
    entity::{Column, Entity},
    list::search::folded,
};
use crate::{database::DatabaseConnection, error::Result};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement, sea_query::Expr,
};

/// Marks in `settings` that it was done.
const DONE: &str = "names_folded";
const BATCH: u64 = 1_000;

/// Says how many rows it changed. What dies on the way is done again from the beginning.
pub async fn refold(db: &DatabaseConnection) -> Result<usize> {
    let backend = db.get_database_backend();
    let select = Statement::from_sql_and_values(backend, "SELECT value FROM settings WHERE name = $1", [DONE.into()]);
    if db.query_one_raw(select).await?.is_some() {
        return Ok(0);
    }
    let (mut after, mut changed) = (0, 0);
    loop {
        let query = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(BATCH);
        let rows = query.all(db).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            let (name, kind) = (folded(&row.file_name), ContentType::of_row(&row.content_type).kind());
            if row.name_key == name && row.kind == kind {
                continue;
            }
            let update = Entity::update_many()
                .col_expr(Column::NameKey, Expr::value(name))
                .col_expr(Column::Kind, Expr::value(kind))
                .filter(Column::Id.eq(row.id))
                // Renamed meanwhile, it has the right one already.
                .filter(Column::FileName.eq(row.file_name));
            changed += update.exec(db).await?.rows_affected as usize;
        }
    }
    let insert = "INSERT INTO settings (name, value) VALUES ($1, 'yes') ON CONFLICT (name) DO NOTHING";
    db.execute_raw(Statement::from_sql_and_values(backend, insert, [DONE.into()])).await?;
    Ok(changed)
}
