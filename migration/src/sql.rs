//! Running statements one after the other, and making indexes that nobody waits for.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

/// # Errors
///
/// The first one that fails; the transaction around them undoes those before it.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Makes an index, such as `r2_files (id) WHERE size IS NULL`, unless it is there. On PostgreSQL others go on writing meanwhile, so the
/// migration has no transaction (`use_transaction` is `Some(false)`) and can be run once more: what an attempt that died has left,
/// which nothing uses and every write keeps, is made anew.
/// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY>
pub(crate) async fn create_index(manager: &SchemaManager<'_>, name: &str, on: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return run(manager, &[&format!("CREATE INDEX IF NOT EXISTS {name} ON {on}")]).await;
    }
    let is_invalid = "SELECT 1 AS found FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid";
    let is_invalid = Statement::from_sql_and_values(DbBackend::Postgres, is_invalid, [name.into()]);
    if manager.get_connection().query_one_raw(is_invalid).await?.is_some() {
        drop_index(manager, name).await?;
    }
    run(manager, &[&format!("CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on}")]).await
}

/// Takes an index away if it is there. On PostgreSQL others go on writing meanwhile, as with [`create_index`].
pub(crate) async fn drop_index(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    let how = if manager.get_database_backend() == DbBackend::Postgres { "CONCURRENTLY " } else { "" };
    run(manager, &[&format!("DROP INDEX {how}IF EXISTS {name}")]).await
}
